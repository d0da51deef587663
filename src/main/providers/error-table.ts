import { AppError, type ErrorCode } from "../../shared/errors.ts";

/** What is known of a refusal, from whichever body it came in. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** How a refusal is understood: what it means for the caller, what to do, and whether the same request may succeed later. */
export interface RefusalRule {
  readonly status?: readonly number[];
  /** Matched against code and message, without case. */
  readonly pattern?: RegExp;
  readonly code: ErrorCode;
  readonly retry: boolean;
  readonly advice: string;
}

/** First match wins. Codes and messages as Model Studio's error pages and users' reports give them (2025-12 to 2026-11). */
export const refusalRules: readonly RefusalRule[] = [
  {
    pattern: /arrearage|overdue|not in good standing/i,
    code: "refused",
    retry: false,
    advice: "The account has a payment due. Settle it in the console, then retry.",
  },
  {
    pattern: /datainspection|data_inspection|inappropriate content/i,
    code: "refused",
    retry: false,
    advice:
      "The provider's content filter refused the conversation. Leave out what may have caused it.",
  },
  {
    pattern: /freetieronly|free quota only/i,
    code: "refused",
    retry: false,
    advice:
      'The free quota is used up and "free quota only" is on. Switch it off in the console, or choose another model.',
  },
  {
    pattern: /free allocated quota exceeded/i,
    code: "refused",
    retry: false,
    advice: "The free quota is used up and no paid service is active. Activate it in the console.",
  },
  {
    status: [403],
    pattern: /insufficient_quota/i,
    code: "refused",
    retry: false,
    advice: "The quota is used up, the free one too. Activate the paid service in the console.",
  },
  {
    pattern: /range of max_(?:completion_)?tokens/i,
    code: "refused",
    retry: false,
    advice: "The answer's limit is above what the model gives. Lower it, or choose another model.",
  },
  {
    pattern: /commoditynotpurchased|unpurchased|prepaidbill|postpaidbill/i,
    code: "refused",
    retry: false,
    advice: "The service is not activated for this account, or a bill is due. See the console.",
  },
  {
    pattern: /(?:hour|week|month) allocated quota exceeded/i,
    code: "refused",
    retry: false,
    advice: "The plan's quota is used up. It resets by itself; or use a general key.",
  },
  {
    pattern: /workspacenotfound|workspace can not be found/i,
    code: "refused",
    retry: false,
    advice: "The address names a workspace that does not exist. Check the base URL.",
  },
  {
    status: [404],
    pattern: /model/i,
    code: "model-not-found",
    retry: false,
    advice: "",
  },
  {
    pattern:
      /model_not_found|modelnotfound|model_not_supported|model '.*' is not supported|model .* does not exist/i,
    code: "model-not-found",
    retry: false,
    advice: "",
  },
  {
    status: [404],
    code: "refused",
    retry: false,
    advice:
      "Nothing answers at this address. Is the base URL whole, such as https://host/compatible-mode/v1?",
  },
  {
    status: [401, 403],
    pattern: /access token|token expired/i,
    code: "unauthorized",
    retry: false,
    advice:
      "The key does not belong to this host: plan keys (sk-sp-) work on the plan's hosts only, general keys everywhere else; or the plan has ended.",
  },
  {
    status: [401],
    code: "unauthorized",
    retry: false,
    advice:
      "The key was refused. Was it copied whole? Is it revoked? A key works in its own region only.",
  },
  {
    status: [403],
    pattern: /invalid api-key/i,
    code: "unauthorized",
    retry: false,
    advice: "The plan refused the key. Plan keys begin with sk-sp-.",
  },
  {
    status: [403],
    code: "unauthorized",
    retry: false,
    advice:
      "The key has no right to this model here. Check the workspace's model permissions in the console.",
  },
  {
    status: [405],
    code: "refused",
    retry: false,
    advice: "This host serves coding tools only and did not recognise the request.",
  },
  {
    pattern: /range of input length|maximum context length|input is too long|context_length/i,
    code: "refused",
    retry: false,
    advice:
      "The conversation is longer than the model takes. Start a new session, or choose a model with a larger window.",
  },
  {
    status: [429],
    pattern: /.*/,
    code: "rate-limited",
    retry: true,
    advice: "The provider limits how fast requests may come.",
  },
  {
    status: [400, 413, 422],
    code: "refused",
    retry: false,
    advice: "The provider refused the request as it stands.",
  },
  {
    status: [408, 500, 502, 503, 504],
    code: "unavailable",
    retry: true,
    advice: "The provider has a problem. Retry in a moment, or choose another model.",
  },
];

/** The rule for a refusal; what nothing matches is a problem of the provider's when its status says so, else a refusal. */
export function ruleFor(refusal: Refusal): RefusalRule {
  const text = `${refusal.code} ${refusal.message}`;
  const found = refusalRules.find(
    (rule) => (rule.status?.includes(refusal.status) ?? true) && (rule.pattern?.test(text) ?? true),
  );
  return (
    found ?? {
      code: refusal.status >= 500 ? "unavailable" : "refused",
      retry: refusal.status >= 500,
      advice: "Retry, or choose another model.",
    }
  );
}

export interface ErrorContext {
  readonly host: string;
  readonly region: string;
  readonly model: string;
  readonly successors: readonly string[];
  /** Never to appear in a message. */
  readonly secret: string;
}

/** A refusal as the person reads it: what happened, in the provider's words shortened, and what to do. */
export function errorFor(refusal: Refusal, context: ErrorContext): AppError {
  const rule = ruleFor(refusal);
  const said = shorten(redact(refusal.message, context.secret));
  if (rule.code === "model-not-found") {
    const instead =
      context.successors.length === 0
        ? "Choose another model."
        : `Use instead: ${context.successors.join(", ")}.`;
    return new AppError(
      "model-not-found",
      `${context.host} does not serve the model "${context.model}": it is retired, misspelt or not in this region. ${instead}`,
    );
  }
  const where = rule.code === "unauthorized" ? ` (${context.host}, region ${context.region})` : "";
  return new AppError(
    rule.code,
    `${rule.advice}${where}${said === "" ? "" : ` The provider says: ${said}`}`,
  );
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}

/** Takes a key out of a text, whole or in part. */
export function redact(text: string, secret: string): string {
  const whole = secret.length >= 8 ? text.replaceAll(secret, "[key]") : text;
  return whole.replaceAll(/sk-[A-Za-z0-9_-]{8,}/g, "[key]");
}
