import { displayMoney, type Money } from "../../../shared/money.ts";
import type { UsageStep } from "../../../shared/usage-panel.ts";

/** Amounts of several currencies side by side, never added; "" for none. */
export const moneyText = (amounts: readonly Money[]): string =>
  amounts.map(displayMoney).join(" · ");

/** "840", "84.2K", "1.28M", "3.1B": three figures, so that a sum and its parts can be compared. */
export function tokensText(tokens: number): string {
  const units = ["", "K", "M", "B", "T"];
  let value = tokens;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  if (unit === 0) return String(Math.round(value));
  const decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return `${value.toFixed(decimals)}${units[unit] ?? ""}`;
}

/** "0.84 s", "12.3 s", "2 min 5 s". */
export function durationText(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 99.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** A share as "83.4%"; null where there is nothing to take a share of. */
export const shareText = (part: number, whole: number): string | null =>
  whole === 0 ? null : `${((100 * part) / whole).toFixed(1)}%`;

/** When a stretch of time begins: short for an axis, whole for reading. */
export function stretchText(
  start: string,
  step: UsageStep,
  language: string,
): { readonly short: string; readonly long: string } {
  const date = new Date(start);
  const format = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat(language, options).format(date);
  const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  switch (step) {
    case "quarter":
    case "hour":
      return {
        short: format(clock),
        long: format({ weekday: "short", day: "numeric", month: "short", ...clock }),
      };
    case "day":
      return {
        short: format({ day: "numeric", month: "short" }),
        long: format({ weekday: "short", day: "numeric", month: "long", year: "numeric" }),
      };
    case "month":
      return {
        short: format({ month: "short" }),
        long: format({ month: "long", year: "numeric" }),
      };
  }
}

/** When one request was sent, to the second. */
export const momentText = (at: string, language: string): string =>
  new Intl.DateTimeFormat(language, {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  }).format(new Date(at));

/** When something begins anew: its time within a day, else its date. */
export function anewText(
  at: string,
  words: { readonly anewAt: (clock: string) => string; readonly anewOn: (day: string) => string },
  language: string,
): string {
  const date = new Date(at);
  const format = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat(language, options).format(date);
  return date.getTime() - Date.now() <= 86_400_000
    ? words.anewAt(format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }))
    : words.anewOn(format({ day: "numeric", month: "short" }));
}
