import { measurementsOf } from "./metrics.ts";
import type { LedgerMark, LedgerReads } from "./ledger-tail.ts";
import { folderName } from "./resource.ts";
import type { TelemetrySettings, TelemetryState } from "./telemetry-files.ts";
import { createTotals, type Totals } from "./totals.ts";

/** Rows that are asked for at once: the ledger's thread answers others in between. */
const page = 1000;

export interface CaughtUp {
  /** With the totals in it, as they are to be kept. */
  readonly saved: TelemetryState;
  readonly totals: Totals;
}

interface From {
  readonly chosen: TelemetrySettings;
  readonly saved: TelemetryState | null;
  /** What the series are called now: `identityOf`. */
  readonly identity: string;
  readonly at: number;
}

/** Counts what the ledger has beyond the kept totals. Where what they count or are called has changed, other series begin. */
export async function catchUp(ledger: LedgerReads, from: From): Promise<CaughtUp> {
  const first = begin(from);
  const state = await countRows(ledger, from.chosen, first);
  if (state !== null) return state;
  // Another ledger lies there now: a backup that was put back, or a new one. What is newer than all that was counted is counted.
  const mark = await ledger.newest(first.newestAt);
  const again = await countRows(ledger, from.chosen, seriesFrom(from, { mark, startAt: from.at }));
  if (again === null) throw new Error("The ledger changes while it is read.");
  return again;
}

/** The kept state, or the beginning of new series. */
function begin(from: From): TelemetryState {
  const { chosen, saved, identity, at } = from;
  if (saved === null)
    return seriesFrom(from, {
      mark: chosen.since?.mark ?? null,
      startAt: chosen.since?.at ?? at,
    });
  if (saved.identity === identity) return saved;
  // Under another name, or at another place: what is there already under the old one is not told twice.
  const mark = saved.exported === null ? saved.startMark : saved.exported.mark;
  return seriesFrom(from, { mark, startAt: at });
}

function seriesFrom(
  { chosen, saved, identity }: From,
  { mark, startAt }: { readonly mark: LedgerMark | null; readonly startAt: number },
): TelemetryState {
  return {
    sinceId: chosen.since?.id ?? "",
    identity,
    startAt: Math.max(startAt, (saved?.pointAt ?? -1) + 1),
    startMark: mark,
    mark,
    newestAt: saved?.newestAt ?? chosen.since?.at ?? 0,
    totals: {},
    exported: null,
    pointAt: saved?.pointAt ?? 0,
    last: saved?.last ?? null,
    failures: 0,
    notBefore: 0,
  };
}

/** Null where the row that was read last is not there any more. */
async function countRows(
  ledger: LedgerReads,
  chosen: TelemetrySettings,
  first: TelemetryState,
): Promise<CaughtUp | null> {
  const totals = createTotals(first.totals);
  let { mark, newestAt } = first;
  for (;;) {
    const { rows, replaced } = await ledger.tail(mark, page);
    if (replaced) return null;
    for (const row of rows) {
      const workspace = folderName(row.workspace, chosen);
      for (const measurement of measurementsOf(row, workspace)) totals.add(measurement);
      mark = { id: row.id, requestId: row.requestId };
      newestAt = Math.max(newestAt, row.atMs);
    }
    if (rows.length < page) break;
  }
  return { saved: { ...first, mark, newestAt, totals: totals.save() }, totals };
}
