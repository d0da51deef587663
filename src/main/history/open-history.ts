import { Worker } from "node:worker_threads";
import { AppError, messageOf } from "../../shared/errors.ts";
import type { SessionEvent } from "../../shared/events.ts";
import type { SessionId } from "../../shared/ids.ts";
import type { Ledger } from "../usage/ledger.ts";
import type { PrefixStore } from "../usage/cache-doctor/prefix-records.ts";
import type { UsageReads } from "../usage/usage-reads.ts";
import { callNewsOf } from "./call-counts.ts";
import type { StoredEvent } from "./event-store.ts";
import type { History, SessionClaim } from "./history.ts";
import type { WorkerMethod, WorkerMethods, WorkerReply } from "./worker-messages.ts";

export interface HistoryPlace {
  /** The database; created with mode 0600 when missing. */
  readonly file: string;
  /** Folder for the copies made before each migration. */
  readonly backups: string;
}

export interface HistoryOptions extends HistoryPlace {
  /** Begun before by `beginHistory`, at the same place. */
  readonly begun?: WorkerLine;
  /** Keys known to this run: where one appears in an event, it is stored as "[key]". */
  readonly secrets?: () => readonly string[];
}

type Call = <K extends WorkerMethod>(
  method: K,
  ...values: Parameters<WorkerMethods[K]>
) => Promise<ReturnType<WorkerMethods[K]>>;

interface Pending {
  resolve(value: unknown): void;
  reject(error: AppError): void;
}

/** The thread that the history is in. */
export interface WorkerLine {
  readonly opened: Promise<readonly string[]>;
  readonly call: Call;
  close(): Promise<void>;
}

/** A turn's ends, questions and answers are what a person would miss after a power cut; deltas are not. */
const durableTypes: ReadonlySet<SessionEvent["type"]> = new Set([
  "session-start",
  "turn-start",
  "turn-end",
  "approval-request",
  "approval-end",
  "undo-add",
] as const);

/** Opens the history in its worker thread. Throws AppError as `History` says, and for a schema that is too new. */
export async function openHistory(options: HistoryOptions): Promise<History> {
  const line = options.begun ?? beginHistory(options);
  const warnings = await line.opened;
  const { call } = line;
  // Shorter ones are no keys, and would blot out ordinary text.
  const secrets = (): readonly string[] =>
    (options.secrets?.() ?? []).filter((secret) => secret.length >= 8);
  return {
    warnings,
    appendEvents: async (events, append) => {
      if (events.length === 0) return;
      const durable = append?.durable ?? events.some((event) => durableTypes.has(event.type));
      await call("append", toStored(events, secrets()), durable);
    },
    loadEvents: async (sessionId, afterSeq = 0) => {
      const text = await call("load", sessionId, afterSeq);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- stored by appendEvents from this very type
      return JSON.parse(text) as readonly SessionEvent[];
    },
    listSessions: (filter = {}) => call("list", filter.workspace ?? null, filter.limit ?? 200),
    nextSeq: (sessionId) => call("nextSeq", sessionId),
    interruptedSessions: () => call("interrupted"),
    callHealth: () => call("callHealth"),
    claimSession: (sessionId) => claim(call, sessionId),
    ledger: createLedger(call),
    usage: createUsageReads(call),
    prefixes: createPrefixes(call, secrets),
    growth: {
      tail: (after, limit) => call("ledgerTail", after, limit),
      newest: (atMs) => call("ledgerNewest", atMs ?? null),
    },
    ownHours: (query) => call("ownHours", query),
    check: () => call("check"),
    close: () => line.close(),
  };
}

async function claim(call: Call, sessionId: SessionId): Promise<SessionClaim> {
  await call("claim", sessionId);
  return { release: () => call("release", sessionId) };
}

function createLedger(call: Call): Ledger {
  return {
    reserve: (entry, limits) => call("reserve", entry, limits),
    settle: (entry, settlement) => call("settle", entry, settlement),
    spending: (place, currency) => call("spending", place, currency),
    count: (filter) => call("count", filter),
    entries: (filter) => call("entries", filter),
  };
}

function createUsageReads(call: Call): UsageReads {
  return {
    figures: (query) => call("usageFigures", query),
    dearestSessions: (query) => call("usageSessions", query),
    extent: (filter) => call("usageExtent", filter),
    calls: (query) => call("usageCalls", query),
    titles: (sessionIds) => call("usageTitles", sessionIds),
  };
}

function createPrefixes(call: Call, secrets: () => readonly string[]): PrefixStore {
  return {
    key: () => call("prefixKey"),
    remember: (record) => {
      const tail = record.tail.map((part) => ({
        ...part,
        label: withoutSecrets(part.label, secrets()),
      }));
      return call("rememberPrefix", { ...record, tail });
    },
    newest: (sessionId, chain) => call("newestPrefixes", sessionId, chain),
    facts: (requestIds) => call("prefixFacts", requestIds),
    parts: (requestId) => call("prefixParts", requestId),
    measured: (sessionId) => call("measuredRequests", sessionId),
    call: (requestId) => call("ledgerCall", requestId),
  };
}

const withoutSecrets = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((kept, secret) => kept.replaceAll(secret, "[key]"), text);

function toStored(events: readonly SessionEvent[], secrets: readonly string[]): StoredEvent[] {
  return events.map((event) => {
    const { sessionId, seq, at, type } = event;
    const own = { sessionId, seq, at, type };
    const full = JSON.stringify(event);
    const text = withoutSecrets(full, secrets);
    switch (type) {
      case "session-start":
      case "session-update":
      case "turn-start":
      case "turn-end":
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- parsed again, so that the table has no secret either
        return { head: headOf(JSON.parse(text) as SessionEvent), text };
      default:
        return { head: own, text, calls: callNewsOf(event) };
    }
  });
}

function headOf(event: SessionEvent): StoredEvent["head"] {
  const { sessionId, seq, at, type } = event;
  const head = { sessionId, seq, at, type };
  if (event.type === "session-start")
    return { ...head, workspace: event.workspace, kind: event.kind, title: event.title };
  if (event.type === "session-update")
    return {
      ...head,
      ...(event.kind === undefined ? {} : { kind: event.kind }),
      ...(event.title === undefined ? {} : { title: event.title }),
    };
  if (event.type === "turn-start") return { ...head, turnId: event.turnId };
  if (event.type === "turn-end") return { ...head, turnId: event.turnId, status: event.status };
  return head;
}

/** The worker's file is the source under plain Node, and beside the bundle's chunk when built. */
function workerUrl(): URL {
  const name = import.meta.url.endsWith(".ts") ? "./history-worker.ts" : "./history-worker.js";
  return new URL(name, import.meta.url);
}

/** Starts the thread, which opens the history while what needs it is still being loaded. */
export function beginHistory({ file, backups }: HistoryPlace): WorkerLine {
  const worker = new Worker(workerUrl(), { workerData: { file, backups }, execArgv: [] });
  const pending = new Map<number, Pending>();
  let last = -1;
  let gone: AppError | null = null;
  let closing: Promise<void> | null = null;
  const exited = new Promise<void>((resolve) => worker.once("exit", () => resolve()));

  function wait(): { id: number; promise: Promise<unknown> } {
    last += 1;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    pending.set(last, { resolve, reject });
    // The thread keeps the process alive only while somebody waits for it.
    worker.ref();
    return { id: last, promise };
  }
  function end(error: AppError): void {
    gone ??= error;
    for (const one of pending.values()) one.reject(gone);
    pending.clear();
  }
  worker.on("message", (reply: WorkerReply) => {
    const one = pending.get(reply.id);
    pending.delete(reply.id);
    if (pending.size === 0 && closing === null) worker.unref();
    if (reply.ok) one?.resolve(reply.value);
    else one?.reject(new AppError(reply.error.code, reply.error.message));
  });
  worker.on("error", (error) =>
    end(
      new AppError("internal", `The history's worker failed: ${messageOf(error)}. Restart Belay.`),
    ),
  );
  worker.on("exit", () => end(new AppError("unavailable", "The history is closed.")));

  async function send(method: WorkerMethod, values: readonly unknown[]): Promise<unknown> {
    if (gone !== null) throw gone;
    const { id, promise } = wait();
    worker.postMessage({ id, method, values });
    return promise;
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- id 0 is answered with the warnings of openDatabase
  const opened = wait().promise as Promise<readonly string[]>;
  // Whoever opens the history is told; until then nobody listens.
  opened.catch(() => undefined);
  return {
    opened,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the worker answers by the method's own type
    call: ((method: WorkerMethod, ...values: unknown[]) => send(method, values)) as Call,
    close: () => {
      closing ??= gone === null ? send("close", []).then(() => exited) : exited;
      return closing;
    },
  };
}
