import type { ModelEvent, ModelToolCall } from "../agent/ports.ts";
import type { TokenUsage } from "../../shared/usage.ts";
import { createCallCollector, type CallPiece } from "./call-collector.ts";

/**
 * A chunk as it came. Nothing in it is relied on: keys come and go from chunk to chunk, and any of them may be null or of another
 * type. Read are `usage` and of the first of `choices` its `finish_reason` and its `delta` (or `message`, or the completions API's
 * `text`).
 */
export type AnswerChunk = Readonly<Record<string, unknown>>;

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
  const reasoning = createDeltas("reasoning-delta");
  const text = createDeltas("text-delta");
  let finish: string | null = null;
  let usage: UsageEvent | null = null;
  let hasText = false;
  return {
    take(chunk) {
      // Repeated usage is cumulative: the last one counts.
      usage = readUsage(chunk["usage"]) ?? usage;
      const choice = objectIn(itemsIn(chunk["choices"])[0]);
      // A server that cannot stream sends the whole message.
      const delta = objectIn(choice["delta"] ?? choice["message"] ?? { content: choice["text"] });
      for (const piece of itemsIn(delta["tool_calls"]))
        if (isObject(piece)) collector.take(readPiece(piece));
      // The native protocol writes the word "null" until the end.
      const reason = textIn(choice["finish_reason"]);
      if (reason !== "" && reason !== "null") finish = reason;
      const events = [
        ...reasoning.take(textIn(delta["reasoning_content"] ?? delta["reasoning"])),
        ...text.take(textIn(delta["content"])),
      ];
      hasText ||= events.some(({ type }) => type === "text-delta");
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

/** Text as deltas. A character that a server cut in two halves is held back until it is whole: half of one cannot be stored. */
function createDeltas(type: "text-delta" | "reasoning-delta"): {
  take(text: string): ModelEvent[];
} {
  let half = "";
  return {
    take(piece) {
      if (piece === "") return [];
      const whole = half + piece;
      half = endsInHalf(whole) ? whole.slice(-1) : "";
      const text = half === "" ? whole : whole.slice(0, -1);
      return text === "" ? [] : [{ type, text: text.toWellFormed() }];
    },
  };
}

function endsInHalf(text: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

const objectIn = (value: unknown): Readonly<Record<string, unknown>> =>
  isObject(value) ? value : {};

const itemsIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** A string, or the texts of content in parts. */
function textIn(value: unknown): string {
  if (typeof value === "string") return value;
  return itemsIn(value)
    .map((part) => {
      const { text } = objectIn(part);
      return typeof text === "string" ? text : "";
    })
    .join("");
}

function readPiece(piece: Readonly<Record<string, unknown>>): CallPiece {
  const { index, id } = piece;
  const { name, arguments: text } = objectIn(piece["function"]);
  return {
    index: typeof index === "number" ? index : null,
    id: typeof id === "string" ? id : "",
    name: typeof name === "string" ? name : "",
    // Some local servers send an object instead of its text.
    text: isObject(text) ? JSON.stringify(text) : textIn(text),
  };
}

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
