import { z } from "zod";
import refusalsFile from "../../../resources/catalogue/refusals.json" with { type: "json" };
import {
  AppError,
  errorCodes,
  FreeQuotaUsedError,
  HistoryError,
  historyCauses,
  ModelGoneError,
} from "../../shared/errors.ts";
import { learntLimit } from "./learnt-limit.ts";
import type { Refusal } from "./read-refusal.ts";

const ruleSchema = z.object({
  id: z.string(),
  /** What it means for the caller. */
  class: z.enum(errorCodes),
  /** Whether the same request may succeed later; "slower": only when requests come further apart. */
  retry: z.enum(["no", "yes", "slower"]),
  advice: z.string(),
  /** The conversation caused it: without the part that did, the request may succeed. */
  history: z.enum(historyCauses).nullable().default(null),
  /** The account caused it, whatever was asked. */
  account: z.boolean().default(false),
  status: z.array(z.number()).optional(),
  codes: z.array(z.string()).default([]),
  message: z
    .string()
    .transform((pattern) => new RegExp(pattern, "i"))
    .optional(),
});

/** How a refusal is understood, and what to do about it. */
export type RefusalRule = z.infer<typeof ruleSchema>;

let table: readonly RefusalRule[] | undefined;
const rules = (): readonly RefusalRule[] =>
  (table ??= z.array(ruleSchema).parse(refusalsFile.rows));

/** The first row of resources/catalogue/refusals.json that fits; what none fits is told by its status. */
export function ruleFor(refusal: Refusal): RefusalRule {
  const isServer = refusal.status >= 500;
  return (
    rules().find((rule) => fits(rule, refusal)) ?? {
      id: "unknown",
      class: isServer ? "unavailable" : "refused",
      retry: isServer ? "yes" : "no",
      advice: "Retry, or choose another model.",
      history: null,
      account: false,
      codes: [],
    }
  );
}

function fits({ status, codes, message }: RefusalRule, refusal: Refusal): boolean {
  if (status !== undefined && !status.includes(refusal.status)) return false;
  if (codes.length === 0 && message === undefined) return true;
  const code = refusal.code.toLowerCase();
  return (
    codes.some((known) => known.toLowerCase() === code) || message?.test(refusal.message) === true
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
  const { id, class: code, advice, history } = ruleFor(refusal);
  if (code === "model-not-found")
    return new ModelGoneError(missingModel(advice, context), context.successors);
  const said = shorten(redact(refusal.message, context.secret));
  const where = code === "unauthorized" ? ` (${context.host}, region ${context.region})` : "";
  const message = `${advice}${where}${said === "" ? "" : ` The provider says: ${said}`}`;
  if (id === "free-quota-only" || id === "free-quota-gone") return new FreeQuotaUsedError(message);
  return history === null
    ? new AppError(code, message)
    : new HistoryError(history, message, inputLimitIn(refusal));
}

/** What a refusal says of the most input tokens that the model takes. */
function inputLimitIn(refusal: Refusal): number | null {
  const learnt = learntLimit(refusal);
  return learnt?.kind === "input" ? learnt.tokens : null;
}

function missingModel(advice: string, { host, model, successors }: ErrorContext): string {
  const instead =
    successors.length === 0 ? "Choose another model." : `Use instead: ${successors.join(", ")}.`;
  return `${host} does not serve the model "${model}". ${advice} ${instead}`;
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
