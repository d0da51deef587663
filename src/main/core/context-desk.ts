import { AppError } from "../../shared/errors.ts";
import type { CachedCall, ContextMeter, ContextReport } from "../../shared/context.ts";
import type { RequestId, SessionId } from "../../shared/ids.ts";
import type { Money } from "../../shared/money.ts";
import { noTokens } from "../../shared/usage.ts";
import type { UsageCall } from "../../shared/usage-panel.ts";
import type { SessionContext } from "../agent/session.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import { cacheRules } from "../catalogue/context-cache.ts";
import { sharedLength } from "../usage/cache-doctor/compare-prefixes.ts";
import type { CacheDesk } from "../usage/cache-doctor/cache-desk.ts";
import { estimateError } from "../usage/cache-doctor/estimate-error.ts";
import { createHashText, hashPrefix, type PrefixPart } from "../usage/cache-doctor/prefix-parts.ts";
import type { PrefixStore } from "../usage/cache-doctor/prefix-records.ts";
import { spread } from "../usage/cache-doctor/spread.ts";
import type { Pricing } from "../usage/pricing.ts";
import type { UsageReads } from "../usage/usage-reads.ts";
import type { ModelHub } from "./model-hub.ts";
import type { SessionHub } from "./session-hub.ts";

export interface ContextDeskOptions {
  readonly sessions: Pick<SessionHub, "open">;
  readonly models: Pick<ModelHub, "catalogue" | "place">;
  readonly pricing: Pricing;
  readonly prefixes: PrefixStore;
  readonly reads: Pick<UsageReads, "calls">;
  readonly cache: CacheDesk;
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

interface Place {
  readonly model: string;
  readonly region: string;
}

/** Who would answer next: the chosen model, or while that is left to Belay the one that answered last. */
function answererOf(
  state: { readonly model: string; readonly answerer: Place | null },
  models: ContextDeskOptions["models"],
): Place {
  const { model, answerer } = state;
  try {
    const { region } = models.place();
    return { model: model === "" ? (answerer?.model ?? "") : model, region };
  } catch (error) {
    // Without an endpoint nothing can be sent, and what would be is still worth seeing.
    if (!(error instanceof AppError)) throw error;
    return { model: answerer?.model ?? model, region: answerer?.region ?? "" };
  }
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
  const { prefixes, pricing, models } = options;
  const { model, region, sessionId } = place;
  const { tokens, freedTokens } = context;
  const { parts } = hashPrefix(context, createHashText(await prefixes.key()), null);
  const explicitCache = models.catalogue.hasExplicitCache(model, region);
  const cachedTokens = await likelyCached(options, place, { tokens, parts });
  const input = { model, region, tokens, cachedTokens, explicitCache };
  const isMetered = pricing.billing(model, region) === "metered";
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

/** What the cache is likely to hold: what the session's last request sent and the next one begins with, while that lives. */
async function likelyCached(
  { reads, prefixes, models, now = Date.now }: ContextDeskOptions,
  { sessionId, model, region }: Place & { readonly sessionId: SessionId },
  next: { readonly tokens: number; readonly parts: readonly PrefixPart[] },
): Promise<number> {
  const { minimumTokens, explicitMs } = cacheRules;
  const caches = models.catalogue.caches(model, region);
  if (caches === null || (!caches.explicit && !caches.implicit)) return 0;
  const { calls } = await reads.calls({ filter: { sessionId }, limit: 8 });
  const last = calls.find((call) => call.model === model && call.usage !== null);
  if (last === undefined || last.region !== region) return 0;
  if (now() - Date.parse(last.at) - (last.durationMs ?? 0) > explicitMs) return 0;
  const sent = await prefixes.parts(last.requestId);
  const kept = next.parts.slice(0, sharedLength(sent ?? [], next.parts));
  const cached = Math.round((next.tokens * bytesOf(kept)) / Math.max(1, bytesOf(next.parts)));
  return cached < minimumTokens ? 0 : cached;
}

const bytesOf = (parts: readonly PrefixPart[]): number =>
  parts.reduce((sum, { bytes }) => sum + bytes, 0);

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
