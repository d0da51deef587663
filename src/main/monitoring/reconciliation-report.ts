import type { Reconciliation, ReconciliationRow } from "../../shared/monitoring.ts";
import type { OwnHour, ProviderHour } from "./hours.ts";
import type { NamedHour, Reconciled } from "./reconcile.ts";
import type { SeriesCounting, Stretch } from "./read-series.ts";

export interface ReportInput {
  readonly region: string;
  readonly stretch: Stretch;
  /** Unix milliseconds. */
  readonly readAt: number;
  readonly counting: SeriesCounting;
  readonly thresholdPercent: number;
  /** Rows in the answer; 5,000 unless told. */
  readonly mostRows?: number;
}

const mostRows = 5000;

/** States in which both sides were complete, watched and of our keys. */
const compared: ReadonlySet<State> = new Set<State>([
  "agree",
  "hour-edge",
  "unknown-usage",
  "more",
  "less",
  "missing",
  "elsewhere",
  "other-calls",
]);
const differing: ReadonlySet<State> = new Set<State>(["more", "less", "missing", "elsewhere"]);

type State = ReconciliationRow["state"];
type OwnCounts = NonNullable<ReconciliationRow["ours"]>;
type ProviderCounts = NonNullable<ReconciliationRow["theirs"]>;
type Drift = ReconciliationRow["drift"];

/** What window and command line show of a reconciliation. */
export function reconciliationReport(
  { hours, completeUpTo, coveredFrom, keys }: Reconciled,
  input: ReportInput,
): Reconciliation {
  const { region, stretch, readAt, counting, thresholdPercent } = input;
  const most = input.mostRows ?? mostRows;
  const rows = hours.map((hour) => toRow(hour, thresholdPercent));
  const settled = rows.filter(({ state }) => compared.has(state));
  const ours = addUp([noOwn, ...settled.map((row) => row.ours ?? noOwn)]);
  const theirs = addUp([noProvider, ...settled.map((row) => row.theirs ?? noProvider)]);
  const states: Reconciliation["states"] = {};
  for (const { state } of rows) states[state] = (states[state] ?? 0) + 1;
  return {
    region,
    since: iso(stretch.from),
    until: iso(stretch.to),
    readAt: iso(readAt),
    completeUpTo: completeUpTo === null ? null : iso(completeUpTo),
    coveredFrom: coveredFrom === null ? null : iso(coveredFrom),
    counting,
    thresholdPercent,
    totals: { ours, theirs, drift: driftOf(ours, theirs) },
    states,
    alerts: alertsOf(hours, thresholdPercent),
    rows: rows.slice(0, most),
    leftOut: Math.max(0, rows.length - most),
    keys: [...keys],
  };
}

const iso = (at: number): string => new Date(at).toISOString();

const noOwn: OwnCounts = {
  calls: 0,
  tokens: 0,
  inputTokens: 0,
  cachedTokens: 0,
  outputTokens: 0,
  uncertainCalls: 0,
  unknownCalls: 0,
  unknownTokens: 0,
};

const noProvider: ProviderCounts = {
  calls: 0,
  tokens: 0,
  inputTokens: 0,
  cachedTokens: 0,
  outputTokens: 0,
  failedCalls: 0,
};

function toRow(named: NamedHour, thresholdPercent: number): ReconciliationRow {
  const { hour, model, workspaceId, key, state, movedTokens } = named;
  const ours = named.ours === null ? null : ownCounts(named.ours);
  const theirs = named.theirs === null ? null : providerCounts(named.theirs);
  return {
    hour: iso(hour),
    model,
    workspaceId,
    key,
    state,
    ours,
    theirs,
    drift: driftOf(ours ?? noOwn, theirs ?? noProvider),
    movedTokens,
    alert: isAlert(named, thresholdPercent),
  };
}

const ownCounts = ({ inputTokens, cachedTokens, outputTokens, ...own }: OwnHour): OwnCounts => ({
  calls: own.calls,
  tokens: inputTokens + outputTokens,
  inputTokens,
  cachedTokens,
  outputTokens,
  uncertainCalls: own.uncertainCalls,
  unknownCalls: own.unknownCalls,
  unknownTokens: own.unknownInputTokens + own.unknownOutputTokens,
});

const providerCounts = ({
  calls,
  failedCalls,
  inputTokens,
  cachedTokens,
  outputTokens,
}: ProviderHour): ProviderCounts => ({
  calls,
  failedCalls,
  tokens: inputTokens + outputTokens,
  inputTokens,
  cachedTokens,
  outputTokens,
});

type Side = Pick<OwnCounts, "tokens" | "calls">;

function driftOf(ours: Side, theirs: Side): Drift {
  const tokens = theirs.tokens - ours.tokens;
  return {
    tokens,
    calls: theirs.calls - ours.calls,
    percent: percentOf(tokens, Math.max(ours.tokens, theirs.tokens)),
  };
}

/** To two decimals; what is not nothing never rounds to nothing. */
function percentOf(part: number, whole: number): number | null {
  if (whole === 0) return null;
  const percent = Math.round((part / whole) * 10_000) / 100;
  return percent === 0 && part !== 0 ? 0.01 * Math.sign(part) : percent;
}

/** The tokens that nothing explains, both kinds counted whichever way they differ. */
const unexplained = ({ gap }: NamedHour): number =>
  Math.abs(gap.inputTokens) + Math.abs(gap.outputTokens);

function largestOf({ ours, theirs }: NamedHour): number {
  const own = ours === null ? 0 : ours.inputTokens + ours.outputTokens;
  const other = theirs === null ? 0 : theirs.inputTokens + theirs.outputTokens;
  return Math.max(own, other);
}

function isAlert(named: NamedHour, thresholdPercent: number): boolean {
  if (!differing.has(named.state)) return false;
  const tokens = unexplained(named);
  return tokens > 0 && (tokens / largestOf(named)) * 100 >= thresholdPercent;
}

function alertsOf(hours: readonly NamedHour[], threshold: number): Reconciliation["alerts"] {
  const groups = new Map<string, NamedHour[]>();
  for (const named of hours) {
    if (!isAlert(named, threshold)) continue;
    const { state, model, workspaceId, key } = named;
    const name = JSON.stringify([state, model, workspaceId, key.fingerprint, key.apiKeyId]);
    groups.set(name, [...(groups.get(name) ?? []), named]);
  }
  return [...groups.values()].flatMap((group) => {
    // Newest first.
    const [newest] = group;
    const oldest = group.at(-1);
    if (newest === undefined || oldest === undefined) return [];
    const { state, model, workspaceId, key } = newest;
    const tokens = total(group, ({ gap }) => gap.inputTokens + gap.outputTokens);
    const drift: Drift = {
      tokens,
      calls: total(group, ({ gap }) => gap.calls),
      percent: percentOf(tokens, total(group, largestOf)),
    };
    return [
      {
        state,
        model,
        workspaceId,
        key,
        hours: group.length,
        firstHour: iso(oldest.hour),
        lastHour: iso(newest.hour),
        drift,
      },
    ];
  });
}

const total = <T>(list: readonly T[], valueOf: (one: T) => number): number =>
  list.reduce((sum, one) => sum + valueOf(one), 0);

/** Sums of every figure. */
function addUp<T extends Readonly<Record<string, number>>>(list: readonly T[]): T {
  const [first, ...rest] = list;
  const sums: Record<string, number> = { ...first };
  for (const one of rest)
    for (const [name, value] of Object.entries(one)) sums[name] = (sums[name] ?? 0) + value;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the names are those of the first
  return sums as T;
}
