import type { UsageStep } from "../../shared/usage-panel.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** More bars than this say nothing more. */
const mostBars = 62;

/** The finest step that shows a span in a readable number of bars. */
export function stepFor(spanMs: number): UsageStep {
  if (spanMs <= 4 * hour) return "quarter";
  if (spanMs <= 2 * day + hour) return "hour";
  return spanMs <= mostBars * day ? "day" : "month";
}

/**
 * Starts of the stretches that cover `first` to `last` (Unix milliseconds, both inclusive), and the end of the last one. Hours,
 * days and months are those of the time zone of this process, also where its clocks change; at most 2000.
 */
export function stretches(
  { first, last }: { readonly first: number; readonly last: number },
  step: UsageStep,
): { readonly starts: readonly number[]; readonly end: number } {
  const starts: number[] = [];
  let at = startOf(first, step);
  while (at <= last && starts.length < 2000) {
    starts.push(at);
    at = after(at, step);
  }
  return { starts, end: at };
}

function startOf(at: number, step: UsageStep): number {
  if (step === "quarter") return at - (at % (15 * minute));
  const date = new Date(at);
  if (step === "hour") return date.setMinutes(0, 0, 0);
  if (step === "month") date.setDate(1);
  return date.setHours(0, 0, 0, 0);
}

function after(at: number, step: UsageStep): number {
  if (step === "quarter") return at + 15 * minute;
  // By elapsed time: where clocks go back an hour comes twice, and has to be two stretches.
  if (step === "hour") return at + hour;
  const date = new Date(at);
  if (step === "month") date.setMonth(date.getMonth() + 1);
  else date.setDate(date.getDate() + 1);
  // Where midnight is skipped the day begins later; the next one begins at its own midnight all the same.
  return date.setHours(0, 0, 0, 0);
}

const two = (value: number): string => String(value).padStart(2, "0");

/** A day in this process's time zone, as 2026-01-31. */
export function dayName(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
