import type { Refusal } from "./refusals.ts";
import type { JsonObject, ScriptedResponse } from "./script.ts";

/** Models with fill-in-the-middle, and only in Beijing [Model Studio, Completions API, 2025-11-11]. */
const fimModels = /^(?:qwen2\.5-coder-(?:7b|14b|32b)-instruct|qwen-coder-turbo(?:-latest|-0919)?)$/;

const invalid = (message: string): Refusal => ({
  status: 400,
  code: "invalid_parameter_error",
  message,
});

/** Why a request to the completions API is refused; null when it would be served. */
export function refuseText({ model, prompt, messages, tools }: JsonObject): Refusal | null {
  if (typeof model !== "string" || !fimModels.test(model))
    return {
      status: 404,
      code: "model_not_supported",
      message: `Unsupported model \`${String(model)}\` for the completions API.`,
    };
  if (messages !== undefined || tools !== undefined)
    return invalid("Required body invalid, please check the request body format.");
  if (typeof prompt !== "string" || prompt === "") return invalid("Field required: prompt");
  const wrong =
    !prompt.startsWith("<|fim_prefix|>") ||
    prompt.split("<|fim_suffix|>").length !== 2 ||
    (!prompt.endsWith("<|fim_suffix|>") && !prompt.endsWith("<|fim_middle|>"));
  return wrong ? invalid("The prompt does not follow the fill-in-the-middle template.") : null;
}

/** The frames of a streamed completion: `text` in place of a delta. */
export function textFrames(
  response: ScriptedResponse,
  context: { readonly id: string; readonly model: string; readonly usage: JsonObject | null },
): string[] {
  const head = {
    id: context.id,
    object: "text_completion",
    created: 1_764_000_000,
    model: context.model,
  };
  const frame = (text: string, finish: string | null): string =>
    `data: ${JSON.stringify({ ...head, choices: [{ text, index: 0, finish_reason: finish, logprobs: null }] })}\n\n`;
  const pieces = response.text?.match(/[\s\S]{1,7}/gu) ?? [];
  const frames = pieces.map((piece) => frame(piece, null));
  if (response.finish !== null) frames.push(frame("", response.finish ?? "stop"));
  if (context.usage !== null)
    frames.push(`data: ${JSON.stringify({ ...head, choices: [], usage: context.usage })}\n\n`);
  return response.done === false ? frames : [...frames, "data: [DONE]\n\n"];
}
