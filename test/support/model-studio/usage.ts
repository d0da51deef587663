import { argumentsText } from "./frames.ts";
import type { SimulatedModel } from "./known-models.ts";
import type { JsonObject, ScriptedResponse } from "./script.ts";

/** About four bytes to a token, which is what code comes to. */
const tokens = (text: string): number => Math.ceil(Buffer.byteLength(text) / 4);

/** What the model reads of a request: the tools, then the messages, as one text. */
const promptOf = ({ tools, messages }: JsonObject): string =>
  `${JSON.stringify(tools ?? [])}${JSON.stringify(messages ?? [])}`;

export const promptTokens = (body: JsonObject): number => tokens(promptOf(body));

/** Tokens by which a prompt begins like the last one of its model: whole blocks, from 1,024 on. */
function implicitlyCached(prompt: string, before: string): number {
  let same = 0;
  while (same < prompt.length && prompt[same] === before[same]) same += 1;
  const blocks = Math.floor(tokens(prompt.slice(0, same)) / 256) * 256;
  return blocks >= 1024 ? blocks : 0;
}

export interface UsageCounter {
  count(body: JsonObject, response: ScriptedResponse, model: SimulatedModel): JsonObject;
}

/** Counts as the real service reports, implicit cache included; what a script states wins. */
export function createUsageCounter(): UsageCounter {
  const last = new Map<string, string>();
  return {
    count(body, response, model) {
      const prompt = promptOf(body);
      const cached = model.cache ? implicitlyCached(prompt, last.get(model.id) ?? "") : 0;
      last.set(model.id, prompt);
      const reasoning = tokens(response.reasoning ?? "");
      const calls = (response.toolCalls ?? [])
        .map((call) => `${call.name}${argumentsText(call)}`)
        .join("");
      const completion = tokens(`${response.text ?? ""}${calls}`) + reasoning;
      const counted: JsonObject = {
        prompt_tokens: tokens(prompt),
        completion_tokens: completion,
        total_tokens: tokens(prompt) + completion,
        prompt_tokens_details: { cached_tokens: cached },
        ...(reasoning === 0 ? {} : { completion_tokens_details: { reasoning_tokens: reasoning } }),
      };
      return { ...counted, ...response.usage };
    },
  };
}
