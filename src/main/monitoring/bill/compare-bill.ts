import type { BillMapping } from "../../../shared/bill-file.ts";
import type { Currency } from "../../../shared/money.ts";
import {
  hourMs,
  hourly,
  periodOf,
  type OwnHour,
  type Period,
  type ProviderFigures,
  type ProviderHour,
} from "../hours.ts";
import type { KeyLink } from "../link-keys.ts";
import { reconcile, type NamedHour, type Reconciled } from "../reconcile.ts";
import type { Stretch } from "../read-series.ts";
import type { BilledCost, BilledHour, FoldedBill } from "./fold-bill.ts";
import { anyKey, ownPeriods, type Grain } from "./own-periods.ts";
import { zoneMs } from "./parse-cell.ts";

/** A file with how its columns were read. */
export interface ReadBill {
  readonly bill: FoldedBill;
  readonly mapping: BillMapping;
}

export interface CompareBillInput extends ReadBill {
  /** Hours of the ledger within `billStretch`, and one period on both sides of it. */
  readonly ours: readonly OwnHour[];
  readonly links: readonly Omit<KeyLink, "link">[];
  /** When the file was written, as far as that is known; Unix milliseconds. */
  readonly writtenAt: number;
}

type Costs = ReadonlyMap<Currency, BilledCost>;

export interface ComparedBill {
  readonly reconciled: Reconciled;
  readonly stretch: Stretch;
  readonly grain: Grain & { readonly calls: boolean };
  readonly cached: "within" | "beside" | null;
  /** What the file charges for a row. */
  readonly costsOf: (row: NamedHour) => Costs;
}

const dayMs = 24 * hourMs;

/** Hours, or days of the zone's calendar. What names no time of day is of a day, whatever was chosen. */
export function periodOfBill({ bill, mapping }: ReadBill): Period {
  const isDaily =
    mapping.period === "day" || bill.isClockless || (mapping.period === "auto" && bill.isDaily);
  return isDaily ? { ms: dayMs, aheadMs: zoneMs(mapping.zone) } : hourly;
}

/** The time that a file is of: from the beginning of its first row to the end of its last. */
export function billStretch(read: ReadBill): Stretch {
  const period = periodOfBill(read);
  let from = Infinity;
  let to = -Infinity;
  for (const { hour } of read.bill.hours) {
    from = Math.min(from, periodOf(hour, period));
    to = Math.max(to, periodOf(hour, period) + period.ms);
  }
  return { from, to };
}

/**
 * Ledger and file, period by period, with the states of a reconciliation (see `reconciliationStateSchema`). Nothing is said of a time,
 * a model or a key that the file is not of; where it names no keys, more than ours may be anybody's. Pure.
 */
export function compareBill(input: CompareBillInput): ComparedBill {
  const { bill, mapping, links, writtenAt } = input;
  const stretch = billStretch(input);
  const grain = grainOf(input);
  const ours = ownPeriods(input.ours, grain);
  const { theirs, cached } = theirsOf(input, { ours, grain, stretch });
  const costs = new Map(theirs.map(({ hour, costs: own }) => [hour, own]));
  const figures = figuresOf(
    theirs.map(({ hour }) => hour),
    stretch,
  );
  const reconciled = reconcile({
    ours,
    theirs: figures,
    links: grain.keys
      ? links
      : [{ fingerprint: anyKey, provider: { apiKeyId: anyKey, workspaceId: "" } }],
    stretch,
    // A time before its own rows is none at which it can have been written.
    now: writtenAt < stretch.from ? Infinity : writtenAt,
    period: grain.period,
    extent: stretch,
  });
  const calls = bill.hours.some(({ tokens }) => tokens.calls > 0);
  return {
    reconciled: asFarAsTold(reconciled, { figures, grain }),
    stretch,
    grain: { ...grain, calls },
    cached:
      mapping.columns.kind === undefined && mapping.columns.cached === undefined ? null : cached,
    costsOf: ({ theirs: one }) => (one === null ? new Map() : (costs.get(one) ?? new Map())),
  };
}

function grainOf(read: ReadBill): Grain {
  const { columns } = read.mapping;
  return {
    period: periodOfBill(read),
    models: columns.model !== undefined,
    keys: columns.key !== undefined,
    kinds: read.bill.hours.some(
      ({ tokens }) => tokens.input > 0 || tokens.output > 0 || tokens.cached > 0,
    ),
  };
}

interface Billed {
  readonly hour: ProviderHour;
  readonly costs: Costs;
}

interface Beside {
  readonly ours: readonly OwnHour[];
  readonly grain: Grain;
  readonly stretch: Stretch;
}

/** The provider's side, with its cached tokens where they fit our figures better unless the person has said. */
function theirsOf({ bill, mapping }: ReadBill, beside: Beside) {
  const make = (cached: "within" | "beside"): readonly Billed[] =>
    billedPeriods(bill.hours, { ...beside, cached });
  const hasCached = bill.hours.some(({ tokens }) => tokens.cached > 0);
  if (!hasCached) return { theirs: make("within"), cached: null };
  if (mapping.cached !== "auto") return { theirs: make(mapping.cached), cached: mapping.cached };
  const within = make("within");
  const outside = make("beside");
  return distance(outside, beside) < distance(within, beside)
    ? { theirs: outside, cached: "beside" as const }
    : { theirs: within, cached: "within" as const };
}

/** How far the input of both sides lies apart, period by period and model by model. */
function distance(theirs: readonly Billed[], { ours, stretch }: Beside): number {
  const gaps = new Map<string, number>();
  const add = ({ hour, model }: OwnHour | ProviderHour, tokens: number): void => {
    const name = `${hour} ${model}`;
    gaps.set(name, (gaps.get(name) ?? 0) + tokens);
  };
  for (const { hour } of theirs) add(hour, hour.inputTokens);
  for (const own of ours)
    if (own.hour >= stretch.from && own.hour < stretch.to) add(own, -own.inputTokens);
  return [...gaps.values()].reduce((sum, gap) => sum + Math.abs(gap), 0);
}

function billedPeriods(
  hours: readonly BilledHour[],
  { ours, grain, cached }: Beside & { readonly cached: "within" | "beside" },
): readonly Billed[] {
  // The same model in other letters is the same.
  const spelling = new Map(ours.map(({ model }) => [model.toLowerCase(), model]));
  const periods = new Map<string, Billed>();
  for (const one of hours) {
    const { input, output, total, calls } = one.tokens;
    const sum = input + output + one.tokens.cached + total + calls;
    if (sum === 0) continue;
    const inputTokens = grain.kinds ? input + (cached === "beside" ? one.tokens.cached : 0) : total;
    const hour: ProviderHour = {
      hour: periodOf(one.hour, grain.period),
      model: grain.models ? (spelling.get(one.model.toLowerCase()) ?? one.model) : "",
      workspaceId: grain.keys ? one.workspaceId : "",
      apiKeyId: grain.keys ? one.apiKeyId : anyKey,
      calls,
      failedCalls: 0,
      inputTokens,
      cachedTokens: one.tokens.cached,
      outputTokens: output,
    };
    const name = JSON.stringify([hour.hour, hour.model, hour.workspaceId, hour.apiKeyId]);
    const known = periods.get(name);
    periods.set(
      name,
      known === undefined ? { hour, costs: one.costs } : together(known, hour, one),
    );
  }
  return [...periods.values()];
}

function together(known: Billed, hour: ProviderHour, { costs }: BilledHour): Billed {
  const sums = new Map(known.costs);
  for (const [currency, { nano, amounts }] of costs) {
    const before = sums.get(currency) ?? { nano: 0n, amounts: 0 };
    sums.set(currency, { nano: before.nano + nano, amounts: before.amounts + amounts });
  }
  return {
    costs: sums,
    hour: {
      ...hour,
      calls: known.hour.calls + hour.calls,
      inputTokens: known.hour.inputTokens + hour.inputTokens,
      cachedTokens: known.hour.cachedTokens + hour.cachedTokens,
      outputTokens: known.hour.outputTokens + hour.outputTokens,
    },
  };
}

/** A file's first and last row are whole: its figures begin before the one and reach to the end of the other. */
function figuresOf(hours: readonly ProviderHour[], { from, to }: Stretch): ProviderFigures {
  const ids = new Set(hours.map(({ workspaceId }) => workspaceId));
  const extent = { first: from - 1, newest: to - 1 };
  return { hours, workspaces: Object.fromEntries([...ids, ""].map((id) => [id, extent])) };
}

interface Told {
  readonly figures: ProviderFigures;
  readonly grain: Grain;
}

/** Takes back what the file cannot tell: a filter may have left a model or a key out, and without keys anybody may have called. */
function asFarAsTold({ hours, ...rest }: Reconciled, { figures, grain }: Told): Reconciled {
  const models = new Set(figures.hours.map(({ model }) => model));
  const keys = new Set(figures.hours.map(({ apiKeyId }) => apiKeyId));
  const isTold = ({ model, key }: NamedHour): boolean =>
    models.has(model) && key.apiKeyId !== null && keys.has(key.apiKeyId);
  const stateOf = (hour: NamedHour): NamedHour["state"] => {
    if (hour.state === "missing" && !isTold(hour)) return "not-monitored";
    const isMore = hour.state === "more" || hour.state === "elsewhere";
    return isMore && !grain.keys ? "other-calls" : hour.state;
  };
  return {
    ...rest,
    hours: hours.map((hour) => ({ ...hour, ...whose(hour, grain), state: stateOf(hour) })),
    keys: grain.keys ? rest.keys : [],
  };
}

function whose(
  { workspaceId, key }: NamedHour,
  grain: Grain,
): Pick<NamedHour, "workspaceId" | "key"> {
  return {
    workspaceId: workspaceId === "" ? null : workspaceId,
    key: grain.keys ? key : { fingerprint: null, apiKeyId: null, link: null },
  };
}
