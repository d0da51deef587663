import { setTimeout as wait } from "node:timers/promises";
import { AppError } from "../../shared/errors.ts";
import type { ExportResult } from "../../shared/telemetry.ts";
import type { BoundKey, Egress } from "../egress/egress.ts";
import { takeKernelLock, type KernelLock } from "../history/kernel-lock.ts";
import { CollectorError, partialMessage, post } from "./collector.ts";
import { headerGone, type HeaderKeys } from "./header-keys.ts";
import type { LedgerReads } from "./ledger-tail.ts";
import { catchUp } from "./catch-up.ts";
import type { OtlpAnswer, Snapshot } from "./otlp.ts";
import { resourceOf, type OwnNames } from "./resource.ts";
import {
  identityOf,
  type SavedFile,
  type TelemetrySettings,
  type TelemetryState,
} from "./telemetry-files.ts";

export interface ExporterOptions {
  readonly settings: SavedFile<TelemetrySettings>;
  readonly state: SavedFile<TelemetryState>;
  /** A file whose lock says which process exports just now. */
  readonly lockFile: string;
  readonly ledger: LedgerReads;
  readonly headers: HeaderKeys;
  readonly egress: Egress;
  readonly version: string;
  readonly names: OwnNames;
  readonly now: () => number;
  /** Between two exports, in milliseconds. */
  readonly intervalMs: number;
}

/**
 * The ledger's totals, sent as they are now: nothing is queued. What a collector missed while it was away is in the next request,
 * since totals only grow; whichever process sends it, since they are counted from the one ledger under one lock.
 */
export interface Exporter {
  /** Sends when it is due; null where it is not, where nothing is switched on, or while another process does. */
  tick(signal: AbortSignal): Promise<ExportResult | null>;
  /** Sends what no collector has yet, if there is anything and nobody asked to wait. */
  flush(signal: AbortSignal): Promise<ExportResult | null>;
  /** Sends now. Throws conflict where another process goes on and on, not-found where nothing is switched on. */
  send(signal: AbortSignal): Promise<ExportResult>;
  /** A request without figures, to see what comes back. */
  probe(
    settings: TelemetrySettings,
    key: BoundKey | null,
    signal: AbortSignal,
  ): Promise<ExportResult>;
  /** Runs `act` while no process exports. Throws conflict. */
  exclusive<T>(act: () => T | Promise<T>): Promise<T>;
}

const longestWaitMs = 15 * 60_000;
/** What a collector asks for is believed up to here. */
const longestAskedMs = 60 * 60_000;
const lockPatienceMs = 5000;

export function createExporter(options: ExporterOptions): Exporter {
  const { settings, state, now, intervalMs } = options;
  const isDue = (saved: TelemetryState | null): boolean =>
    saved === null ||
    (now() >= saved.notBefore && now() - (saved.last?.at ?? 0) >= intervalMs * 0.9);
  const hasNews = async (chosen: TelemetrySettings): Promise<boolean> => {
    const saved = stateOf(state.read(), chosen);
    if (saved !== null && now() < saved.notBefore) return false;
    const newest = await options.ledger.newest();
    const sent = saved?.exported == null ? chosen.since?.mark : saved.exported.mark;
    return newest !== null && newest.requestId !== sent?.requestId;
  };
  const sendIf = async (
    isWanted: (chosen: TelemetrySettings) => boolean | Promise<boolean>,
    signal: AbortSignal,
  ): Promise<ExportResult | null> => {
    if (settings.read()?.since == null) return null;
    const held = takeKernelLock(options.lockFile, 0);
    if (held === null) return null;
    return whileHeld(held, async () => {
      const chosen = settings.read();
      if (chosen?.since == null || !(await isWanted(chosen))) return null;
      return sendTotals(options, chosen, signal);
    });
  };
  const exclusive: Exporter["exclusive"] = async (act) =>
    whileHeld(await takePatiently(options.lockFile), act);
  return {
    tick: (signal) => sendIf((chosen) => isDue(stateOf(state.read(), chosen)), signal),
    flush: (signal) => sendIf(hasNews, signal),
    send: (signal) =>
      exclusive(async () => {
        const chosen = settings.read();
        if (chosen?.since == null)
          throw new AppError("not-found", "The export is switched off. Switch it on first.");
        return sendTotals(options, chosen, signal);
      }),
    probe: async (chosen, key, signal) => {
      const moment = { totals: null, since: now(), at: now() };
      const place = { chosen, signal, key: async () => key };
      return (await tryExchange(options, place, moment)).result;
    },
    exclusive,
  };
}

async function takePatiently(lockFile: string): Promise<KernelLock> {
  for (const end = Date.now() + lockPatienceMs; ; await wait(50)) {
    const held = takeKernelLock(lockFile, 0);
    if (held !== null) return held;
    if (Date.now() > end)
      throw new AppError(
        "conflict",
        "An export is under way, here or in another Belay. Try again in a moment.",
      );
  }
}

async function whileHeld<T>(held: KernelLock, act: () => T | Promise<T>): Promise<T> {
  try {
    return await act();
  } finally {
    held.release();
  }
}

/** What was saved belongs to this switching-on; otherwise it says nothing of it. */
const stateOf = (
  saved: TelemetryState | null,
  { since }: TelemetrySettings,
): TelemetryState | null => (saved?.sinceId === since?.id ? saved : null);

async function sendTotals(
  options: ExporterOptions,
  chosen: TelemetrySettings,
  signal: AbortSignal,
): Promise<ExportResult> {
  const { state, headers, now, intervalMs } = options;
  const before = stateOf(state.read(), chosen);
  const identity = identityOf(chosen, resourceOf(chosen, options));
  const from = { chosen, saved: before, identity, at: now() };
  const { saved, totals } = await catchUp(options.ledger, from);
  const at = Math.max(now(), saved.pointAt + 1, saved.startAt + 1);
  // New series are written down before anybody hears of them: after a crash they go on, and do not begin twice.
  if (saved.startAt !== before?.startAt) state.write(saved);
  const { result, retryAfterMs } = await tryExchange(
    options,
    { chosen, signal, key: () => keyOf(headers, chosen) },
    { totals, since: saved.startAt, at },
  );
  const isTaken = result.outcome === "accepted" || result.outcome === "partial";
  const failures = isTaken ? 0 : saved.failures + 1;
  state.write({
    ...saved,
    pointAt: at,
    exported: isTaken ? { mark: saved.mark, at } : saved.exported,
    last: { ...result, at },
    failures,
    notBefore: isTaken ? 0 : at + backOff(failures, { retryAfterMs, intervalMs }),
  });
  return result;
}

async function keyOf(
  headers: HeaderKeys,
  { endpoint, hasHeader }: TelemetrySettings,
): Promise<BoundKey | null> {
  if (!hasHeader) return null;
  const key = await headers.get(endpoint);
  if (key !== null) return key;
  throw new CollectorError("refused", headerGone);
}

interface Waits {
  readonly retryAfterMs: number | null;
  readonly intervalMs: number;
}

/** Twice as long each time, some of it by chance, so that a team does not come back all at once; or as long as the collector says. */
function backOff(failures: number, { retryAfterMs, intervalMs }: Waits): number {
  const own = Math.min(longestWaitMs, intervalMs * 2 ** Math.min(failures - 1, 10));
  const asked = Math.min(longestAskedMs, retryAfterMs ?? 0);
  return Math.round(Math.max(own * (0.8 + Math.random() * 0.2), asked));
}

interface Place {
  readonly chosen: TelemetrySettings;
  readonly signal: AbortSignal;
  readonly key: () => Promise<BoundKey | null>;
}

interface Tried {
  readonly result: ExportResult;
  readonly retryAfterMs: number | null;
}

/** One exchange; a failure that is to be expected is an answer. */
async function tryExchange(
  { egress, version, names }: ExporterOptions,
  { chosen, signal, key: find }: Place,
  moment: Pick<Snapshot, "totals" | "since" | "at">,
): Promise<Tried> {
  try {
    const key = await find();
    // The SDK is read only where something is exported: what is off costs nothing.
    const { exportMetrics } = await import("./otlp.ts");
    const { endpoint } = chosen;
    const resource = resourceOf(chosen, { version, names });
    const answer = await exportMetrics({ ...moment, resource, version }, (body) =>
      post({ egress, endpoint, key, signal }, body),
    );
    return { result: taken(answer), retryAfterMs: null };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const isCollector = error instanceof CollectorError;
    return {
      result: {
        outcome: isCollector ? error.outcome : "unreachable",
        message: error.message,
        rejected: 0,
      },
      retryAfterMs: isCollector ? error.retryAfterMs : null,
    };
  }
}

function taken({ rejected, message }: OtlpAnswer): ExportResult {
  if (rejected === 0) return { outcome: "accepted", message: "", rejected };
  return { outcome: "partial", message: partialMessage(rejected, message), rejected };
}
