import type { Refusal } from "./refusals.ts";
import type { JsonObject } from "./script.ts";

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const refuse = (message: string, prefixed = true): Refusal => ({
  status: 400,
  code: "invalid_parameter_error",
  message: prefixed ? `<400> InternalError.Algo.InvalidParameter: ${message}` : message,
});

const roles = new Set(["system", "user", "assistant", "tool", "developer"]);

/** The rules between messages: content in each, and every tool call with its results right behind it. */
export function refuseHistory(messages: readonly JsonObject[]): Refusal | null {
  let open: string[] = [];
  let answering = false;
  for (const [index, message] of messages.entries()) {
    const { role } = message;
    if (typeof role !== "string" || !roles.has(role))
      return refuse(
        `'${String(role)}' is not one of ['system', 'assistant', 'user', 'tool', 'function'] - 'messages.${index}.role'`,
        false,
      );
    if (role !== "tool" && open.length > 0) return unanswered(index);
    const broken = refuseContent(message, index);
    if (broken !== null) return broken;
    if (role === "tool") {
      const id = message["tool_call_id"];
      if (!answering || typeof id !== "string" || !open.includes(id)) return orphan(index);
      open = open.filter((wanted) => wanted !== id);
      continue;
    }
    const calls = readCalls(message, index);
    if (!Array.isArray(calls)) return calls;
    open = calls;
    answering = calls.length > 0;
  }
  if (open.length > 0) return unanswered(messages.length);
  return messages.some(({ role }) => role === "user")
    ? null
    : refuse("The input messages do not contain elements with the role of user");
}

const orphan = (index: number): Refusal =>
  refuse(
    `messages with role "tool" must be a response to a preceeding message with "tool_calls". (message[${index}].role)`,
  );

const unanswered = (index: number): Refusal =>
  refuse(
    `An assistant message with "tool_calls" must be followed by tool messages responding to each "tool_call_id". The following tool_call_ids did not have response messages: message[${index}].role`,
  );

function refuseContent(message: JsonObject, index: number): Refusal | null {
  const { role, content, tool_calls: calls } = message;
  const mayBeEmpty = role === "assistant" && Array.isArray(calls) && calls.length > 0;
  if (content === undefined || content === null)
    return mayBeEmpty ? null : refuse("The content field is a required field.");
  if (typeof content === "string") return null;
  if (!Array.isArray(content)) return refuse("contents is neither str nor list of str.", true);
  if (content.length === 0) return refuse(`[] is too short - 'messages.${index}.content'`, false);
  const isFine = content.every(
    (part: unknown) =>
      isObject(part) && part["type"] === "text" && typeof part["text"] === "string",
  );
  return isFine ? null : refuse("The item of content should be a message of a certain modal.");
}

/** Ids that need a result, or what is wrong with the calls. */
function readCalls(message: JsonObject, index: number): string[] | Refusal {
  const calls = message["tool_calls"];
  if (calls === undefined || calls === null) return [];
  if (!Array.isArray(calls))
    return refuse("Required body invalid, please check the request body format.", false);
  if (calls.length === 0) return refuse(`[] is too short - 'messages.${index}.tool_calls'`, false);
  const ids: string[] = [];
  for (const call of calls) {
    const target: unknown = isObject(call) ? call["function"] : undefined;
    if (
      !isObject(call) ||
      typeof call["id"] !== "string" ||
      call["type"] !== "function" ||
      !isObject(target)
    )
      return refuse(`Field required: messages[${index}].tool_calls`, false);
    if (!isJsonObjectText(target["arguments"]))
      return refuse('The "function.arguments" parameter of the code model must be in JSON format.');
    ids.push(call["id"]);
  }
  return ids;
}

function isJsonObjectText(text: unknown): boolean {
  if (typeof text !== "string") return false;
  try {
    return isObject(JSON.parse(text));
  } catch {
    return false;
  }
}
