import type { ModelPort } from "../agent/ports.ts";
import type { ProviderOptions } from "../providers/create-provider-port.ts";
import { createDashScopeProvider } from "../providers/dashscope-provider.ts";
import { compatibleBase } from "../providers/native-url.ts";
import { createOpenAiProvider } from "../providers/openai-provider.ts";
import type { Endpoint } from "./endpoints.ts";

export interface ProviderParts extends Pick<
  ProviderOptions,
  "userAgent" | "catalogue" | "pace" | "onLimit" | "abilities"
> {
  readonly key: string | null;
}

/** The endpoint's provider in the endpoint's protocol. Throws invalid-input where that protocol is not to be had. */
export function createProvider(place: Endpoint, parts: ProviderParts): ModelPort {
  const options = optionsFor(place, parts);
  return place.protocol === "dashscope"
    ? createDashScopeProvider(options)
    : createOpenAiProvider(options);
}

/** The provider for raw prompts: whichever protocol is chosen, they exist on the compatible path of the same host only. */
export function createPromptProvider(place: Endpoint, parts: ProviderParts): ModelPort {
  if (place.protocol !== "dashscope") return createProvider(place, parts);
  return createOpenAiProvider(
    optionsFor({ ...place, baseUrl: compatibleBase(place.baseUrl) }, parts),
  );
}

function optionsFor(
  { baseUrl, region }: Endpoint,
  { key, ...parts }: ProviderParts,
): ProviderOptions {
  return { ...parts, baseUrl, region, apiKey: key ?? "none" };
}
