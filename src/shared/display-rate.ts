import { formatNano, parseNano, type Currency, type Money, type Nano } from "./money.ts";

/** How a person wants amounts shown beside what is billed. For reading only: no limit, sum or export goes by it. */
export interface DisplayRate {
  readonly currency: Currency;
  /** Yuan per US dollar, a decimal. */
  readonly cnyPerUsd: string;
}

const [least, most] = [10_000_000n, 1_000_000_000_000n];

/** Yuan per dollar in nano-units; null when it is no decimal between 0.01 and 1,000. */
export function parseRate(text: string): Nano | null {
  const nano = /^\d{1,4}(\.\d{1,6})?$/.test(text) ? parseNano(text) : undefined;
  return nano === undefined || nano < least || nano > most ? null : nano;
}

/** As the settings have it; null while currency or rate is missing. */
export const displayRateOf = ({
  displayCurrency,
  displayRate,
}: {
  readonly displayCurrency: Currency | null;
  readonly displayRate: string | null;
}): DisplayRate | null =>
  displayCurrency === null || displayRate === null
    ? null
    : { currency: displayCurrency, cnyPerUsd: displayRate };

/** All amounts in the one currency, by the person's rate, rounded once to a nano-unit; null where there is nothing to convert. */
export function converted(amounts: readonly Money[], rate: DisplayRate): Money | null {
  const { currency } = rate;
  const nanoRate = parseRate(rate.cnyPerUsd);
  if (nanoRate === null || amounts.every((money) => money.currency === currency)) return null;
  const unit = 1_000_000_000n;
  const [up, down] = currency === "CNY" ? [nanoRate, unit] : [unit, nanoRate];
  // As one fraction, so that nothing is rounded twice.
  const sum = amounts.reduce((total, money) => {
    const nano = parseNano(money.amount) ?? 0n;
    return total + nano * (money.currency === currency ? down : up);
  }, 0n);
  return { amount: formatNano((sum + down / 2n) / down), currency };
}
