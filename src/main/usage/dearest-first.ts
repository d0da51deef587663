import { currencySchema, type Currency } from "../../shared/money.ts";

/** What one session cost in one currency; "" where no price is known. Whole units and the nano-units that are left, as they were summed. */
export interface SessionCost {
  readonly session_id: string;
  readonly currency: string;
  readonly calls: number;
  readonly unpriced_calls: number;
  readonly cost_units: number;
  readonly cost_rest: number;
}

export interface SessionOrder {
  readonly sessions: readonly string[];
  /** In which any of them has a cost. */
  readonly currencies: readonly Currency[];
}

interface Cost {
  readonly session: string;
  calls: number;
  /** Units and nano-units of each currency, in the order of currencies. */
  readonly amounts: (readonly [number, number])[];
}

const unit = 1_000_000_000;

/**
 * Sessions by what they cost in the first currency, then in the next, then by their requests, then as they came: amounts of two
 * currencies are never compared, nor added.
 */
export function dearestFirst(rows: readonly SessionCost[]): SessionOrder {
  const costs = new Map<string, Cost>();
  const used = new Set<string>();
  for (const row of rows) {
    const { session_id: session, currency } = row;
    const cost = costs.get(session) ?? { session, calls: 0, amounts: noAmounts() };
    costs.set(session, cost);
    cost.calls += row.calls;
    if (row.calls > row.unpriced_calls) used.add(currency);
    const place = order.indexOf(currency);
    const [units, rest] = cost.amounts[place] ?? [0, 0];
    const left = rest + row.cost_rest;
    // Carried over: parts of one amount were summed apart.
    const amount = [units + row.cost_units + Math.floor(left / unit), left % unit] as const;
    if (place >= 0) cost.amounts[place] = amount;
  }
  return {
    sessions: [...costs.values()].toSorted(byCost).map(({ session }) => session),
    currencies: currencySchema.options.filter((currency) => used.has(currency)),
  };
}

const order: readonly string[] = currencySchema.options;

const noAmounts = (): Cost["amounts"] => order.map(() => [0, 0] as const);

function byCost(one: Cost, other: Cost): number {
  for (const [place, [units, rest]] of one.amounts.entries()) {
    const [otherUnits, otherRest] = other.amounts[place] ?? [0, 0];
    if (units !== otherUnits || rest !== otherRest) return otherUnits - units || otherRest - rest;
  }
  return other.calls - one.calls;
}
