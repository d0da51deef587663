import type { ModelEvent, ModelToolCall } from "../agent/ports.ts";
import type { TokenUsage } from "../../shared/usage.ts";
import { createCallCollector, type CallPiece } from "./call-collector.ts";

/** A chunk as far as it is used. Nothing in it is relied on: keys come and go from chunk to chunk. */
export interface AnswerChunk {
  readonly choices?: readonly AnswerChoice[] | null | undefined;
  readonly usage?: unknown;
}

interface AnswerChoice {
  /** Of the completions API, in place of a delta. */
  readonly text?: string | null | undefined;
  readonly delta?:
    | {
        readonly content?: string | null | undefined;
        readonly reasoning_content?: string | null | undefined;
        readonly tool_calls?: readonly CallPiece[] | null | undefined;
      }
    | null
    | undefined;
  readonly finish_reason?: string | null | undefined;
}

type UsageEvent = Extract<ModelEvent, { type: "usage" }>;

/** How an answer ended, or why it cannot be used. `filtered`: the provider's content filter cut it. */
export type AnswerEnd =
  | { readonly ok: true; readonly events: readonly ModelEvent[]; readonly isEmpty: boolean }
  | { readonly ok: false; readonly why: "cut" | "broken-call" | "filtered" };

/** Reads one answer. Calls are given out only by `end`, and not at all when the stream was cut. */
export interface AnswerReader {
  take(chunk: AnswerChunk): ModelEvent[];
  /** Usage so far: it is owed also when the stream breaks afterwards. */
  usage(): UsageEvent | null;
  end(): AnswerEnd;
}

export function createAnswerReader(): AnswerReader {
  const collector = createCallCollector();
  let finish: string | null = null;
  let usage: UsageEvent | null = null;
  let hasText = false;
  return {
    take(chunk) {
      // Repeated usage is cumulative: the last one counts.
      usage = readUsage(chunk.usage) ?? usage;
      const [choice] = chunk.choices ?? [];
      const {
        content = choice?.text,
        reasoning_content: reasoning,
        tool_calls: pieces,
      } = choice?.delta ?? {};
      for (const piece of pieces ?? []) collector.take(piece);
      if (choice?.finish_reason) finish = choice.finish_reason;
      const events: ModelEvent[] = [];
      if (reasoning) events.push({ type: "reasoning-delta", text: reasoning });
      if (content) events.push({ type: "text-delta", text: content });
      hasText ||= Boolean(content);
      return events;
    },
    usage: () => usage,
    end() {
      if (finish === null) return { ok: false, why: "cut" };
      if (finish === "content_filter") return { ok: false, why: "filtered" };
      if (finish === "length")
        return {
          ok: true,
          events: [...callEvents(collector.calls() ?? []), { type: "finish", reason: "length" }],
          isEmpty: false,
        };
      const calls = collector.calls();
      if (calls === undefined) return { ok: false, why: "broken-call" };
      // The calls decide, not the reason: a forced call was recorded with "stop".
      const reason = calls.length > 0 ? "tool-calls" : stopReason(finish);
      return {
        ok: true,
        events: [...callEvents(calls), { type: "finish", reason }],
        isEmpty: !hasText && calls.length === 0,
      };
    },
  };
}

const callEvents = (calls: readonly ModelToolCall[]): ModelEvent[] =>
  calls.map((call) => ({ type: "tool-call", ...call }));

const stopReason = (finish: string): "stop" | "other" =>
  finish === "stop" || finish === "tool_calls" ? "stop" : "other";

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

const count = (value: unknown): number =>
  typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : 0;

/** The same, by the entry's time to live. */
const entryTokens = (creation: unknown): unknown =>
  isObject(creation) ? creation["ephemeral_5m_input_tokens"] : undefined;

/** `prompt_tokens` includes cached and created ones; creation fields or `cache_type` tell an explicit cache [Model Studio, context cache]. */
function readUsage(usage: unknown): UsageEvent | null {
  if (!isObject(usage) || typeof usage["prompt_tokens"] !== "number") return null;
  const input = isObject(usage["prompt_tokens_details"]) ? usage["prompt_tokens_details"] : {};
  const output = isObject(usage["completion_tokens_details"])
    ? usage["completion_tokens_details"]
    : {};
  const created = count(
    input["cache_creation_input_tokens"] ??
      entryTokens(input["cache_creation"]) ??
      usage["cache_creation_input_tokens"],
  );
  const tokens: TokenUsage = {
    inputTokens: count(usage["prompt_tokens"]),
    cachedTokens: count(input["cached_tokens"]),
    cacheWriteTokens: created,
    outputTokens: count(usage["completion_tokens"]),
    reasoningTokens: count(output["reasoning_tokens"]),
  };
  const explicitCache = created > 0 || input["cache_type"] === "ephemeral";
  return { type: "usage", usage: tokens, explicitCache };
}
