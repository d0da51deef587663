import { displayMoney } from "../../../shared/money.ts";
import type { UsageTotals } from "../../../shared/usage.ts";
import type { Messages } from "../messages/en.ts";

const minute = 60_000;

/** How long ago, in one or two characters' worth: "now", "5m", "3h", "12d". */
export function ago(iso: string, now: number, messages: Messages): string {
  const minutes = Math.max(0, Math.floor((now - Date.parse(iso)) / minute));
  if (Number.isNaN(minutes)) return "";
  if (minutes < 1) return messages.app.justNow;
  if (minutes < 60) return messages.app.minutesAgo(minutes);
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? messages.app.hoursAgo(hours) : messages.app.daysAgo(Math.floor(hours / 24));
}

/** A session's cost for people; what has no known price is named, never taken for free. */
export function costText(usage: UsageTotals, messages: Messages): string {
  const known = usage.cost.map(displayMoney).join(" + ");
  const unpriced = usage.unpricedCalls - usage.unknownCalls;
  const most = usage.unknownMost.map(displayMoney).join(" + ");
  if (unpriced > 0 && known === "" && most === "") return messages.common.costUnknown;
  const parts = unpriced > 0 ? messages.app.costPartly(known, unpriced) : known;
  if (most === "") return parts === "" ? messages.common.noCostYet : parts;
  // A request that was cut may have cost something: it is shown, never as nothing.
  return parts === "" ? messages.app.costAtMost(most) : messages.app.costAndAtMost(parts, most);
}

/** The last part of a path, for a name. */
export const folderName = (path: string): string =>
  path.split(/[/\\]/).findLast((part) => part !== "") ?? path;

/** A number of tokens in three or four characters: "840", "84K", "1.2M". */
export function tokenCount(tokens: number): string {
  if (tokens < 1000) return String(tokens);
  if (tokens < 999_500) return `${Math.round(tokens / 1000)}K`;
  return `${(tokens / 1_000_000).toFixed(1).replace(/\.0$/, "")}M`;
}

const units = ["bytes", "KB", "MB", "GB", "TB"] as const;

/** A size on the disk, in steps of 1024: "640 KB", "1.2 GB". */
export function byteSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const figures = unit === 0 || value >= 99.95 ? value.toFixed(0) : value.toFixed(1);
  return `${figures.replace(/\.0$/, "")} ${units[unit] ?? ""}`;
}
