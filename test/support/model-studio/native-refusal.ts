import type { Refusal } from "./refusals.ts";
import type { JsonObject } from "./script.ts";

/** The same refusals on the two protocols; what is not here has the same code on both. */
const codes: Readonly<Record<string, string>> = {
  invalid_parameter_error: "InvalidParameter",
  invalid_request_error: "InvalidParameter",
  invalid_api_key: "InvalidApiKey",
  data_inspection_failed: "DataInspectionFailed",
  access_denied: "AccessDenied",
  model_not_found: "ModelNotFound",
  model_not_supported: "ModelNotFound",
  limit_requests: "Throttling.RateQuota",
  insufficient_quota: "Throttling.AllocationQuota",
  limit_burst_rate: "Throttling.BurstRate",
  internal_error: "InternalError",
};

/** Texts that differ from those of the compatible endpoint [recorded]. */
const texts: readonly (readonly [RegExp, string])[] = [
  [/^You didn't provide an API key/, "No API-key provided."],
  [/^Incorrect API key provided/, "Invalid API-key provided."],
  [/^The model `.*` does not exist/, "Model not exist."],
  [
    /^\[\] is too short - 'messages'$/,
    '<400> InternalError.Algo.InvalidParameter: Role must be in ["user","assistant","system","function","plugin","tool"] and the role in last message must be in ["user","function","tool"]',
  ],
];

export function nativeRefusal({ status, code, message }: Refusal): Refusal {
  const text = texts.find(([pattern]) => pattern.test(message))?.[1] ?? message;
  const fallback = status === 401 ? "InvalidApiKey" : "InvalidParameter";
  return { status, code: code === null ? fallback : (codes[code] ?? code), message: text };
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** An error body that a script has in the OpenAI form, in the native one; anything else as it stands. */
export function nativeBody(body: unknown, requestId: string): unknown {
  const error = isObject(body) ? body["error"] : undefined;
  if (!isObject(error)) return body;
  const { code, message } = error;
  const native = nativeRefusal({
    status: 400,
    code: typeof code === "string" ? code : null,
    message: String(message),
  });
  return {
    code: code === null ? null : native.code,
    message: native.message,
    request_id: requestId,
  };
}

/** The status that belongs to an error inside a stream. */
export function statusOf(body: unknown): number {
  const code = isObject(body) ? String(body["code"]) : "";
  if (code.startsWith("Throttling")) return 429;
  if (/^(?:Internal|System|Model(?:Service|Serving|Unavailable))/.test(code)) return 500;
  return 400;
}
