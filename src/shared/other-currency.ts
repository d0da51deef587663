import { formatNano, parseMoney, type Currency } from "./money.ts";

/** Yuan to a dollar, for suggesting a limit of about the same size and for nothing else: no amount is ever converted. */
const rate = 7n;

/** Where a limit as a person wrote it is in another currency than what is paid: one of about the same size in that; null = nothing is wrong. */
export function limitInstead(limit: string | null, paidIn: Currency | null): string | null {
  const amount = limit === null ? undefined : parseMoney(limit);
  if (amount === undefined || paidIn === null || amount.currency === paidIn) return null;
  const nano = paidIn === "CNY" ? amount.nano * rate : amount.nano / rate;
  // To the cent: nobody means more of it.
  const cents = 10_000_000n;
  const rounded = ((nano + cents - 1n) / cents) * cents;
  return `${formatNano(rounded)} ${paidIn}`;
}
