import { AppError } from "../../shared/errors.ts";
import type { CachedCall, ContextMeter, ContextReport } from "../../shared/context.ts";
import type { RequestId, SessionId } from "../../shared/ids.ts";
import type { Money } from "../../shared/money.ts";
import { noTokens } from "../../shared/usage.ts";
import type { UsageCall } from "../../shared/usage-panel.ts";
import type { SessionContext } from "../agent/session.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { CacheDesk } from "../usage/cache-doctor/cache-desk.ts";
import { estimateError } from "../usage/cache-doctor/estimate-error.ts";
import { createHashText, hashPrefix } from "../usage/cache-doctor/prefix-parts.ts";
import type { PrefixStore } from "../usage/cache-doctor/prefix-records.ts";
import { spread } from "../usage/cache-doctor/spread.ts";
import type { Pricing } from "../usage/pricing.ts";
import type { UsageReads } from "../usage/usage-reads.ts";
import { isPaidByToken, type FreeQuota } from "../usage/free-quota.ts";
import type { ModelHub } from "./model-hub.ts";
import { answererOf, likelyCached, type Place } from "./next-request.ts";
import type { SessionHub } from "./session-hub.ts";

export interface ContextDeskOptions {
  readonly sessions: Pick<SessionHub, "open">;
  readonly models: Pick<ModelHub, "catalogue" | "place">;
  readonly pricing: Pricing;
  readonly prefixes: PrefixStore;
  readonly reads: Pick<UsageReads, "calls">;
  readonly cache: CacheDesk;
  readonly freeQuota: Pick<FreeQuota, "left">;
  readonly now?: () => number;
}

/** What fills a request: the next one of a session, and one that was sent. */
export interface ContextDesk {
  meter(sessionId: SessionId): Promise<ContextMeter>;
  next(sessionId: SessionId): Promise<ContextReport>;
  /** Not-found for a request that is not in the ledger. */
  past(requestId: RequestId): Promise<CachedCall & { readonly report: ContextReport | null }>;
}

export function createContextDesk(options: ContextDeskOptions): ContextDesk {
  const { sessions, models } = options;
  return {
    async meter(sessionId) {
      const session = await sessions.open(sessionId);
      const { model, region } = answererOf(session.log.state(), models);
      return { tokens: session.tokens(), ...limitsOf(models.catalogue, model, region) };
    },
    async next(sessionId) {
      const session = await sessions.open(sessionId);
      const place = answererOf(session.log.state(), models);
      return nextReport(options, { sessionId, ...place }, session.context());
    },
    async past(requestId) {
      const call = await options.prefixes.call(requestId);
      if (call === null)
        throw new AppError("not-found", `There is no request ${requestId} in the ledger.`);
      const [verdict] = await options.cache.verdicts([call]);
      if (verdict === undefined) throw new Error("a verdict is given of each call");
      return { call, verdict, report: await pastReport(options, call) };
    },
  };
}

function limitsOf(
  catalogue: Catalogue,
  model: string,
  region: string,
): Pick<ContextMeter, "windowTokens" | "brackets"> {
  const option = catalogue.options(region, [model]).find(({ id }) => id === model);
  const windowTokens = option?.maxInputTokens ?? option?.contextTokens ?? null;
  // The last bound is no edge: there is no other price above it.
  const brackets = (option?.brackets ?? []).map(({ maxInputTokens }) => maxInputTokens);
  return { windowTokens, brackets: brackets.slice(0, -1) };
}

async function nextReport(
  options: ContextDeskOptions,
  place: Place & { readonly sessionId: SessionId },
  context: SessionContext,
): Promise<ContextReport> {
  const { prefixes, pricing, models, freeQuota } = options;
  const { model, region, sessionId } = place;
  const { tokens, freedTokens } = context;
  const { parts } = hashPrefix(context, createHashText(await prefixes.key()), null);
  const explicitCache = models.catalogue.hasExplicitCache(model, region);
  const cachedTokens = await likelyCached(options, place, { tokens, parts });
  const input = { model, region, tokens, cachedTokens, explicitCache };
  const isMetered = await isPaidByToken(pricing, freeQuota, { model, region, tokens });
  const writtenTokens = explicitCache ? tokens - cachedTokens : 0;
  const priced = { ...input, isMetered, writtenTokens };
  return {
    requestId: null,
    at: null,
    model,
    region,
    tokens,
    isEstimate: true,
    errorPercent: estimateError(await prefixes.measured(sessionId)),
    ...limitsOf(models.catalogue, model, region),
    cost: costOf(pricing, priced),
    costUncached: costOf(pricing, {
      ...priced,
      cachedTokens: 0,
      writtenTokens: explicitCache ? tokens : 0,
    }),
    parts: spread(parts, priced, pricing),
    freedTokens,
  };
}

type Priced = Parameters<typeof spread>[1];

function costOf(pricing: Pricing, input: Priced): Money | null {
  const { model, region, tokens, cachedTokens, writtenTokens, explicitCache, isMetered } = input;
  const usage = { ...noTokens, inputTokens: tokens, cachedTokens, cacheWriteTokens: writtenTokens };
  const cost = pricing.cost(model, region, usage, explicitCache);
  return cost === null || isMetered ? cost : { ...cost, amount: "0" };
}

/** Null where nothing was kept of its parts, or its tokens were not reported. */
async function pastReport(
  { prefixes, pricing, models }: ContextDeskOptions,
  call: UsageCall,
): Promise<ContextReport | null> {
  const { requestId, model, region, usage } = call;
  const parts = await prefixes.parts(requestId);
  if (parts === null || usage === null) return null;
  const [facts] = await prefixes.facts([requestId]);
  const priced: Priced = {
    model,
    region,
    tokens: usage.inputTokens,
    cachedTokens: usage.cachedTokens,
    writtenTokens: usage.cacheWriteTokens,
    explicitCache: facts?.explicitCache ?? false,
    isMetered: call.billing === "metered",
  };
  return {
    requestId,
    at: call.at,
    model,
    region,
    tokens: usage.inputTokens,
    isEstimate: false,
    errorPercent: null,
    ...limitsOf(models.catalogue, model, region),
    cost: costOf(pricing, priced),
    costUncached: null,
    parts: spread(parts, priced, pricing),
    freedTokens: null,
  };
}
