import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../../shared/errors.ts";
import type { ModelEvent, ModelMessage, ModelPort } from "../agent/ports.ts";
import {
  demoFiles,
  demoFurtherAnswer,
  demoPrompt,
  demoSteps,
  demoSummary,
  demoSummaryIncomplete,
  type DemoStep,
} from "./demo-project.ts";

export { demoFiles, demoPrompt };

/** The model id of the demo; its price is zero. */
export const demoModelId = "demo";

export interface DemoModelOptions {
  /** Between two words, in milliseconds; tests pass 0. */
  readonly wordMs?: number;
}

/** A scripted model for the tour: no network, no key, no cost. The calls it makes are run by the real tools. */
export function createDemoModel({ wordMs = 28 }: DemoModelOptions = {}): ModelPort {
  return {
    protocol: "openai",
    region: "demo",
    async *stream({ messages }, signal) {
      const { text, calls } = nextStep(messages);
      yield* speak(text, { wordMs, signal });
      for (const [index, call] of calls.entries())
        yield {
          type: "tool-call",
          id: `demo-${messages.length}-${index}`,
          name: call.name,
          argumentsText: JSON.stringify(call.arguments),
        } satisfies ModelEvent;
      yield { type: "usage", usage: noTokens, explicitCache: false };
      yield { type: "finish", reason: calls.length === 0 ? "stop" : "tool-calls" };
    },
  };
}

const noTokens = {
  inputTokens: 0,
  cachedTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
} as const;

/** Where the script stands is read off the conversation, so that a stopped turn goes on where it was. */
function nextStep(messages: readonly ModelMessage[]): DemoStep {
  const answers = messages.filter((message) => message.role === "assistant");
  if (answers.some(isEnding)) return { text: demoFurtherAnswer, calls: [] };
  const done = answers.filter((answer) => answer.toolCalls.length > 0).length;
  const step = demoSteps[done];
  if (step !== undefined) return step;
  return { text: allWritten(messages) ? demoSummary : demoSummaryIncomplete, calls: [] };
}

function isEnding(answer: Extract<ModelMessage, { role: "assistant" }>): boolean {
  const text = textOf(answer);
  return text === demoSummary || text === demoSummaryIncomplete || text === demoFurtherAnswer;
}

/** Whether every edit was allowed and worked, as the tools' results begin. */
function allWritten(messages: readonly ModelMessage[]): boolean {
  const wanted = demoSteps.flatMap(({ calls }) =>
    calls.filter(({ name }) => name === "edit_file" || name === "write_file"),
  ).length;
  const written = messages.filter(
    (message) =>
      message.role === "tool" &&
      /^(?:<data [\w-]+>\n)?(?:edited|created|wrote) /.test(textOf(message)),
  ).length;
  return written === wanted;
}

const textOf = ({ content }: ModelMessage): string => content.map(({ text }) => text).join("");

/** Word by word, with a longer breath after a sentence. */
async function* speak(
  text: string,
  { wordMs, signal }: { wordMs: number; signal: AbortSignal },
): AsyncGenerator<ModelEvent> {
  for (const word of text.match(/\S+\s*/g) ?? []) {
    if (wordMs > 0) await pause(/[.:]\s/.test(word) ? wordMs * 5 : wordMs, signal);
    if (signal.aborted) throw new AppError("cancelled", "The demo was stopped.");
    yield { type: "text-delta", text: word };
  }
}

/** Ends early when the signal comes; the caller looks at it. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}
