import type { FiguresOfGroup, FiguresQuery, Grouping } from "./usage-reads.ts";
import { createTally, type SlotKey, type SlotSums, type SlotTimings, type Tally } from "./tally.ts";

/** What a filter chose, by time. */
export interface Slots {
  readonly sums: readonly SlotSums[];
  readonly timings: readonly SlotTimings[];
}

/** Slots put together, once per grouping, in the order in which each key first occurs; its currencies in theirs, none last. */
export function groupSlots(
  { sums, timings }: Slots,
  { groupings, splitCurrencies = false }: Pick<FiguresQuery, "groupings" | "splitCurrencies">,
): FiguresOfGroup[][] {
  return groupings.map((grouping) => {
    const keyOf = keyOfGrouping(grouping);
    const keys = new Map<string, Map<string, Tally>>();
    function tallyOf(slot: SlotKey): Tally | null {
      const key = keyOf(slot);
      if (key === null) return null;
      const currency = splitCurrencies ? slot.currency : "";
      const tallies = keys.get(key) ?? new Map<string, Tally>();
      keys.set(key, tallies);
      const tally = tallies.get(currency) ?? createTally();
      tallies.set(currency, tally);
      return tally;
    }
    for (const slot of sums) tallyOf(slot)?.addSums(slot);
    for (const slot of timings) tallyOf(slot)?.addTimings(slot);
    return [...keys].flatMap(([key, tallies]) =>
      [...tallies].toSorted(byCurrency).map(([currency, tally]) => ({
        key,
        currency: currency === "" ? null : currency,
        figures: tally.figures(),
      })),
    );
  });
}

const order = ["USD", "CNY", ""];
const byCurrency = ([a]: readonly [string, Tally], [b]: readonly [string, Tally]): number =>
  order.indexOf(a) - order.indexOf(b);

function keyOfGrouping(grouping: Grouping): (slot: SlotKey) => string | null {
  if ("starts" in grouping) return stretchOf(grouping.starts);
  switch (grouping.by) {
    case "nothing":
      return () => "";
    case "model":
      return (slot) => slot.model;
    case "region":
      return (slot) => slot.region;
    case "session":
      return (slot) => slot.session_id;
    case "workspace":
      return (slot) => slot.workspace;
  }
}

/** Index of the last start that is not after the slot; what lies before the first belongs nowhere. */
function stretchOf(starts: readonly number[]): (slot: SlotKey) => string | null {
  return ({ slot_ms: at }) => {
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? null : String(low - 1);
  };
}
