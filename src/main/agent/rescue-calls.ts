import { parseTextCalls } from "./parse-text-calls.ts";
import type { ModelEvent } from "./ports.ts";
import { createTokenFilter } from "./special-tokens.ts";
import { createTextCallScanner } from "./text-call-scanner.ts";
import type { ToolBox } from "./turn-context.ts";

/** A call that the model wrote as text and that was not run: what the model has to know of it. */
export interface DoubtfulCall {
  readonly type: "doubtful-call";
  readonly note: string;
}

/**
 * Takes tool calls that a model wrote as text for calls, whatever protocol they came over: only at the end of an answer without
 * other calls that ended well, and only when they can be read in one way. All other text goes on as it comes.
 */
export async function* rescueCalls(
  events: AsyncIterable<ModelEvent>,
  tools: ToolBox,
): AsyncGenerator<ModelEvent | DoubtfulCall> {
  const filter = createTokenFilter();
  const scanner = createTextCallScanner(new Set(tools.definitions.map(({ name }) => name)));
  let hasCalls = false;
  let isDone = false;
  /** What is still held back, as the text it is. */
  function* restAsText(): Generator<ModelEvent> {
    if (isDone) return;
    isDone = true;
    const last = scanner.push(filter.end());
    const { held, rest } = scanner.end();
    yield* shown(last + (held ?? "") + rest);
  }
  try {
    for await (const event of events) {
      if (event.type === "text-delta") yield* shown(scanner.push(filter.push(event.text)));
      else if (event.type === "finish" && !hasCalls) {
        isDone = true;
        yield* shown(scanner.push(filter.end()));
        yield* ended(scanner.end(), { event, tools });
      } else {
        hasCalls ||= event.type === "tool-call";
        if (event.type === "tool-call" || event.type === "finish") yield* restAsText();
        yield event;
      }
    }
  } catch (error) {
    // What came of a broken answer is kept to read.
    yield* restAsText();
    throw error;
  }
}

const shown = (text: string): readonly ModelEvent[] =>
  text === "" ? [] : [{ type: "text-delta", text }];

interface Finished {
  readonly event: Extract<ModelEvent, { type: "finish" }>;
  readonly tools: ToolBox;
}

function* ended(
  { held, rest, doubt }: ReturnType<ReturnType<typeof createTextCallScanner>["end"]>,
  { event, tools }: Finished,
): Generator<ModelEvent | DoubtfulCall> {
  const isCut = event.reason === "length";
  const found = held === null || isCut ? null : parseTextCalls(held, tools);
  if (found?.ok === true) {
    for (const call of found.calls) yield { type: "tool-call", ...call };
    yield { type: "finish", reason: "tool-calls" };
    return;
  }
  yield* shown((held ?? "") + rest);
  const why = isCut && held !== null ? "it is not whole" : (found?.why ?? doubt);
  if (why !== null) yield { type: "doubtful-call", note: noteOf(why) };
  yield event;
}

/** The beginning of every note about a call written as text. */
export const doubtStart = "The answer above has a tool call written as text.";

const noteOf = (why: string): string =>
  `${doubtStart} It was not run: ${why.replace(/\.$/, "")}. Make the call as a tool call, or go on without it.`;
