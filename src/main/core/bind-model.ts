import type { Settings } from "../../shared/settings.ts";
import type { Sampling } from "../agent/ports.ts";
import type { ModelBinding } from "../agent/turn-context.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import { mostThinkingTokens, thinkingTaken } from "../catalogue/model-facts.ts";
import type { EndpointNotes } from "../endpoint-notes.ts";
import { keyFingerprint } from "../keys/key-fingerprint.ts";
import type { Paces } from "../providers/pace.ts";
import { isModelStudio } from "../providers/regions.ts";
import { createProvider, type ProviderParts } from "./create-provider.ts";
import type { Endpoint } from "./endpoints.ts";

export interface BindParts {
  readonly settings: () => Settings;
  readonly catalogue: Catalogue;
  readonly notes: EndpointNotes;
  /** Shared by every session of this process: an account's limits are for all of them together. */
  readonly paces: Paces;
  readonly userAgent: string;
  readonly hasBudget: () => boolean;
  /** What was learnt of a model's limits could not be kept. */
  readonly onTrouble: (error: unknown) => void;
}

/** A model at an endpoint, asked with a key; null = the endpoint needs none. */
export interface BoundModel {
  readonly place: Endpoint;
  readonly key: string | null;
  readonly modelId: string;
}

/** Output tokens counted on where nothing is known of the model. */
export const unknownOutputLimit = 32_768;

/** What a provider goes by beside the endpoint: the catalogue, what the endpoint's test has shown and what its refusals have taught. */
export function providerParts(
  parts: BindParts,
  { place, key, modelId }: BoundModel,
): ProviderParts {
  const { catalogue, notes, paces, userAgent } = parts;
  const { baseUrl, region } = place;
  // The limits are Model Studio's: a server of another's has its own, or none.
  const limits = isModelStudio(baseUrl) ? catalogue.rateLimits(modelId, region) : null;
  const account = `${new URL(baseUrl).origin} ${key === null ? "" : keyFingerprint(key)}`;
  const abilities = notes.find(baseUrl, modelId)?.test?.abilities;
  return {
    key,
    userAgent,
    catalogue,
    pace: paces(account, modelId, limits),
    onLimit: (model, limit) => {
      try {
        notes.learn(baseUrl, model, limit);
      } catch (error) {
        parts.onTrouble(error);
      }
    },
    ...(abilities === undefined ? {} : { abilities }),
  };
}

/** The binding of a turn. */
export function bindingOf(parts: BindParts, bound: BoundModel): ModelBinding {
  const { modelId, place } = bound;
  const { maxOutputTokens, sends } = outputLimit(parts, bound);
  const sampling = samplingOf(parts, modelId, place.region);
  const facts = parts.catalogue.find(modelId);
  const taught = parts.notes.find(place.baseUrl, modelId)?.limits;
  return {
    model: createProvider(place, providerParts(parts, bound)),
    modelId,
    maxOutputTokens,
    sendOutputLimit: sends,
    maxInputTokens: taught?.maxInputTokens ?? facts?.maxInputTokens ?? null,
    takeThinking: (wish) => thinkingTaken(wish, facts?.thinking),
    // Newer models count what they think as part of the output limit [notice 2026-11-02].
    mostThinking: (wish) =>
      facts === undefined || facts.outputLimitField === "max_completion_tokens"
        ? 0
        : mostThinkingTokens(wish, facts.thinking),
    takesThinkingBudget: (facts?.thinking.maxBudgetTokens ?? null) !== null,
    ...(Object.keys(sampling).length === 0 ? {} : { sampling }),
  };
}

/** The person's limit for the model is sent; otherwise the endpoint uses the model's own, which bounds what a request can cost. */
function outputLimit(
  { settings, catalogue, notes, hasBudget }: BindParts,
  { place, modelId }: BoundModel,
): { readonly maxOutputTokens: number; readonly sends: boolean } {
  const taught = notes.find(place.baseUrl, modelId)?.limits?.maxOutputTokens ?? null;
  const known = taught ?? catalogue.find(modelId)?.maxOutputTokens ?? null;
  const wanted = settings().models[modelId]?.maxOutputTokens;
  const most = known ?? Number.POSITIVE_INFINITY;
  if (wanted !== undefined) return { maxOutputTokens: Math.min(wanted, most), sends: true };
  // What nobody knows is bounded by the request itself, or a budget could not be kept.
  return { maxOutputTokens: known ?? unknownOutputLimit, sends: known === null && hasBudget() };
}

/** What the person set for the model, over what is advised. */
const samplingOf = (
  { settings, catalogue }: BindParts,
  modelId: string,
  region: string,
): Sampling => ({
  ...catalogue.sampling(modelId, region),
  ...settings().models[modelId]?.sampling,
});
