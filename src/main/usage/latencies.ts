import type { Percentiles } from "../../shared/usage.ts";

/** Times of completed requests in milliseconds: to the first token, and in all. */
export interface Latencies {
  readonly firsts: readonly number[];
  readonly totals: readonly number[];
}

const comma = 44;
const semicolon = 59;
const zero = 48;

/**
 * Reads a text of the form "first,total;first,total;", where either may be missing. By character: a month has a hundred thousand
 * pairs, and to split them takes longer than to read all the rest.
 */
export function parseLatencies(text: string): Latencies {
  const firsts: number[] = [];
  const totals: number[] = [];
  let value = -1;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code !== comma && code !== semicolon) {
      value = Math.max(value, 0) * 10 + code - zero;
      continue;
    }
    if (value >= 0) (code === comma ? firsts : totals).push(value);
    value = -1;
  }
  return { firsts, totals };
}

/** Above this many values, and below this largest one, counting them is quicker than sorting. */
const worthCounting = { values: 20_000, largest: 2 ** 20 } as const;

/** Nearest rank: values that occurred. Null of none. */
export function percentilesOf(lists: readonly (readonly number[])[]): Percentiles | null {
  let length = 0;
  let largest = 0;
  for (const list of lists)
    for (const value of list) {
      length += 1;
      if (value > largest) largest = value;
    }
  if (length === 0) return null;
  const ranks = [Math.ceil(0.5 * length), Math.ceil(0.95 * length)] as const;
  const byRank =
    length > worthCounting.values && largest < worthCounting.largest
      ? counted(lists, largest)
      : sorted(lists, length);
  return { p50: byRank(ranks[0]), p95: byRank(ranks[1]) };
}

type ByRank = (rank: number) => number;

function counted(lists: readonly (readonly number[])[], largest: number): ByRank {
  const counts = new Uint32Array(largest + 1);
  for (const list of lists) for (const value of list) counts[value] = (counts[value] ?? 0) + 1;
  return (rank) => {
    let left = rank;
    for (const [value, count] of counts.entries()) {
      left -= count;
      if (left <= 0) return value;
    }
    return largest;
  };
}

function sorted(lists: readonly (readonly number[])[], length: number): ByRank {
  // Of integers: they sort in half the time.
  const values = new Uint32Array(length);
  let filled = 0;
  for (const list of lists) for (const value of list) values[filled++] = value;
  values.sort();
  return (rank) => values[rank - 1] ?? 0;
}
