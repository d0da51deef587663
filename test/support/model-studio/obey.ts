import { argumentsText } from "./answer-pieces.ts";
import type { JsonObject, ScriptedCall, ScriptedResponse } from "./script.ts";

/** Which fields of a request a server goes by; the others it takes and forgets. */
export interface Obedience {
  /** Goes on with a last message of the assistant: always, when it is marked `partial`, or never. */
  readonly continues: "always" | "marked" | "never";
  /** Calls in one answer: as `parallel_tool_calls` says and otherwise by default, or whatever the request says. */
  readonly parallelCalls: { readonly byDefault: boolean; readonly canBeSet: boolean };
  readonly toolChoice: { readonly none: boolean; readonly named: boolean };
  readonly limitFields: readonly ("max_tokens" | "max_completion_tokens")[];
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What becomes of a scripted answer by the fields of the request that the server goes by. */
export function obey(
  response: ScriptedResponse,
  body: JsonObject,
  rules: Obedience,
): ScriptedResponse {
  const continued = { ...response, ...continuation(response, body, rules) };
  const calls = callsOf(response.toolCalls, body, rules);
  const answer = calls === undefined ? continued : { ...continued, toolCalls: calls };
  const limit = rules.limitFields
    .map((field) => body[field])
    .find((value): value is number => typeof value === "number");
  return limit === undefined || response.finish !== undefined ? answer : cutAt(answer, limit * 4);
}

function continuation(
  { continuation: text }: ScriptedResponse,
  { messages }: JsonObject,
  { continues }: Obedience,
): Pick<ScriptedResponse, "text"> {
  const last: unknown = Array.isArray(messages) ? messages.at(-1) : undefined;
  const goesOn =
    isObject(last) &&
    last["role"] === "assistant" &&
    (continues === "always" || (continues === "marked" && last["partial"] === true));
  return goesOn && text !== undefined ? { text } : {};
}

function callsOf(
  scripted: readonly ScriptedCall[] | undefined,
  { tools, tool_choice: choice, parallel_tool_calls: parallel }: JsonObject,
  { parallelCalls, toolChoice }: Obedience,
): readonly ScriptedCall[] | undefined {
  // Without tools there is nothing to choose: whatever such an answer calls is the model's mistake.
  if (scripted === undefined || !Array.isArray(tools)) return scripted;
  if (choice === "none" && toolChoice.none) return [];
  const wanted =
    isObject(choice) && isObject(choice["function"]) ? choice["function"]["name"] : undefined;
  const calls =
    typeof wanted === "string" && toolChoice.named
      ? scripted.filter(({ name }) => name === wanted)
      : scripted;
  const mayBeMany =
    parallelCalls.canBeSet && typeof parallel === "boolean" ? parallel : parallelCalls.byDefault;
  return mayBeMany ? calls : calls.slice(0, 1);
}

/** Cuts an answer after so many characters of text and arguments: four come to a token. */
function cutAt(response: ScriptedResponse, characters: number): ScriptedResponse {
  const { text = "", toolCalls = [] } = response;
  if (text.length > characters)
    return { ...response, text: text.slice(0, characters), toolCalls: [], finish: "length" };
  let left = characters - text.length;
  const kept: ScriptedCall[] = [];
  for (const call of toolCalls) {
    const whole = argumentsText(call);
    if (whole.length > left) {
      const cut = [...kept, { ...call, arguments: whole.slice(0, left) }];
      return { ...response, toolCalls: cut, finish: "length" };
    }
    left -= whole.length;
    kept.push(call);
  }
  return response;
}
