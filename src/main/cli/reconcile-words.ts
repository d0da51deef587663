import type { Reconciliation, ReconciliationRow } from "../../shared/monitoring.ts";

/** What the rows of a state are, for a terminal. */
export const stateWords: Readonly<Record<ReconciliationRow["state"], string>> = {
  agree: "agree",
  "hour-edge": "agree over the hour's edge",
  "unknown-usage": "agree within unknown usage",
  more: "more at the provider",
  less: "less at the provider",
  missing: "missing at the provider",
  elsewhere: "only at the provider",
  "other-key": "another key's",
  "other-calls": "more at the provider, with any key",
  pending: "not complete yet",
  "not-monitored": "not in the provider's figures",
};

const shown: ReadonlySet<ReconciliationRow["state"]> = new Set([
  "more",
  "less",
  "missing",
  "elsewhere",
  "other-calls",
] as const);

/** Rows in which the two sides do not agree. */
export const isDifference = ({ state }: Pick<ReconciliationRow, "state">): boolean =>
  shown.has(state);

/** How many rows there are of each state. */
export const statesText = (states: Reconciliation["states"], words = stateWords): string =>
  Object.entries(words)
    .flatMap(([state, word]) => {
      const count = Object.entries(states).find(([name]) => name === state)?.[1] ?? 0;
      return count === 0 ? [] : [`${count} ${word}`];
    })
    .join(", ");

/** What no figure holds; "" where there is nothing. */
export function unknownLine({
  unknownCalls,
  unknownTokens,
}: Reconciliation["totals"]["ours"]): string {
  return unknownCalls === 0
    ? ""
    : `${unknownCalls} of ours without usage: at most ${unknownTokens} tokens, in no figure above.\n`;
}

/** Ours, and the provider's id of it where the two are put together. */
export const keyText = ({ key }: Pick<ReconciliationRow, "key">): string =>
  [key.fingerprint === "" ? "(unknown)" : key.fingerprint, key.apiKeyId]
    .filter((name) => name !== null)
    .join(" = ");

/** To the minute, UTC. */
export const hourText = (iso: string): string => iso.slice(0, 16).replace("T", " ");
export const signed = (value: number): string => (value > 0 ? `+${value}` : String(value));
export const percentText = (percent: number | null): string =>
  percent === null ? "" : ` (${signed(percent)} %)`;
