import type { Reconciliation, ReconciliationRow } from "../../shared/monitoring.ts";
import { monitoringFacts } from "../catalogue/monitoring-facts.ts";
import { compareHours, isNothing, type ComparedHour, type PairedHour } from "./compare-hours.ts";
import {
  hourMs,
  hourly,
  periodOf,
  type OwnHour,
  type Period,
  type ProviderFigures,
} from "./hours.ts";
import { keyName, linkKeys, type KeyLink } from "./link-keys.ts";
import type { Stretch } from "./read-series.ts";

export interface ReconcileInput {
  /** Hours of the ledger, and the provider's, within the stretch and one hour on both sides of it, for its edges. */
  readonly ours: readonly OwnHour[];
  readonly theirs: ProviderFigures;
  /** Keys that the person put together. */
  readonly links: readonly Omit<KeyLink, "link">[];
  readonly stretch: Stretch;
  /** When the provider's figures were read, Unix milliseconds. */
  readonly now: number;
  /** Hours of UTC unless told; then `hour` of both sides is a period's beginning. */
  readonly period?: Period;
  /** Where the provider's figures begin and end by themselves, as those of a file do: nothing is known beyond. */
  readonly extent?: Stretch;
}

type State = ReconciliationRow["state"];

/** An hour of one model and key, with its name. */
export interface NamedHour extends ComparedHour {
  readonly model: string;
  readonly workspaceId: string | null;
  readonly key: ReconciliationRow["key"];
  readonly state: State;
}

export interface Reconciled {
  readonly hours: readonly NamedHour[];
  readonly completeUpTo: number | null;
  readonly coveredFrom: number | null;
  readonly keys: Reconciliation["keys"];
}

const lagMs = monitoringFacts.lagMinutes * 60_000;

/** Where the newest figures stop short, what is missing after them is late and not lost, for so long. */
const lateMs = 24 * hourMs;

/** Ledger and provider, hour by hour, each difference with its name (see `reconciliationStateSchema`). Pure. */
export function reconcile(input: ReconcileInput): Reconciled {
  const times = timesOf(input);
  const { period } = times;
  const how = {
    completeUpTo: times.lagEnd,
    periodMs: period.ms,
    ...(input.extent === undefined ? {} : { begin: input.extent.from }),
  };
  const isSettled = ({ hour }: { readonly hour: number }): boolean =>
    hour + period.ms <= times.lagEnd &&
    (times.first === null || hour >= periodOf(times.first, period));
  const links = linkKeys(
    input.ours.filter(isSettled),
    input.theirs.hours.filter(isSettled),
    input.links,
  );
  const lines = linesOf(input, links);
  let completeUpTo = Math.min(times.lagEnd, input.stretch.to);
  const hours = lines.flatMap((line) =>
    within(input.stretch, compareHours(line.hours, how)).map((compared) => {
      const plain = nameOf(compared, line);
      const state = timely(plain, { compared, line, times });
      if (state === "pending" && plain !== "agree")
        completeUpTo = Math.min(completeUpTo, compared.hour);
      const { model, workspaceId, key } = line;
      return Object.assign({}, compared, { model, workspaceId, key, state });
    }),
  );
  return {
    hours: hours.toSorted((a, b) => b.hour - a.hour || a.model.localeCompare(b.model)),
    completeUpTo: completeUpTo > input.stretch.from ? completeUpTo : null,
    coveredFrom: times.first,
    keys: keysOf(lines),
  };
}

const within = ({ from, to }: Stretch, hours: readonly ComparedHour[]): readonly ComparedHour[] =>
  hours.filter(({ hour }) => hour >= from && hour < to);

interface Times {
  /** The end of the last hour that the provider's usual lag leaves complete. */
  readonly lagEnd: number;
  readonly first: number | null;
  readonly newest: number | null;
  readonly now: number;
  readonly period: Period;
  readonly workspaces: ProviderFigures["workspaces"];
}

function timesOf({ theirs: { workspaces }, now, ...input }: ReconcileInput): Times {
  const { period = hourly, extent } = input;
  const extents = Object.values(workspaces);
  return {
    lagEnd: Math.min(periodOf(now - lagMs, period), extent?.to ?? Infinity),
    first: extents.length === 0 ? null : Math.min(...extents.map(({ first }) => first)),
    newest: extents.length === 0 ? null : Math.max(...extents.map(({ newest }) => newest)),
    now,
    period,
    workspaces,
  };
}

interface Line {
  readonly model: string;
  readonly workspaceId: string | null;
  readonly key: ReconciliationRow["key"];
  readonly hours: readonly PairedHour[];
}

/** The hours of both sides by model and key. */
function linesOf({ ours, theirs }: ReconcileInput, links: readonly KeyLink[]): readonly Line[] {
  const lines = new Map<string, Omit<Line, "hours"> & { readonly at: Map<number, PairedHour> }>();
  function pairAt(hour: number, line: Omit<Line, "hours">): PairedHour {
    const { fingerprint, apiKeyId } = line.key;
    const name = JSON.stringify([line.model, fingerprint, apiKeyId, line.workspaceId]);
    const known = lines.get(name) ?? Object.assign({}, line, { at: new Map<number, PairedHour>() });
    lines.set(name, known);
    const pair = known.at.get(hour) ?? { hour, ours: null, theirs: null };
    known.at.set(hour, pair);
    return pair;
  }
  for (const own of ours) {
    const link = links.find(({ fingerprint }) => fingerprint === own.fingerprint);
    const line = lineOf(own.model, own.fingerprint, link);
    Object.assign(pairAt(own.hour, line), { ours: own });
  }
  for (const one of theirs.hours) {
    const link = links.find(({ provider }) => keyName(provider) === keyName(one));
    const key = { fingerprint: null, apiKeyId: one.apiKeyId, link: null };
    const alone = { model: one.model, workspaceId: one.workspaceId, key };
    const line = link === undefined ? alone : lineOf(one.model, link.fingerprint, link);
    Object.assign(pairAt(one.hour, line), { theirs: one });
  }
  return [...lines.values()].map(({ at, model, workspaceId, key }) => ({
    model,
    workspaceId,
    key,
    hours: [...at.values()].toSorted((a, b) => a.hour - b.hour),
  }));
}

function lineOf(
  model: string,
  fingerprint: string,
  link: KeyLink | undefined,
): Omit<Line, "hours"> {
  return {
    model,
    workspaceId: link?.provider.workspaceId ?? null,
    key: { fingerprint, apiKeyId: link?.provider.apiKeyId ?? null, link: link?.link ?? null },
  };
}

/** What an hour is by its figures alone. */
function nameOf({ ours, theirs, gap, isMoved }: ComparedHour, { key }: Line): State {
  if (key.fingerprint === null) return "other-key";
  if (isNothing(gap)) {
    if (isMoved) return "hour-edge";
    const own = ours ?? { inputTokens: 0, outputTokens: 0 };
    const isSame =
      own.inputTokens === (theirs?.inputTokens ?? 0) &&
      own.outputTokens === (theirs?.outputTokens ?? 0);
    return isSame ? "agree" : "unknown-usage";
  }
  if (ours === null) return "elsewhere";
  if (theirs === null) return "missing";
  const tokens = gap.inputTokens + gap.outputTokens;
  return tokens > 0 || (tokens === 0 && gap.calls >= 0) ? "more" : "less";
}

interface Moment {
  readonly compared: ComparedHour;
  readonly line: Line;
  readonly times: Times;
}

/** The same, where the hour is complete and was watched. */
function timely(state: State, { compared, line, times }: Moment): State {
  const { period } = times;
  const end = compared.hour + period.ms;
  if (end > times.lagEnd) return "pending";
  if (state !== "missing" && state !== "less") return state;
  const extent = line.workspaceId === null ? undefined : times.workspaces[line.workspaceId];
  const first = extent?.first ?? times.first;
  const newest = extent?.newest ?? times.newest;
  if (first === null || newest === null || periodOf(first, period) >= compared.hour)
    return "not-monitored";
  return compared.hour >= periodOf(newest, period) && times.now - end < lateMs ? "pending" : state;
}

function keysOf(lines: readonly Line[]): Reconciliation["keys"] {
  const keys = lines.map(({ key, workspaceId }) => Object.assign({}, key, { workspaceId }));
  const byName = new Map(
    keys.map((key) => [JSON.stringify([key.fingerprint, key.apiKeyId, key.workspaceId]), key]),
  );
  return [...byName.values()];
}
