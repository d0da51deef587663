import type { BillFault, BillMapping } from "../../../shared/bill-file.ts";
import type { Currency } from "../../../shared/money.ts";
import { currencyIn } from "./column-words.ts";

/** What a cell holds, or why it does not. */
export type Cell<T> = { readonly value: T } | { readonly code: BillFault["code"] };

export interface BillTime {
  /** Unix milliseconds. */
  readonly at: number;
  /** A time of day is written, be it midnight. */
  readonly hasClock: boolean;
  readonly isMidnight: boolean;
}

const dayMs = 86_400_000;

const nothing: ReadonlySet<string> = new Set(["", "-", "--", "/", "—", "n/a", "na", "null", "无"]);

export const isNothing = (text: string): boolean => nothing.has(text.toLowerCase());

const written =
  /^(?<year>\d{4})[-/.年](?<month>\d{1,2})[-/.月](?<day>\d{1,2})日?(?:[T\s]*(?<hour>\d{1,2})(?:[:时点](?<minute>\d{1,2})?分?(?::?(?<second>\d{1,2})(?:\.\d+)?秒?)?))?\s*(?<zone>Z|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?|UTC|GMT)?(?<rest>.*)$/i;
const compact =
  /^(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})(?:\s*(?<hour>\d{2})(?::?(?<minute>\d{2})(?::?(?<second>\d{2}))?)?)?$/;
const month = /^\d{4}(?:[-/.年]\d{1,2}月?|\d{2})$/;

/** A time, or the beginning of a stretch of at most a day. Without a zone it is of the one that is given. */
export function parseTime(text: string, zone: BillMapping["zone"]): Cell<BillTime> {
  const plain = text.normalize("NFKC").trim();
  if (month.test(plain)) return { code: "only-month" };
  const groups = (compact.exec(plain) ?? written.exec(plain))?.groups;
  if (groups === undefined) return { code: "no-time" };
  const { hour, rest = "" } = groups;
  const [year, monthOfYear, day] = [groups["year"], groups["month"], groups["day"]].map(Number);
  const [hours, minutes, seconds] = [hour, groups["minute"], groups["second"]].map((part) =>
    Number(part ?? 0),
  );
  if (year === undefined || monthOfYear === undefined || day === undefined) return notTime;
  if (hours === undefined || minutes === undefined || seconds === undefined) return notTime;
  if (hours > 23 || minutes > 59 || seconds > 59) return notTime;
  const local = Date.UTC(year, monthOfYear - 1, day, hours, minutes, seconds);
  const isDay = new Date(local).getUTCMonth() === monthOfYear - 1;
  if (!isDay || monthOfYear < 1 || year < 2000 || year > 2100) return notTime;
  const aheadMs = groups["zone"] === undefined ? zoneMs(zone) : writtenZone(groups["zone"]);
  const time = {
    at: local - aheadMs,
    hasClock: hour !== undefined,
    isMidnight: local % dayMs === 0,
  };
  return isEndWithinDay(rest.trim(), time.at, zone) ? { value: time } : notTime;
}

const notTime = { code: "no-time" } as const;

export const zoneMs = (zone: BillMapping["zone"]): number => (zone === "utc" ? 0 : 8 * 3_600_000);

function writtenZone(text: string): number {
  const match = /([+-])(\d{1,2}):?(\d{2})?$/.exec(text);
  if (match === null) return 0;
  const [, sign, hours, minutes] = match;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes ?? 0)) * 60_000;
}

/** Whether nothing follows, or the end of the stretch that the time begins: " ~ 2026-11-20 11:00", "-11:00". */
function isEndWithinDay(rest: string, from: number, zone: BillMapping["zone"]): boolean {
  if (rest === "") return true;
  const end = /^(?:~|至|到|to|–|—|-)\s*(.+)$/i.exec(rest)?.[1];
  if (end === undefined) return false;
  if (/^\d{1,2}:\d{2}(?::\d{2})?$/.test(end)) return true;
  const until = parseTime(end, zone);
  return "value" in until && until.value.at >= from && until.value.at - from <= dayMs;
}

const number = /^(?<whole>\d{1,3}(?:[,\s']\d{3})+|\d+)(?:\.(?<fraction>\d+))?/;

/** A count of tokens in the unit that is given, or in one that stands behind it. Nothing is 0. */
export function parseTokens(text: string, unit: number): Cell<number> {
  // As nearly all are written.
  if (/^\d{1,9}$/.test(text)) return { value: Number(text) * unit };
  const plain = text.normalize("NFKC").replace(/^\+/, "");
  if (isNothing(plain)) return { value: 0 };
  if (isShortened(plain)) return { code: "shortened-number" };
  const match = number.exec(plain);
  const { whole, fraction } = match?.groups ?? {};
  if (match === null || whole === undefined) return { code: "no-number" };
  const behind = plain.slice(match[0].length).trim();
  const own = behind === "" ? unit : tokenUnit(behind);
  if (own === null) return { code: "no-number" };
  const value = Math.round(Number(`${whole.replaceAll(/\D/g, "")}.${fraction ?? "0"}`) * own);
  return Number.isSafeInteger(value) ? { value } : { code: "no-number" };
}

const isShortened = (text: string): boolean => /^[+-]?\d+(?:\.\d+)?e[+-]?\d+$/i.test(text);

/** How many tokens a unit is; null where it is none of tokens. */
export function tokenUnit(text: string): number | null {
  const name = text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[\s()]/g, "");
  if (/^(?:个|tokens?|个tokens?|token数)$/.test(name)) return 1;
  if (/^(?:1?k|1,?000|千|千个)(?:tokens?)?$|^thousandtokens?$/.test(name)) return 1000;
  return /^(?:1?m|1,?000,?000|百万)(?:tokens?)?$|^(?:1?milliontokens?)$/.test(name)
    ? 1_000_000
    : null;
}

/** Units of what is not counted in tokens. */
export const isOtherUnit = (text: string): boolean =>
  /^(?:张|秒|分钟|小时|次|字符|个字符|页|images?|seconds?|minutes?|characters?|times?|calls?|requests?|pages?)$/i.test(
    text,
  );

export type BillKind = "input" | "output" | "cached" | "total" | "calls" | "other";

/** What a row counts, by the provider's name of it ("input_tokens", "缓存命中输入"). */
export function kindOf(text: string): BillKind {
  const name = text.normalize("NFKC").toLowerCase();
  if (/image|audio|video|图|音频|视频|语音/.test(name)) return "other";
  if (/cache|缓存/.test(name)) return "cached";
  if (/total|总/.test(name)) return "total";
  if (/output|completion|输出/.test(name)) return "output";
  if (/input|prompt|输入/.test(name)) return "input";
  return /^(?:times|calls?|requests?|call_?count|调用次数|次数)$/.test(name) ? "calls" : "other";
}

export interface BillAmount {
  readonly nano: bigint;
  /** Digits after the point, as they are written. */
  readonly decimals: number;
  /** null: the cell does not say. */
  readonly currency: Currency | null;
}

const amount = /^(?<sign>-?)(?<whole>\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.(?<fraction>\d{1,30}))?$/;

/** An amount of money in nano-units, rounded where it has more digits than those; null where there is none. */
export function parseAmount(text: string): Cell<BillAmount | null> {
  const plain = text.normalize("NFKC");
  if (isNothing(plain)) return { value: null };
  if (isShortened(plain)) return { code: "shortened-number" };
  const isBare = /^[\d.]+$/.test(plain);
  const bare = isBare ? plain : plain.replaceAll(/us\$|usd|cny|rmb|人民币|美元|[$¥元\s+]/gi, "");
  const { sign, whole, fraction = "" } = amount.exec(bare)?.groups ?? {};
  if (whole === undefined) return { code: "no-number" };
  const units = BigInt(whole.replaceAll(",", "")) * 1_000_000_000n;
  const nano = units + BigInt(fraction.slice(0, 9).padEnd(9, "0"));
  const rounded = Number(fraction[9] ?? 0) >= 5 ? nano + 1n : nano;
  return {
    value: {
      nano: sign === "-" ? -rounded : rounded,
      decimals: fraction.length,
      currency: isBare ? null : currencyIn(plain),
    },
  };
}

/** The line of a sum: "合计", "Total". */
export const isTotalWord = (text: string): boolean =>
  /^(?:合计|总计|小计|汇总|grand total|total|subtotal|sum)\s*[:：]?$/i.test(text);
