import { AppError } from "../../shared/errors.ts";
import { regionFacts } from "../catalogue/region-facts.ts";

/** Where Model Studio's two protocols lie beside each other, on every host that has both [API reference, 2026-03-18]. */
const compatiblePath = "/compatible-mode/v1";
const nativePath = "/api/v1";

/** The native endpoint that belongs to a base URL. AppError("invalid-input") where the region has none or none is known. */
export function nativeBase(baseUrl: string, region: string): string {
  const url = baseUrl.replace(/\/+$/, "");
  const facts = regionFacts.find(({ id }) => id === region);
  if (facts?.native === false)
    throw new AppError(
      "invalid-input",
      facts.kind === "plan"
        ? `${facts.label} is a plan, and plans have no native DashScope protocol. Use --protocol openai, or a pay-as-you-go region.`
        : `${facts.label} does not speak the native DashScope protocol. Use --protocol openai.`,
    );
  if (url.endsWith(nativePath)) return url;
  if (url.endsWith(compatiblePath)) return url.slice(0, -compatiblePath.length) + nativePath;
  throw new AppError(
    "invalid-input",
    `No native DashScope endpoint is known for ${url}: its base URL ends with ${nativePath} (or ${compatiblePath}, beside which it lies). Correct it, or use --protocol openai.`,
  );
}

/** The OpenAI-compatible endpoint that belongs to a base URL of either protocol; one that is not native is itself. */
export function compatibleBase(baseUrl: string): string {
  const url = baseUrl.replace(/\/+$/, "");
  return url.endsWith(nativePath) ? url.slice(0, -nativePath.length) + compatiblePath : baseUrl;
}
