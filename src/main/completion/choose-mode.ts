import { AppError } from "../../shared/errors.ts";
import type { CompletionMode } from "./completion-request.ts";

/** What is known of a model at an endpoint; null = not known, which is tried when asked for by name. */
export interface CompletionFacts {
  readonly model: string;
  readonly region: string;
  readonly partial: boolean | null;
  readonly fim: boolean | null;
}

/**
 * Fill-in-the-middle where the endpoint and the model have it, else partial mode. AppError("invalid-input") when the wanted mode,
 * or any, is not to be had, with what to choose instead.
 */
export function chooseMode(wanted: CompletionMode | null, facts: CompletionFacts): CompletionMode {
  const { model, region } = facts;
  if (wanted === "fim" && facts.fim === false)
    throw new AppError(
      "invalid-input",
      `${model} has no fill-in-the-middle in ${region}: only qwen2.5-coder and qwen-coder-turbo models in Beijing have it. Use --mode partial.`,
    );
  if (wanted === "partial" && facts.partial === false)
    throw new AppError(
      "invalid-input",
      `${model} has no partial mode. Choose a Qwen-Coder model${facts.fim === true ? ", or --mode fim" : ""}.`,
    );
  if (wanted !== null) return wanted;
  if (facts.fim === true) return "fim";
  if (facts.partial !== false) return "partial";
  throw new AppError(
    "invalid-input",
    `${model} completes no code in ${region}. Choose a Qwen-Coder model.`,
  );
}
