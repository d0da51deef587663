import type { ModelEvent, ModelPort, ModelRequest } from "../../src/main/agent/ports.ts";
import type { TokenUsage } from "../../src/shared/usage.ts";

/** One scripted answer: text and calls, or a failure. */
export interface FakeAnswer {
  readonly text?: string;
  readonly calls?: readonly {
    readonly name: string;
    readonly arguments: unknown;
    readonly id?: string;
  }[];
  readonly finish?: "stop" | "length" | "tool-calls";
  readonly usage?: TokenUsage;
  /** Code of an attempt before this answer. */
  readonly retried?: string;
  /** Thrown after the text. */
  readonly error?: Error;
  /** Never ends by itself: only the signal ends it. */
  readonly hang?: boolean;
}

export const someUsage: TokenUsage = {
  inputTokens: 100,
  cachedTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 10,
  reasoningTokens: 0,
};

/** A model that plays answers in order and keeps every request it got, as bytes. */
export interface FakeModel extends ModelPort {
  readonly requests: readonly ModelRequest[];
}

export function createFakeModel(answers: readonly FakeAnswer[]): FakeModel {
  const requests: ModelRequest[] = [];
  let calls = 0;
  return {
    protocol: "openai",
    region: "test",
    requests,
    async *stream(request, signal): AsyncGenerator<ModelEvent> {
      const answer = answers[requests.length] ?? { text: "done" };
      const { onServed: _onServed, ...data } = request;
      requests.push(structuredClone(data));
      if (answer.retried !== undefined)
        yield {
          type: "retry",
          attempt: 1,
          code: answer.retried,
          message: "again",
          waitMs: 1,
          ...(answer.retried === "rate-limited" ? { costsNothing: true } : {}),
        };
      for (const piece of answer.text?.match(/.{1,4}/gsu) ?? [])
        yield { type: "text-delta", text: piece };
      if (answer.error !== undefined) throw answer.error;
      signal.throwIfAborted();
      if (answer.hang === true)
        await new Promise((_, reject) =>
          signal.addEventListener("abort", () => reject(signal.reason)),
        );
      for (const call of answer.calls ?? []) {
        calls += 1;
        const argumentsText =
          typeof call.arguments === "string" ? call.arguments : JSON.stringify(call.arguments);
        yield { type: "tool-call", id: call.id ?? `call_${calls}`, name: call.name, argumentsText };
      }
      yield { type: "usage", usage: answer.usage ?? someUsage, explicitCache: false };
      yield {
        type: "finish",
        reason: answer.finish ?? (answer.calls === undefined ? "stop" : "tool-calls"),
      };
    },
  };
}
