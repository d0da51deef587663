import { randomBytes, randomUUID } from "node:crypto";
import type { Input } from "../../shared/contract.ts";
import { AppError } from "../../shared/errors.ts";
import type { Telling, TelemetryStatus, TelemetryTry } from "../../shared/telemetry.ts";
import type { BoundKey } from "../egress/egress.ts";
import { endpointOf } from "./collector.ts";
import { createExporter, type Exporter, type ExporterOptions } from "./exporter.ts";
import type { HeaderKey } from "./header-keys.ts";
import { offeredBy } from "./offered.ts";
import { telemetryStatus } from "./telemetry-status.ts";
import { tellNothing, type TelemetrySettings } from "./telemetry-files.ts";

/** The export of usage and cost to a collector that the person runs. Off until they set one up. */
export interface TelemetryDesk {
  status(): Promise<TelemetryStatus>;
  setUp(input: Input<"telemetry.setUp">): Promise<TelemetryTry>;
  change(input: Input<"telemetry.change">): Promise<TelemetryStatus>;
  check(): Promise<TelemetryStatus>;
  remove(): Promise<TelemetryStatus>;
  /** From now on it exports by itself, wherever it is switched on. */
  start(): void;
  /** Sends what no collector has yet, for a second at most; what does not get through is sent by whoever runs next. */
  close(): Promise<void>;
}

export interface TelemetryDeskOptions extends ExporterOptions {
  /** Read for OpenTelemetry's variables, which are offered. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly onTrouble: (error: unknown) => void;
}

const closeMs = 1000;
const graceMs = 500;
const firstMs = 5000;

export function createTelemetryDesk(options: TelemetryDeskOptions): TelemetryDesk {
  const { settings, state, headers, environment } = options;
  const exporter = createExporter(options);
  const clock = createClock(exporter, options);
  const status = (): Promise<TelemetryStatus> => telemetryStatus(options, offeredBy(environment));
  const never = new AbortController().signal;
  return {
    status,
    setUp: (input) => {
      clock.interrupt();
      return setUp(options, exporter, input);
    },
    async change({ on, ...given }) {
      clock.interrupt();
      await exporter.exclusive(async () => {
        const chosen = found(settings.read());
        const telling: Telling = { ...chosen.telling, ...defined(given) };
        const since =
          on === false ? null : (chosen.since ?? (on === true ? await begin(options) : null));
        settings.write({ ...chosen, telling, since });
      });
      return status();
    },
    async check() {
      found(settings.read());
      clock.interrupt();
      await exporter.send(never);
      return status();
    },
    async remove() {
      clock.interrupt();
      await exporter.exclusive(async () => {
        const chosen = found(settings.read());
        if (chosen.hasHeader) await headers.remove(chosen.endpoint);
        // Which installation it is stays: set up again, its figures are told from others' as before.
        settings.write({ ...chosen, endpoint: "", hasHeader: false, since: null });
        state.clear();
      });
      return status();
    },
    start: () => clock.start(),
    close: () => clock.close(),
  };
}

function found(settings: TelemetrySettings | null): TelemetrySettings {
  if (settings !== null && settings.endpoint !== "") return settings;
  throw new AppError("not-found", "No collector is set up. Enter its address first.");
}

const defined = (given: Partial<Record<keyof Telling, unknown>>): Partial<Telling> =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));

const begin = async ({
  ledger,
  now,
}: Pick<ExporterOptions, "ledger" | "now">): Promise<TelemetrySettings["since"]> => ({
  id: randomUUID(),
  at: now(),
  mark: await ledger.newest(),
});

async function setUp(
  options: TelemetryDeskOptions,
  exporter: Exporter,
  { endpoint: text, header: given, persist }: Input<"telemetry.setUp">,
): Promise<TelemetryTry> {
  const { settings, state, headers } = options;
  const endpoint = endpointOf(text);
  const header = headerOf(options, given);
  const key = await keyFor(options, { endpoint, header, isKept: given.from === "kept" });
  const before = settings.read();
  const chosen: TelemetrySettings = {
    endpoint,
    hasHeader: key !== null,
    instanceId: before?.instanceId ?? randomUUID(),
    folderKey: before?.folderKey ?? randomBytes(32).toString("base64"),
    telling: before?.telling ?? tellNothing,
    since: before?.since ?? null,
  };
  const result = await exporter.probe(chosen, key, new AbortController().signal);
  if (result.outcome !== "accepted" && result.outcome !== "partial")
    return { result, kept: null, keptReason: null };
  const keeping =
    header === null
      ? { kept: key === null ? "none" : (await headers.status(endpoint)).source, reason: null }
      : await headers.save(endpoint, header, persist);
  await exporter.exclusive(async () => {
    settings.write({ ...chosen, since: chosen.since ?? (await begin(options)) });
    // What went wrong before says nothing of what has just worked.
    const saved = state.read();
    if (saved !== null) state.write({ ...saved, last: null, failures: 0, notBefore: 0 });
  });
  if (before?.hasHeader === true && (key === null || !sameOrigin(before.endpoint, endpoint)))
    await headers.remove(before.endpoint);
  return { result, kept: keeping.kept, keptReason: keeping.reason };
}

const sameOrigin = (one: string, other: string): boolean =>
  new URL(one).origin === new URL(other).origin;

/** What is to be kept anew; null where nothing is sent along, or what is kept already. */
function headerOf(
  { environment }: TelemetryDeskOptions,
  given: Input<"telemetry.setUp">["header"],
): HeaderKey | null {
  switch (given.from) {
    case "typed":
      return { name: given.name, value: given.value };
    case "environment": {
      const { header } = offeredBy(environment);
      if (header !== null) return header;
      throw new AppError("not-found", "OTEL_EXPORTER_OTLP_HEADERS names no header.");
    }
    case "none":
    case "kept":
      return null;
  }
}

interface KeyQuestion {
  readonly endpoint: string;
  readonly header: HeaderKey | null;
  readonly isKept: boolean;
}

async function keyFor(
  { headers }: TelemetryDeskOptions,
  { endpoint, header, isKept }: KeyQuestion,
): Promise<BoundKey | null> {
  if (header !== null) return headers.bind(endpoint, header);
  if (!isKept) return null;
  const key = await headers.get(endpoint);
  if (key !== null) return key;
  throw new AppError(
    "invalid-input",
    "No header is kept for that address: a header is never sent to another than its own. Enter it again.",
  );
}

interface Clock extends Pick<TelemetryDesk, "start" | "close"> {
  /** Ends a try that still waits for an answer: a person wants something else of the collector. */
  interrupt(): void;
}

/** The time between two exports, in which nothing is kept waiting or awake for it. */
function createClock(
  exporter: Exporter,
  { settings, intervalMs, onTrouble }: TelemetryDeskOptions,
): Clock {
  const stopping = new AbortController();
  let waiting = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<unknown> = Promise.resolve();
  let closed = false;
  const guarded = (work: Promise<unknown>): Promise<unknown> =>
    work.catch((error: unknown) => {
      // What is cut off by the end of Belay is no trouble: the next one goes on from there.
      if (!stopping.signal.aborted) onTrouble(error);
    });
  const turn = async (): Promise<void> => {
    waiting = new AbortController();
    await guarded(exporter.tick(AbortSignal.any([stopping.signal, waiting.signal])));
    if (!closed) next(intervalMs);
  };
  const next = (ms: number): void => {
    timer = setTimeout(() => {
      running = turn();
    }, ms);
    timer.unref();
  };
  const finish = async (): Promise<void> => {
    await running;
    if (settings.read()?.since != null) await guarded(exporter.flush(stopping.signal));
  };
  return {
    start: () => next(Math.min(firstMs, intervalMs)),
    interrupt: () => {
      waiting.abort(
        new AppError("unavailable", "It was stopped for what you did in the settings."),
      );
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      const end = Promise.withResolvers<void>();
      const late = setTimeout(() => {
        stopping.abort(
          new AppError("unavailable", "The collector did not answer before Belay closed."),
        );
      }, closeMs);
      // What was cut off is written down; only a keychain that hangs is not waited for.
      const over = setTimeout(() => end.resolve(), closeMs + graceMs);
      await Promise.race([finish(), end.promise]);
      clearTimeout(late);
      clearTimeout(over);
    },
  };
}
