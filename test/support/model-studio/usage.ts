import { createExplicitCache, type Reading } from "./explicit-cache.ts";
import { argumentsText } from "./answer-pieces.ts";
import type { SimulatedModel } from "./known-models.ts";
import { meaningOf } from "./meaning.ts";
import type { JsonObject, ScriptedResponse } from "./script.ts";

/** About four bytes to a token, which is what code comes to. */
const tokens = (text: string): number => Math.ceil(Buffer.byteLength(text) / 4);

/** What the model reads of a request: the tools, then the messages, as one text, however a protocol writes them. */
const promptOf = ({ tools, messages }: JsonObject): string =>
  `${JSON.stringify(tools ?? [])}${JSON.stringify(meaningOf(messages).map(({ role, parts, calls }) => ({ role, content: parts.map(({ text }) => text).join(""), calls })))}`;

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

/** Counts as the real service reports: what is marked goes through the explicit cache, else the implicit one is tried. What a script states wins. */
export function createUsageCounter(): UsageCounter {
  const last = new Map<string, string>();
  const explicit = createExplicitCache(tokens);
  return {
    count(body, response, model) {
      const prompt = promptOf(body);
      const reading = model.cache
        ? explicit.read(model.id, { tools: body["tools"], messages: body["messages"] })
        : null;
      const implicit = model.cache ? implicitlyCached(prompt, last.get(model.id) ?? "") : 0;
      last.set(model.id, prompt);
      if (isWhole(response)) reading?.keep();
      const reasoning = tokens(response.reasoning ?? "");
      const calls = (response.toolCalls ?? [])
        .map((call) => `${call.name}${argumentsText(call)}`)
        .join("");
      const completion = tokens(`${response.text ?? ""}${calls}`) + reasoning;
      const counted: JsonObject = {
        prompt_tokens: tokens(prompt),
        completion_tokens: completion,
        total_tokens: tokens(prompt) + completion,
        prompt_tokens_details:
          reading === null ? { cached_tokens: implicit } : explicitDetails(reading),
        ...(reasoning === 0 ? {} : { completion_tokens_details: { reasoning_tokens: reasoning } }),
      };
      return { ...counted, ...response.usage };
    },
  };
}

/** A request uses one of the two caches, never both; this is how the explicit one is told [documented]. */
const explicitDetails = ({ cached, created }: Reading): JsonObject => ({
  cached_tokens: cached,
  cache_creation_input_tokens: created,
  cache_creation: { ephemeral_5m_input_tokens: created },
  cache_type: "ephemeral",
});

/** An answer that breaks off leaves nothing in the cache. */
const isWhole = ({ hang, cutAfterBytes, streamError }: ScriptedResponse): boolean =>
  (hang ?? false) === false && cutAfterBytes === undefined && streamError === undefined;
