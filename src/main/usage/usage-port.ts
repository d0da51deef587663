import { AppError } from "../../shared/errors.ts";
import { formatNano, parseNano, type Money } from "../../shared/money.ts";
import { noTokens, type Billing, type TokenUsage } from "../../shared/usage.ts";
import type {
  Budget,
  Grant,
  RequestBounds,
  RequestOutcome,
  RequestScope,
  SettledUsage,
  UsagePort,
} from "../agent/ports.ts";
import { limitName, limitsOf, overBudget, wrongPrice, type StandingLimits } from "./budgets.ts";
import {
  freeQuotaUsed,
  reservedFree,
  settledBilling,
  type FreeLeft,
  type FreeQuota,
} from "./free-quota.ts";
import type { Amount, Ledger, LedgerLimit, LedgerReservation, ReserveAnswer } from "./ledger.ts";
import type { Pricing } from "./pricing.ts";

export interface UsagePortOptions {
  readonly ledger: Ledger;
  readonly pricing: Pricing;
  /** Of the project, the day and the month; asked before each request. Missing: none. */
  readonly limits?: () => StandingLimits;
  /** Which key pays, without the key (see keys/key-fingerprint.ts); null = not known. */
  readonly keyFingerprint?: () => string | null;
  /** Of models that have one; missing: nothing is free. */
  readonly freeQuota?: FreeQuota;
  readonly now?: () => Date;
}

/** Another request may settle between two looks at what is left; so often is anew asked what fits. */
const mostTries = 4;

/**
 * The loop's view of the ledger. `reserve` counts every byte of input as a token: no tokenizer makes more tokens than bytes, so a
 * granted request cannot break the limit. `settle` answers zero tokens and no cost when the provider reported no usage.
 */
export function createUsagePort(options: UsagePortOptions): UsagePort {
  const { ledger, pricing } = options;
  const open = new Map<string, LedgerReservation>();

  async function reserve(
    scope: RequestScope,
    bounds: RequestBounds,
    limits: readonly LedgerLimit[],
  ): Promise<Grant> {
    const left = (await options.freeQuota?.left(scope)) ?? null;
    let asked = withThinking(bounds);
    let lowered: LedgerLimit | null = null;
    for (let tries = 1; ; tries += 1) {
      const entry = reservedFree(describe(options, scope, asked), left);
      const isLetGo = entry.bound === null && scope.anyPrice === true;
      const wrong = isLetGo ? null : wrongPrice(scope, entry.bound, limits);
      if (wrong !== null) throw wrong;
      const answer = await ledger.reserve(entry, limits);
      if (answer.granted) {
        open.set(scope.requestId, entry);
        const { maxOutputTokens, thinkingTokens } = asked;
        const turned = left === null ? null : await turnedToMoney(options, entry, left);
        const limit = lowered && limitName(lowered);
        return { maxOutputTokens, thinkingTokens, limit, ...(turned === null ? {} : { turned }) };
      }
      const less = tries === mostTries ? null : fitting(pricing, { scope, bounds: asked, answer });
      if (less === null) throw overBudget(answer, entry.bound);
      asked = less;
      lowered = answer.limit;
    }
  }
  return {
    reserve: (scope, bounds, budget) => reserve(scope, bounds, budgetsFor(options, scope, budget)),
    settle: async (scope, outcome) => {
      const settled = await settle(options, open.get(scope.requestId), { scope, outcome });
      open.delete(scope.requestId);
      return settled;
    },
  };
}

interface Ended {
  readonly scope: RequestScope;
  readonly outcome: RequestOutcome;
}

async function settle(
  options: UsagePortOptions,
  known: LedgerReservation | undefined,
  { scope, outcome }: Ended,
): Promise<SettledUsage> {
  const { ledger, pricing } = options;
  const reserved = known ?? describe(options, scope, null);
  const billing = await billingOf(options, reserved, outcome);
  const entry = { ...reserved, billing };
  const listed = costOf(pricing, scope, outcome);
  const cost = billing === "free-quota" && listed !== null ? { ...listed, amount: "0" } : listed;
  const priceVersion = cost === null ? null : pricing.version(scope.model, scope.region);
  const { status, usage, errorCode, explicitCache, providerRequestId } = outcome;
  await ledger.settle(entry, {
    requestId: scope.requestId,
    status,
    usage,
    errorCode,
    explicitCache,
    providerRequestId,
    cost: cost === null ? null : toAmount(cost),
    priceVersion,
    firstTokenMs: outcome.firstTokenMs,
    durationMs: outcome.durationMs,
  });
  return {
    ...(usage ?? noTokens),
    cost,
    priceVersion,
    ...(usage === null ? { unknown: mostOf(entry) } : beyondLimit(entry, usage)),
  };
}

/** What is to be said where a request costs money that would have been free a day ago. */
async function turnedToMoney(
  { freeQuota }: UsagePortOptions,
  entry: LedgerReservation,
  left: FreeLeft,
): Promise<string | null> {
  return entry.billing === "free-quota" ? null : ((await freeQuota?.turned(entry, left)) ?? null);
}

/** By what the request really took, where its model has a free quota. */
async function billingOf(
  { freeQuota }: UsagePortOptions,
  entry: LedgerReservation,
  { usage, errorCode }: RequestOutcome,
): Promise<Billing> {
  if (errorCode === freeQuotaUsed) freeQuota?.refused(entry);
  return settledBilling(entry, usage, (await freeQuota?.left(entry)) ?? null);
}

type FullBounds = RequestBounds & { readonly thinkingTokens: number };

const withThinking = (bounds: RequestBounds): FullBounds => ({
  ...bounds,
  thinkingTokens: bounds.thinkingTokens ?? 0,
});

const budgetsFor = (
  { limits, now = () => new Date() }: UsagePortOptions,
  scope: RequestScope,
  budget: Budget | null,
): readonly LedgerLimit[] => limitsOf({ ...limits?.(), session: budget }, scope, now());

/** The entry of an attempt; without bounds, of one that was never reserved. */
function describe(
  { pricing, keyFingerprint, now = () => new Date() }: UsagePortOptions,
  scope: RequestScope,
  bounds: FullBounds | null,
): LedgerReservation {
  const { requestId, sessionId, turnId, workspace, model, region, protocol, purpose } = scope;
  return {
    requestId,
    sessionId,
    turnId,
    workspace,
    model,
    region,
    protocol,
    purpose,
    retryOf: scope.retryOf ?? null,
    retries: scope.retries ?? 0,
    at: now().toISOString(),
    keyFingerprint: keyFingerprint?.() ?? null,
    billing: pricing.billing(model, region),
    bound: bounds === null ? null : boundOf(pricing, scope, bounds),
    mostTokens: bounds === null ? null : { input: bounds.inputBytes, output: outputOf(bounds) },
  };
}

const outputOf = ({ maxOutputTokens, thinkingTokens }: FullBounds): number =>
  maxOutputTokens + thinkingTokens;

const boundOf = (pricing: Pricing, scope: RequestScope, bounds: FullBounds): Amount | null =>
  pricing.upperBound(scope.model, scope.region, bounds.inputBytes, outputOf(bounds));

interface Refused {
  readonly scope: RequestScope;
  readonly bounds: FullBounds;
  readonly answer: Extract<ReserveAnswer, { granted: false }>;
}

/** The largest limits that fit into what is left: the answer is shortened before the thinking. Null when even the least does not. */
function fitting(pricing: Pricing, { scope, bounds, answer }: Refused): FullBounds | null {
  const { least, maxOutputTokens, thinkingTokens } = bounds;
  if (least === undefined || least === null) return null;
  const { settled, unknown, reserved } = answer.spending;
  const left = answer.limit.amount.nano - settled - unknown - reserved;
  const input = boundOf(pricing, scope, { ...bounds, maxOutputTokens: 0, thinkingTokens: 0 });
  const one = boundOf(pricing, scope, { ...bounds, maxOutputTokens: 1, thinkingTokens: 0 });
  if (input === null || one === null || one.nano <= input.nano) return null;
  const affordable = Number((left - input.nano) / (one.nano - input.nano));
  if (left < input.nano || affordable < least.output + least.thinking) return null;
  const output = Math.min(maxOutputTokens, Math.max(least.output, affordable - thinkingTokens));
  return {
    ...bounds,
    maxOutputTokens: output,
    thinkingTokens: Math.min(thinkingTokens, affordable - output),
  };
}

function beyondLimit(
  { mostTokens }: LedgerReservation,
  { outputTokens }: TokenUsage,
): Pick<SettledUsage, "beyondLimit"> {
  return mostTokens === null || outputTokens <= mostTokens.output
    ? {}
    : { beyondLimit: { limitTokens: mostTokens.output } };
}

function mostOf({ bound, mostTokens }: LedgerReservation): NonNullable<SettledUsage["unknown"]> {
  return {
    mostTokens: mostTokens === null ? 0 : mostTokens.input + mostTokens.output,
    mostCost: bound === null ? null : { amount: formatNano(bound.nano), currency: bound.currency },
  };
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
