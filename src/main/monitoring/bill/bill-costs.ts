import type { BillCost, BillReport } from "../../../shared/bill-file.ts";
import { formatNano, type Currency } from "../../../shared/money.ts";
import type { NamedHour } from "../reconcile.ts";
import type { ComparedBill } from "./compare-bill.ts";
import type { BilledCost } from "./fold-bill.ts";

/** States in which a row's amounts are of the same calls, or differ as its tokens do. */
const settled: ReadonlySet<NamedHour["state"]> = new Set<NamedHour["state"]>([
  "agree",
  "hour-edge",
  "unknown-usage",
  "more",
  "less",
  "missing",
  "elsewhere",
  "other-calls",
]);

interface NanoCost {
  readonly currency: Currency;
  readonly ours: bigint;
  readonly theirs: bigint;
  /** What the file's decimals may have left out. */
  readonly rounding: bigint;
  /** Calls of ours without a price, or without the usage that makes it. */
  readonly isUncertain: boolean;
}

export interface CostInput {
  readonly rows: readonly NamedHour[];
  readonly costsOf: ComparedBill["costsOf"];
  /** The most digits after the point in the file. */
  readonly decimals: number;
  readonly thresholdPercent: number;
}

/** Amounts of each row, their sums and what stands out; empty where the file names no amounts. */
export interface ComparedCosts {
  readonly ofRow: (row: NamedHour) => readonly BillCost[];
  readonly totals: BillReport["costs"];
  readonly alerts: BillReport["costAlerts"];
}

export function compareCosts(input: CostInput): ComparedCosts {
  const all = new Map(input.rows.map((row) => [row, costsOfRow(row, input)]));
  const hasAmounts = input.rows.some((row) => input.costsOf(row).size > 0);
  const ofRow = (row: NamedHour): readonly NanoCost[] => (hasAmounts ? (all.get(row) ?? []) : []);
  return {
    // What lies in the period next to it is in its amount too; in a sum it is not missing.
    ofRow: (row) =>
      ofRow(row).map((cost) => toCost({ ...cost, isUncertain: cost.isUncertain || row.isMoved })),
    totals: totalsOf(input.rows.flatMap(ofRow)),
    alerts: alertsOf(input, ofRow),
  };
}

function costsOfRow(row: NamedHour, { costsOf, decimals }: CostInput): readonly NanoCost[] {
  if (!settled.has(row.state)) return [];
  const theirs = costsOf(row);
  const { ours: own, state } = row;
  const ours = { USD: own?.cost.usdNano ?? 0n, CNY: own?.cost.cnyNano ?? 0n };
  const isUncertain = state === "unknown-usage" || (own?.cost.unpricedCalls ?? 0) > 0;
  return (["USD", "CNY"] as const)
    .filter((currency) => theirs.has(currency) || ours[currency] !== 0n)
    .map((currency) => {
      const billed = theirs.get(currency) ?? { nano: 0n, amounts: 0 };
      return {
        currency,
        ours: ours[currency],
        theirs: billed.nano,
        rounding: roundingOf(billed, decimals),
        isUncertain,
      };
    });
}

/** One unit of the last digit for each amount: they are rounded or cut. Amounts that are all whole are taken to have cents. */
function roundingOf({ amounts }: BilledCost, decimals: number): bigint {
  if (decimals === 9) return 0n;
  return BigInt(amounts) * 10n ** BigInt(9 - Math.min(9, Math.max(2, decimals)));
}

const size = (value: bigint): bigint => (value < 0n ? -value : value);

const isWithin = ({ ours, theirs, rounding }: NanoCost): boolean => size(theirs - ours) <= rounding;

function toCost(cost: NanoCost): BillCost {
  const { currency, ours, theirs, isUncertain } = cost;
  const judged = ours === theirs ? "same" : isWithin(cost) ? "rounding" : "differs";
  return {
    currency,
    ours: formatNano(ours),
    theirs: formatNano(theirs),
    difference: formatNano(theirs - ours),
    state: judged === "differs" && isUncertain ? "uncertain" : judged,
  };
}

function summed(costs: readonly NanoCost[]): readonly NanoCost[] {
  return (["USD", "CNY"] as const).flatMap((currency) => {
    const own = costs.filter((cost) => cost.currency === currency);
    if (own.length === 0) return [];
    const sum = (valueOf: (cost: NanoCost) => bigint): bigint =>
      own.reduce((total, cost) => total + valueOf(cost), 0n);
    return [
      {
        currency,
        ours: sum(({ ours }) => ours),
        theirs: sum(({ theirs }) => theirs),
        rounding: sum(({ rounding }) => rounding),
        isUncertain: own.some((cost) => cost.isUncertain),
      },
    ];
  });
}

const totalsOf = (costs: readonly NanoCost[]): BillReport["costs"] =>
  summed(costs).map((cost) => Object.assign(toCost(cost), { percent: percentOf(cost) }));

/** To two decimals; what is not nothing is never nothing. */
function percentOf({ ours, theirs }: NanoCost): number | null {
  const whole = size(ours) > size(theirs) ? size(ours) : size(theirs);
  if (whole === 0n) return null;
  const part = theirs - ours;
  const percent = Number((size(part) * 10_000n + whole / 2n) / whole) / 100;
  const shown = percent === 0 && part !== 0n ? 0.01 : percent;
  return part < 0n ? -shown : shown;
}

/** The same tokens at another amount: a discount, a coupon, or a price that this machine does not know. */
function alertsOf(
  { rows, thresholdPercent }: CostInput,
  ofRow: (row: NamedHour) => readonly NanoCost[],
): BillReport["costAlerts"] {
  const same = rows.filter(({ state }) => state === "agree");
  const models = [...new Set(same.map(({ model }) => model))];
  return models.flatMap((model) => {
    const costs = same
      .filter((row) => row.model === model)
      .flatMap(ofRow)
      .filter((cost) => !cost.isUncertain && !isWithin(cost));
    return summed(costs).flatMap((cost) => {
      const percent = percentOf(cost);
      if (isWithin(cost) || percent === null || Math.abs(percent) < thresholdPercent) return [];
      const { currency, ours, theirs } = cost;
      const count = costs.filter((one) => one.currency === currency).length;
      const amounts = { ours: formatNano(ours), theirs: formatNano(theirs) };
      return [{ model, currency, rows: count, ...amounts, percent }];
    });
  });
}
