import { AppError } from "../../shared/errors.ts";
import type { SessionId } from "../../shared/ids.ts";
import { cacheRules } from "../catalogue/context-cache.ts";
import { sharedLength } from "../usage/cache-doctor/compare-prefixes.ts";
import type { PrefixPart } from "../usage/cache-doctor/prefix-parts.ts";
import type { PrefixStore } from "../usage/cache-doctor/prefix-records.ts";
import type { UsageReads } from "../usage/usage-reads.ts";
import type { ModelHub } from "./model-hub.ts";

export interface Place {
  readonly model: string;
  readonly region: string;
}

/** Who would answer next: the chosen model, or while that is left to Belay the one that answered last. */
export function answererOf(
  state: { readonly model: string; readonly answerer: Place | null },
  models: Pick<ModelHub, "place">,
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

export interface LikelyCachedParts {
  readonly models: Pick<ModelHub, "catalogue">;
  readonly prefixes: PrefixStore;
  readonly reads: Pick<UsageReads, "calls">;
  readonly now?: () => number;
}

/** What the cache is likely to hold: what the session's last request sent and the next one begins with, while that lives. */
export async function likelyCached(
  { reads, prefixes, models, now = Date.now }: LikelyCachedParts,
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
