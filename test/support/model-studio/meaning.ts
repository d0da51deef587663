import type { JsonObject } from "./script.ts";

/** A message as a model reads it. How a protocol writes it, as text or as parts, is no part of it, so that both count the same. */
export interface MessageMeaning {
  readonly role: string;
  readonly parts: readonly { readonly text: string; readonly isMarked: boolean }[];
  readonly calls: readonly JsonObject[];
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const meaningOf = (messages: unknown): MessageMeaning[] =>
  listOf(messages)
    .filter(isObject)
    .map((message) => ({
      role: String(message["role"]),
      parts: partsOf(message["content"]),
      calls: listOf(message["tool_calls"]).filter(isObject).map(callOf),
    }));

function partsOf(content: unknown): MessageMeaning["parts"] {
  if (typeof content === "string")
    return content === "" ? [] : [{ text: content, isMarked: false }];
  return listOf(content)
    .filter(isObject)
    .map(({ cache_control: control, text }) => ({
      text: String(text),
      isMarked: isObject(control) && control["type"] === "ephemeral",
    }));
}

const callOf = ({ id, function: target }: JsonObject): JsonObject => ({
  id,
  ...(isObject(target) ? { name: target["name"], arguments: target["arguments"] } : {}),
});
