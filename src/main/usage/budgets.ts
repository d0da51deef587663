import { type AppError, BudgetError, UnkeptLimitError } from "../../shared/errors.ts";
import { displayMoney, formatNano, type Currency } from "../../shared/money.ts";
import { limitInstead } from "../../shared/other-currency.ts";
import type { Budget, RequestScope } from "../agent/ports.ts";
import type { Amount, LedgerLimit, ReserveAnswer, SpendingPlace } from "./ledger.ts";

/** Limits that hold for every session; null or missing = none. */
export interface StandingLimits {
  readonly workspace?: Budget | null;
  readonly day?: Budget | null;
  readonly month?: Budget | null;
}

/** Every limit that a request is under, with the place that it counts. Day and month are those of this machine's clock and time zone. */
export function limitsOf(
  limits: StandingLimits & { readonly session: Budget | null },
  scope: Pick<RequestScope, "sessionId" | "workspace">,
  now: Date,
): readonly LedgerLimit[] {
  const places: Readonly<Record<keyof typeof limits, SpendingPlace>> = {
    session: { scope: "session", key: scope.sessionId },
    workspace: { scope: "workspace", key: scope.workspace },
    day: dayOf(now),
    month: monthOf(now),
  };
  return (["session", "workspace", "day", "month"] as const).flatMap((name) => {
    const amount = limits[name] ?? null;
    return amount === null ? [] : [{ place: places[name], amount }];
  });
}

/** From midnight to midnight where the person is. */
export const dayOf = (now: Date): Extract<SpendingPlace, { readonly from: number }> => ({
  scope: "day",
  from: new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime(),
  to: new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1).getTime(),
});

export const monthOf = (now: Date): Extract<SpendingPlace, { readonly from: number }> => ({
  scope: "month",
  from: new Date(now.getFullYear(), now.getMonth(), 1).getTime(),
  to: new Date(now.getFullYear(), now.getMonth() + 1, 1).getTime(),
});

/** Why a limit cannot be kept for a request of this price; null = it can. What costs nothing is under none. */
export function wrongPrice(
  { model, region }: Pick<RequestScope, "model" | "region">,
  bound: Amount | null,
  limits: readonly LedgerLimit[],
): AppError | null {
  if (bound?.nano === 0n) return null;
  const wrong = limits.find(({ amount }) => bound?.currency !== amount.currency);
  if (wrong === undefined) return null;
  const limit = limitName(wrong);
  return new UnkeptLimitError(
    bound === null ? "unknown-price" : "other-currency",
    bound === null
      ? `The price of ${model} in ${region} is unknown, so ${limit} cannot be kept. Choose a model with a listed price, or remove the limit.`
      : `${model} in ${region} is paid in ${bound.currency}, but ${limit} is in ${wrong.amount.currency}; the two are never added, so nothing is sent. ${inOther(wrong, bound.currency)}`,
  );
}

/** What can be done about a limit in another currency than what is paid. */
function inOther({ place, amount }: LedgerLimit, currency: Currency): string {
  const instead = limitInstead(`${formatNano(amount.nano)} ${amount.currency}`, currency);
  const give = place.scope === "session" ? "Give the limit" : "Give that limit";
  return `${give} in ${currency}, such as ${instead ?? currency}, or choose an endpoint that is paid in ${amount.currency}.`;
}

const owners: Readonly<Record<SpendingPlace["scope"], string>> = {
  session: "the session's",
  workspace: "the project's",
  day: "today's",
  month: "this month's",
};

/** "today's limit of $5.00". */
export const limitName = ({ place, amount }: LedgerLimit): string =>
  `${owners[place.scope]} limit of ${display(amount)}`;

const nextSteps: Readonly<Record<SpendingPlace["scope"], string>> = {
  session: "Raise the limit or start a new session.",
  workspace: "Raise the limit in Settings.",
  day: "Raise the limit in Settings, or go on tomorrow: a day ends at midnight on this machine's clock.",
  month: "Raise the limit in Settings, or go on next month.",
};

/** What was used of the limit that leaves least, and what can be done. */
export function overBudget(
  { limit, spending }: Extract<ReserveAnswer, { granted: false }>,
  bound: Amount | null,
): BudgetError {
  const { currency } = limit.amount;
  const show = (nano: bigint): string => display({ nano, currency });
  const parts = [
    `${show(spending.settled)} spent`,
    ...(spending.unknown > 0n ? [`up to ${show(spending.unknown)} by requests without usage`] : []),
    ...(spending.reserved > 0n ? [`up to ${show(spending.reserved)} by requests under way`] : []),
  ];
  const needed = spending.settled + spending.unknown + spending.reserved + (bound?.nano ?? 0n);
  return new BudgetError(
    `This request may cost up to ${show(bound?.nano ?? 0n)}, which would exceed ${limitName(limit)} (${parts.join(", ")}). ${nextSteps[limit.place.scope]}`,
    {
      limit: limit.place.scope,
      to: { amount: formatNano(raisedFrom(limit.amount.nano, needed)), currency },
    },
  );
}

/** Twice the limit, as often as it takes, in as many decimals as are shown: what the button says is what is set. */
function raisedFrom(limit: bigint, needed: bigint): bigint {
  let raised = limit;
  do raised = raised === 0n ? needed : raised * 2n;
  while (raised < needed);
  const step = raised < 1_000_000_000n ? 100_000n : 10_000_000n;
  return ((raised + step - 1n) / step) * step;
}

function display(amount: Amount): string {
  return displayMoney({ amount: formatNano(amount.nano), currency: amount.currency });
}
