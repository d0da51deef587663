import type { JsonObject } from "./model-studio/script.ts";

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Cache markers are no part of what is read. */
const withoutMarkers = (value: unknown): string =>
  JSON.stringify(value, (key, part: unknown) => (key === "cache_control" ? undefined : part));

interface Prompt {
  /** The tools as they are sent, in bytes. */
  readonly tools: string;
  readonly toolNames: readonly unknown[];
  /** The messages as they are sent, in bytes, open at the end: what the next request begins with. */
  readonly messages: string;
}

/** What a provider's cache goes by: the tools, then the messages, wherever the protocol puts them. */
export function promptOf(body: JsonObject): Prompt {
  const { input, parameters } = body;
  const messages = isObject(input) ? input["messages"] : body["messages"];
  const tools = isObject(parameters) ? parameters["tools"] : body["tools"];
  const list: readonly unknown[] = Array.isArray(tools) ? tools : [];
  return {
    tools: withoutMarkers(list),
    toolNames: list.map((tool) =>
      isObject(tool) && isObject(tool["function"]) ? tool["function"]["name"] : undefined,
    ),
    messages: withoutMarkers(messages).slice(0, -1),
  };
}

/**
 * Where consecutive requests of a session break the prefix rule, one line each: each must begin with the bytes of the one before,
 * tools included.
 */
export function prefixFaults(bodies: readonly JsonObject[]): string[] {
  const prompts = bodies.map(promptOf);
  return prompts.flatMap(({ tools, messages }, index) => {
    const before = prompts[index - 1];
    if (before === undefined) return [];
    if (tools !== before.tools) return [`request ${index + 1}: other tools`];
    if (messages.startsWith(`${before.messages},`)) return [];
    return [
      `request ${index + 1}: differs at character ${firstDifference(messages, before.messages)}`,
    ];
  });
}

function firstDifference(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  return at;
}
