import type { Currency } from "../../shared/money.ts";
import type { Settings } from "../../shared/settings.ts";

/** What a day may cost until the person says otherwise: enough for a day's work, and no surprise. Belay's own choice. */
const suggested: Readonly<Record<Currency, string>> = { USD: "5 USD", CNY: "35 CNY" };

export interface FirstKey {
  readonly settings: Pick<Settings, "dayBudget" | "dayBudgetSettled">;
  /** Whether there was a key before this one. */
  readonly hadKey: boolean;
  /** In which the models of its region are paid; null = by nobody, by a plan, or no price is known. */
  readonly currency: Currency | null;
}

/** The day's limit that comes with a first key; null = none: the person has said theirs, or nothing is paid by the token. */
export function firstDayBudget({ settings, hadKey, currency }: FirstKey): string | null {
  if (currency === null || hadKey) return null;
  return settings.dayBudget === null && !settings.dayBudgetSettled ? suggested[currency] : null;
}
