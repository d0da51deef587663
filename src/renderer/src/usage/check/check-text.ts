import type { BillReport } from "../../../../shared/bill-file.ts";
import type { Reconciliation } from "../../../../shared/monitoring.ts";
import type { Messages } from "../../messages/en.ts";
import { visibleString } from "../../text/visible-characters.ts";

/** What a file tells apart; without it the figures are the monitoring's: hours, models, workspaces and keys. */
export type CheckGrain = BillReport["grain"];

export type CheckRow = Reconciliation["rows"][number] & {
  readonly costs?: BillReport["rows"][number]["costs"];
};

/** A reconciliation with the provider's monitoring, or with a file. */
export interface CheckedReport extends Omit<Reconciliation, "counting" | "rows"> {
  readonly rows: readonly CheckRow[];
  readonly grain?: CheckGrain;
}

export type CheckState = CheckRow["state"];
type Key = CheckRow["key"];
type Drift = CheckRow["drift"];

/** States that say nothing of a difference: the two agree, or cannot be compared. */
const quiet: ReadonlySet<CheckState> = new Set(["agree", "hour-edge", "pending", "not-monitored"]);

export const isDifference = ({ state, costs = [] }: Pick<CheckRow, "state" | "costs">): boolean =>
  !quiet.has(state) || costs.some((cost) => cost.state === "differs");

/** Whether a drift means anything: not while figures are still to come, nor where they only lie in the next hour. */
export const isCompared = ({ state }: Pick<CheckRow, "state">): boolean =>
  state === "agree" || !quiet.has(state);

/** How a state looks: what passes the threshold stands out, what agrees is at rest. */
export function toneOf(row: Pick<CheckRow, "state"> & { readonly alert?: boolean }) {
  if (row.alert === true) return "failed";
  return row.state === "agree" || row.state === "hour-edge" ? "ok" : "neutral";
}

/** Exact, since the point is to compare. */
export const exact = (value: number): string => value.toLocaleString("en");

/** "+12", "−3", "0". */
export const signed = (value: number): string =>
  value === 0 ? "0" : `${value > 0 ? "+" : "−"}${exact(Math.abs(value))}`;

/** "+2.1%", "−100%", "0%"; "" where there is nothing to take a share of. A small one is never shown as none. */
export function percentText({ percent }: Drift): string {
  if (percent === null) return "";
  if (percent === 0) return "0%";
  const size = Math.abs(percent);
  const text = size < 0.1 ? "<0.1" : size >= 99.95 ? "100" : size.toFixed(1);
  return `${percent > 0 ? "+" : "−"}${size >= 99.95 && size < 100 ? "99.9" : text}%`;
}

/** The key as both sides name it. */
export function keyText(key: Key, words: Messages["billing"]): string {
  const { fingerprint, apiKeyId } = key;
  const theirs =
    apiKeyId === null
      ? []
      : [apiKeyId === "-1" ? words.consoleKey : words.keyId(visibleString(apiKeyId))];
  const ours =
    fingerprint === null
      ? []
      : [fingerprint === "" ? words.unknownKey : visibleString(fingerprint)];
  return [...ours, ...theirs].join(" · ");
}

/** An hour by its beginning, in this computer's time zone. */
export const hourText = (hour: string, language: string): string =>
  new Intl.DateTimeFormat(language, {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(new Date(hour));

/** A day of the zone that the file's days are of. */
const dayText = (day: string, language: string, { aheadMinutes }: CheckGrain): string =>
  new Intl.DateTimeFormat(language, {
    weekday: "short",
    day: "numeric",
    month: "short",
    timeZone: aheadMinutes === 0 ? "UTC" : "Asia/Shanghai",
  }).format(new Date(day));

/** The hour or day that a row is of. */
export const periodText = (at: string, language: string, grain: CheckGrain | undefined): string =>
  grain?.period === "day" ? dayText(at, language, grain) : hourText(at, language);

export const zoneText = ({ aheadMinutes }: CheckGrain): string =>
  aheadMinutes === 0 ? "UTC" : "UTC+8";

/** What a state is, in words: those that say "hour" say "day" of days, and what monitoring did not watch a file does not have. */
export function stateText(
  state: CheckState,
  grain: CheckGrain | undefined,
  { billing, bill }: Pick<Messages, "billing" | "bill">,
): { readonly name: string; readonly detail: string } {
  if (grain !== undefined && state === "not-monitored")
    return { name: bill.notInFile, detail: bill.notInFileDetail };
  const name =
    grain?.period === "day" && state === "hour-edge" ? bill.dayEdge : billing.states[state];
  return { name, detail: billing.stateDetails[state] };
}

/** A time of today by the clock, another with its day. */
export function clockText(at: string, language: string): string {
  const date = new Date(at);
  const isToday = date.toDateString() === new Date().toDateString();
  return isToday
    ? new Intl.DateTimeFormat(language, {
        hour: "2-digit",
        minute: "2-digit",
        hourCycle: "h23",
      }).format(date)
    : hourText(at, language);
}
