import type { ModelEvent } from "../../src/main/agent/ports.ts";
import { rescueCalls, type DoubtfulCall } from "../../src/main/agent/rescue-calls.ts";
import { coreTools } from "../../src/main/tools/core-tools.ts";
import { parseToolCall } from "../../src/main/tools/parse-tool-call.ts";
import { createToolRegistry } from "../../src/main/tools/registry.ts";
import { noCommands } from "./no-commands.ts";

const registry = createToolRegistry(coreTools({ shell: noCommands }));
/** The real tools, as far as calls are read. */
export const realTools = {
  definitions: registry.definitions,
  parse: (name: string, text: string) => parseToolCall(registry, name, text),
};

/** An answer after the stage that takes calls out of text. */
export interface Heard {
  readonly text: string;
  readonly calls: readonly (readonly [name: string, input: unknown])[];
  readonly repairs: readonly string[];
  readonly note: string | null;
  readonly finish: string;
}

type Finish = "stop" | "length" | "tool-calls" | "other";

/** An answer as it leaves the stage; `pieces` is how it came. */
export async function heard(
  pieces: readonly string[],
  finish: Finish = "stop",
  calls: readonly ModelEvent[] = [],
): Promise<Heard> {
  async function* stream(): AsyncGenerator<ModelEvent> {
    for (const text of pieces) yield { type: "text-delta", text };
    yield* calls;
    yield { type: "finish", reason: finish };
  }
  const events: (ModelEvent | DoubtfulCall)[] = [];
  for await (const event of rescueCalls(stream(), realTools)) events.push(event);
  const found = events.filter((event) => event.type === "tool-call");
  return {
    text: events.map((event) => (event.type === "text-delta" ? event.text : "")).join(""),
    calls: found.map(({ name, argumentsText }) => [name, JSON.parse(argumentsText)] as const),
    repairs: found.flatMap(({ repairs = [] }) => repairs),
    note: events.find((event) => event.type === "doubtful-call")?.note ?? null,
    finish: events.find((event) => event.type === "finish")?.reason ?? "none",
  };
}

/** The text in pieces of that many characters. */
export const split = (text: string, size: number): string[] =>
  Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
    text.slice(index * size, (index + 1) * size),
  );
