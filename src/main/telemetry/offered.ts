import { endpointOf } from "./collector.ts";
import type { HeaderKey } from "./header-keys.ts";

export interface Offered {
  readonly endpoint: string | null;
  readonly header: HeaderKey | null;
}

/**
 * What OpenTelemetry's variables in the person's environment name: offered in the settings, never taken unasked. Of several headers
 * the first; values are percent-encoded there, as its specification says.
 */
export function offeredBy(environment: Readonly<Record<string, string | undefined>>): Offered {
  const of = (name: string): string =>
    environment[`OTEL_EXPORTER_OTLP_METRICS_${name}`] ??
    environment[`OTEL_EXPORTER_OTLP_${name}`] ??
    "";
  return { endpoint: usable(of("ENDPOINT")), header: firstHeader(of("HEADERS")) };
}

function usable(text: string): string | null {
  try {
    return text.trim() === "" ? null : endpointOf(text);
  } catch {
    return null; // not one that Belay would send to
  }
}

function firstHeader(text: string): HeaderKey | null {
  const [first = ""] = text.split(",");
  const at = first.indexOf("=");
  if (at < 1) return null;
  const name = first.slice(0, at).trim();
  try {
    return { name, value: decodeURIComponent(first.slice(at + 1).trim()) };
  } catch {
    return { name, value: first.slice(at + 1).trim() };
  }
}
