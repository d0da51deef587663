import type { ModelRequest } from "../agent/ports.ts";
import type { AroundCursor } from "./split-at.ts";

export const completionModes = ["partial", "fim"] as const;
export type CompletionMode = (typeof completionModes)[number];

/** Tokens of the fill-in-the-middle template; also what a model may write by mistake [Model Studio, Completions API, 2025-11-11]. */
export const fimTokens = {
  prefix: "<|fim_prefix|>",
  suffix: "<|fim_suffix|>",
  middle: "<|fim_middle|>",
} as const;

/** Where a completion ends although the model would go on: the template's own tokens and the end of a document. */
const fimStops: readonly string[] = [...Object.values(fimTokens), "<|endoftext|>"];

export interface CompletionInput extends AroundCursor {
  /** Relative to the project; tells the language. */
  readonly path: string;
}

export interface RequestShape {
  readonly model: string;
  readonly mode: CompletionMode;
  readonly maxOutputTokens: number;
}

/** Suggestions are wanted likely, not varied. */
const temperature = 0.2;

/** The request for one completion. The prefix comes last, so that the cursor's own line is what the model goes on with. */
export function completionRequest(
  input: CompletionInput,
  { model, mode, maxOutputTokens }: RequestShape,
): ModelRequest {
  const common = { model, tools: [], maxOutputTokens, sampling: { temperature } };
  if (mode === "fim") return { ...common, messages: [], prompt: fimPrompt(input), stop: fimStops };
  return {
    ...common,
    messages: [
      { role: "user", content: [{ type: "text", text: instruction(input) }] },
      {
        role: "assistant",
        content: [{ type: "text", text: input.prefix }],
        toolCalls: [],
        partial: true,
      },
    ],
  };
}

/** The exact templates: with a suffix the middle is asked for, without one the rest. */
export function fimPrompt({ prefix, suffix }: AroundCursor): string {
  const start = `${fimTokens.prefix}${prefix}${fimTokens.suffix}`;
  return suffix === "" ? start : `${start}${suffix}${fimTokens.middle}`;
}

function instruction({ path, suffix }: CompletionInput): string {
  const ask = `Continue the file ${path} from where your answer begins. Return only the code that comes next: no explanation, no Markdown, and nothing that was already written.`;
  return suffix.trim() === ""
    ? ask
    : `${ask} Stop where this text, which follows the cursor, begins:\n${suffix}`;
}
