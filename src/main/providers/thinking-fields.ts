import type { ModelRequest } from "../agent/ports.ts";
import type { ThinkingFacts, WireFields } from "../catalogue/model-facts.ts";

/**
 * What a request says of thinking, on the wire as both protocols take it: `enable_thinking`, `thinking_budget`,
 * `reasoning_effort`. Nothing for a model that does not take it, and nothing where it is left to the model.
 */
export function thinkingFields(
  request: Pick<ModelRequest, "thinking" | "messages" | "prompt">,
  facts: ThinkingFacts | undefined,
): WireFields {
  if (facts === undefined || request.prompt !== undefined) return {};
  const { levels, maxBudgetTokens } = facts;
  // The beginning of an answer is gone on with by a model that does not think only [Model Studio, partial mode].
  if (request.messages.at(-1)?.role === "assistant") return levels.off ?? {};
  const { thinking } = request;
  if (thinking === undefined) return {};
  if (typeof thinking === "string") return levels[thinking] ?? {};
  if (maxBudgetTokens === null) return {};
  return {
    enable_thinking: true,
    thinking_budget: Math.min(thinking.budgetTokens, maxBudgetTokens),
  };
}
