import type { Forecast } from "../../shared/forecast.ts";
import type { SessionId } from "../../shared/ids.ts";
import type { UsageCall } from "../../shared/usage-panel.ts";
import type { AgentSession } from "../agent/session.ts";
import { estimateError } from "../usage/cache-doctor/estimate-error.ts";
import { createHashText, hashPrefix } from "../usage/cache-doctor/prefix-parts.ts";
import { compactSaving, costRange, crossing, isNotable, tokenRange } from "../usage/forecast.ts";
import { isPaidByToken, type FreeQuota } from "../usage/free-quota.ts";
import type { Pricing } from "../usage/pricing.ts";
import { answererOf, likelyCached, type LikelyCachedParts, type Place } from "./next-request.ts";
import type { ModelHub } from "./model-hub.ts";
import type { SessionHub } from "./session-hub.ts";

export interface ForecastDeskOptions extends LikelyCachedParts {
  readonly sessions: Pick<SessionHub, "open">;
  readonly models: Pick<ModelHub, "catalogue" | "place">;
  readonly pricing: Pricing;
  readonly freeQuota: Pick<FreeQuota, "left">;
}

export interface ForecastDesk {
  /** What the next request of a session is likely to be, with a prompt of so many bytes of JSON. */
  forecast(sessionId: SessionId, promptBytes: number): Promise<Forecast>;
}

export function createForecastDesk(options: ForecastDeskOptions): ForecastDesk {
  const { sessions, models, pricing, freeQuota } = options;
  return {
    async forecast(sessionId, promptBytes) {
      const session = await sessions.open(sessionId);
      const place = answererOf(session.log.state(), models);
      const past = await pastOf(options, sessionId, place);
      const next = await nextOf(options, { session, past, place, promptBytes });
      const [least, likely, most] = tokenRange(next);
      const isPaid = await isPaidByToken(pricing, freeQuota, {
        ...place,
        tokens: most + Math.max(0, ...past.answers),
      });
      const forecast = { model: place.model, tokens: { least, likely, most } };
      const cost = isPaid ? costRange(pricing, next) : null;
      if (cost === null)
        return { ...forecast, cost, isNotable: false, crossing: null, saving: null };
      const { freedTokens } = session.context();
      const { requests, cacheShare } = past;
      const saved =
        freedTokens === null
          ? null
          : compactSaving(pricing, next, { freedTokens, requests, cacheShare });
      return {
        ...forecast,
        cost,
        isNotable: isNotable(cost, past.lastCost),
        crossing: crossing(pricing, next, past.promptTokens),
        saving: saved === null ? null : { cost: saved, requests },
      };
    },
  };
}

/** What the session's requests were like, by its newest ones. */
interface Past {
  /** Of the model that answers next, in the order of the newest first. */
  readonly answers: readonly number[];
  readonly thinks: boolean;
  readonly lastCost: UsageCall["cost"];
  /** Input of the first request of the last prompt that this model answered; 0 = it has answered none. */
  readonly promptTokens: number;
  /** How many a prompt led to, about. */
  readonly requests: number;
  /** Of the input, what came from the cache, 0 to 1. */
  readonly cacheShare: number;
}

/** Enough to tell how long answers are and how many requests a prompt leads to. */
const looked = 100;

const latestAnswers = 8;

async function pastOf(
  { reads }: Pick<ForecastDeskOptions, "reads">,
  sessionId: SessionId,
  { model, region }: Place,
): Promise<Past> {
  const { calls } = await reads.calls({ filter: { sessionId }, limit: looked });
  const asked = calls.filter(({ purpose }) => purpose === "chat" || purpose === "quick-ask");
  const same = asked.filter((call) => call.model === model && call.region === region);
  const used = same.flatMap(({ usage }) => usage ?? []);
  const [last] = asked;
  // One that failed says nothing of its size.
  const first = same.findLast(({ turnId, usage }) => turnId === last?.turnId && usage !== null);
  const sum = (of: (usage: (typeof used)[number]) => number): number =>
    used.reduce((total, usage) => total + of(usage), 0);
  const prompts = new Set(asked.map(({ turnId }) => turnId)).size;
  const input = sum(({ inputTokens }) => inputTokens);
  return {
    answers: used.slice(0, latestAnswers).map(({ outputTokens }) => outputTokens),
    thinks: used.some(({ reasoningTokens }) => reasoningTokens > 0),
    lastCost: last?.cost ?? null,
    promptTokens: first?.usage?.inputTokens ?? 0,
    requests: Math.max(1, Math.round(asked.length / Math.max(1, prompts))),
    cacheShare: input === 0 ? 0 : sum(({ cachedTokens }) => cachedTokens) / input,
  };
}

/** Nothing was measured yet: four bytes to a token, which code and prose keep to by about a third. */
const unmeasuredPercent = 33;

/** No estimate is better than that. */
const leastPercent = 2;

interface Coming {
  readonly session: AgentSession;
  readonly past: Past;
  readonly place: Place;
  readonly promptBytes: number;
}

async function nextOf(
  options: ForecastDeskOptions,
  { session, past, place, promptBytes }: Coming,
): Promise<Parameters<typeof costRange>[1]> {
  const { sessionId } = session.log.state();
  const { prefixes, models } = options;
  const tokens = session.tokens(promptBytes);
  const { parts } = hashPrefix(session.context(), createHashText(await prefixes.key()), null);
  const sent = { tokens: session.tokens(), parts };
  const measured = estimateError(await prefixes.measured(sessionId));
  return {
    ...place,
    tokens,
    explicitCache: models.catalogue.hasExplicitCache(place.model, place.region),
    errorPercent: measured === null ? unmeasuredPercent : Math.max(leastPercent, measured),
    cachedTokens: await likelyCached(options, { ...place, sessionId }, sent),
    answers: past.answers,
    thinks: past.thinks,
  };
}
