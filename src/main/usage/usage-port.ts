import { AppError } from "../../shared/errors.ts";
import { noTokens } from "../../shared/usage.ts";
import { displayMoney, formatNano, parseNano, type Money } from "../../shared/money.ts";
import type {
  Budget,
  RequestOutcome,
  RequestScope,
  SettledUsage,
  UsagePort,
} from "../agent/ports.ts";
import type { Amount, Ledger, LedgerReservation, Spending } from "./ledger.ts";
import type { Pricing } from "./pricing.ts";

export interface UsagePortOptions {
  readonly ledger: Ledger;
  readonly pricing: Pricing;
  /** Which key pays, without the key (see keys/key-fingerprint.ts); null = not known. */
  readonly keyFingerprint?: () => string | null;
}

/**
 * The loop's view of the ledger. `reserve` counts every byte of input as a token: no tokenizer makes more tokens than bytes, so a
 * granted request cannot break the limit. `settle` answers zero tokens and no cost when the provider reported no usage.
 */
export function createUsagePort(options: UsagePortOptions): UsagePort {
  const { ledger, pricing } = options;
  const open = new Map<string, LedgerReservation>();

  function describe(scope: RequestScope, bound: Amount | null): LedgerReservation {
    return {
      ...pickScope(scope),
      retryOf: null,
      retries: 0,
      at: new Date().toISOString(),
      keyFingerprint: options.keyFingerprint?.() ?? null,
      billing: "metered",
      bound,
      mostTokens: null,
    };
  }
  return {
    reserve: async (scope, bounds, budget) => {
      const { model, region } = scope;
      const bound = pricing.upperBound(model, region, bounds.inputBytes, bounds.maxOutputTokens);
      if (budget !== null) assertCountable(scope, bound, budget);
      const entry = describe(scope, bound);
      const answer = await ledger.reserve(
        entry,
        budget === null
          ? []
          : [{ place: { scope: "session", key: scope.sessionId }, amount: budget }],
      );
      if (!answer.granted) throw overBudget(answer.spending, bound, budget);
      open.set(scope.requestId, entry);
    },
    settle: async (scope, outcome) => {
      const entry = open.get(scope.requestId) ?? describe(scope, null);
      const cost = costOf(pricing, scope, outcome);
      const priceVersion = cost === null ? null : pricing.version(scope.model, scope.region);
      await ledger.settle(entry, {
        requestId: scope.requestId,
        status: outcome.status,
        usage: outcome.usage,
        cost: cost === null ? null : toAmount(cost),
        priceVersion,
        firstTokenMs: outcome.firstTokenMs,
        durationMs: outcome.durationMs,
        providerRequestId: null,
        errorCode: null,
        explicitCache: outcome.explicitCache,
      });
      open.delete(scope.requestId);
      return { ...(outcome.usage ?? noTokens), cost, priceVersion } satisfies SettledUsage;
    },
  };
}

function pickScope(scope: RequestScope): RequestScope {
  const { requestId, sessionId, turnId, workspace, model, region, protocol, purpose } = scope;
  return { requestId, sessionId, turnId, workspace, model, region, protocol, purpose };
}

function costOf(pricing: Pricing, scope: RequestScope, outcome: RequestOutcome): Money | null {
  if (outcome.usage === null) return null;
  return pricing.cost(scope.model, scope.region, outcome.usage, outcome.explicitCache);
}

function toAmount(money: Money): Amount {
  const nano = parseNano(money.amount);
  if (nano === undefined)
    throw new AppError("internal", `The price list made an unreadable amount: ${money.amount}.`);
  return { nano, currency: money.currency };
}

function assertCountable(scope: RequestScope, bound: Amount | null, budget: Budget): void {
  if (bound === null)
    throw new AppError(
      "budget",
      `The price of ${scope.model} in ${scope.region} is unknown, so a limit of ${display(budget)} cannot be kept. Choose a model with a listed price, or remove the limit.`,
    );
  if (bound.currency !== budget.currency)
    throw new AppError(
      "budget",
      `${scope.model} in ${scope.region} is paid in ${bound.currency}, but the limit is in ${budget.currency}; the two are never added. Give the limit in ${bound.currency}.`,
    );
}

function overBudget(spending: Spending, bound: Amount | null, budget: Budget | null): AppError {
  const currency = budget?.currency ?? "USD";
  const show = (nano: bigint): string => display({ nano, currency });
  const parts = [
    `${show(spending.settled)} spent`,
    ...(spending.unknown > 0n ? [`up to ${show(spending.unknown)} by requests without usage`] : []),
    ...(spending.reserved > 0n ? [`up to ${show(spending.reserved)} by requests under way`] : []),
  ];
  return new AppError(
    "budget",
    `This request may cost up to ${show(bound?.nano ?? 0n)}, which would exceed the session's limit of ${show(budget?.nano ?? 0n)} (${parts.join(", ")}). Raise the limit or start a new session.`,
  );
}

function display(amount: Amount): string {
  return displayMoney({ amount: formatNano(amount.nano), currency: amount.currency });
}
