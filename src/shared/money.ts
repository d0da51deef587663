import { z } from "zod";

/** Integer nano-units (1e-9) of one currency: every listed price × cache multiplier is an integer per token, sums are exact. */
export type Nano = bigint;

export const currencySchema = z.enum(["USD", "CNY"]);
export type Currency = z.infer<typeof currencySchema>;

/** An amount on the wire: a decimal string, so that no float ever holds money. */
export const moneySchema = z.object({
  amount: z.string().regex(/^-?\d{1,24}(\.\d{1,9})?$/),
  currency: currencySchema,
});
export type Money = z.infer<typeof moneySchema>;

const nanoPerUnit = 1_000_000_000n;

/** Nano-units as the shortest exact decimal: 153300n → "0.0001533". */
export function formatNano(nano: Nano): string {
  const sign = nano < 0n ? "-" : "";
  const absolute = nano < 0n ? -nano : nano;
  const fraction = (absolute % nanoPerUnit).toString().padStart(9, "0").replace(/0+$/, "");
  const whole = (absolute / nanoPerUnit).toString();
  return fraction === "" ? `${sign}${whole}` : `${sign}${whole}.${fraction}`;
}

/** A decimal string with at most 9 fraction digits as nano-units; undefined when it is not one. */
export function parseNano(text: string): Nano | undefined {
  const match = /^(-?)(\d{1,24})(?:\.(\d{1,9}))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign = "", whole = "0", fraction = ""] = match;
  const nano = BigInt(whole) * nanoPerUnit + BigInt(fraction.padEnd(9, "0"));
  return sign === "-" ? -nano : nano;
}

/**
 * Money limits as a person types them: "1.50USD", "$1.50", "10 CNY", "¥10" (an input method's full-width signs too). Undefined when
 * unreadable or without a currency: the same number is some seven times as much in one as in the other.
 */
export function parseMoney(
  text: string,
): { readonly nano: Nano; readonly currency: Currency } | undefined {
  const match = /^\s*([$¥]?)\s*(\d+(?:\.\d+)?)\s*(usd|cny)?\s*$/i.exec(text.normalize("NFKC"));
  if (match === null) return undefined;
  const [, symbol = "", amount = "", code = ""] = match;
  if (symbol === "" && code === "") return undefined;
  const currency = symbol === "¥" || code.toUpperCase() === "CNY" ? "CNY" : "USD";
  if (symbol === "$" && code.toUpperCase() === "CNY") return undefined;
  if (symbol === "¥" && code.toUpperCase() === "USD") return undefined;
  const nano = parseNano(amount);
  return nano === undefined ? undefined : { nano, currency };
}

/** For people: "$0.0123", "¥1.20", "-$0.50", "<$0.0001", "$0"; four decimals below one unit, two above. An unreadable amount is shown as it is. */
export function displayMoney(money: Money): string {
  const symbol = money.currency === "USD" ? "$" : "¥";
  const nano = parseNano(money.amount);
  if (nano === undefined) return `${money.amount} ${money.currency}`;
  if (nano === 0n) return `${symbol}0`;
  const sign = nano < 0n ? "-" : "";
  const absolute = nano < 0n ? -nano : nano;
  if (absolute < 100_000n) return `${sign}<${symbol}0.0001`;
  const decimals = absolute < nanoPerUnit ? 4 : 2;
  const scale = 10n ** BigInt(9 - decimals);
  const rounded = ((absolute + scale / 2n) / scale) * scale;
  const [whole = "0", fraction = ""] = formatNano(rounded).split(".");
  return `${sign}${symbol}${whole}.${fraction.padEnd(decimals, "0")}`;
}

/** An estimate for people, to two digits: "$0.15", "$0.0021", "$12"; whole units above a hundred. */
export function roughMoney(money: Money): string {
  const nano = parseNano(money.amount);
  if (nano === undefined || nano <= 0n) return displayMoney(money);
  const digits = nano.toString().length;
  const step = 10n ** BigInt(Math.min(9, Math.max(0, digits - 2)));
  const rounded = formatNano(((nano + step / 2n) / step) * step);
  const [whole = "0", fraction = ""] = rounded.split(".");
  const symbol = money.currency === "USD" ? "$" : "¥";
  if (fraction === "" && nano >= nanoPerUnit) return `${symbol}${whole}`;
  // Cents stand in pairs: $0.20, not $0.2.
  return `${symbol}${whole}.${nano < 10n * nanoPerUnit ? fraction.padEnd(2, "0") : fraction}`;
}
