import type { ThinkingLevel } from "../../../../shared/events.ts";

/** Words about changing the model, and about waiting for it. */
export const switching = {
  /** Of a conversation that another model has nothing of in its cache. */
  resends: (tokens: string, first: string, step: string) =>
    first === step
      ? `Resends ${tokens} uncached ≈ ${first} a step`
      : `Resends ${tokens} uncached ≈ ${first}, then ≈ ${step} a step`,
  resendsUnpriced: (tokens: string) => `Resends ${tokens} uncached, price unknown`,
  tooLong: (limit: string) => `Takes ${limit}: the conversation is compacted first`,

  compactTitle: (model: string) => `${model} takes less than this conversation has`,
  compactText: (tokens: string, limit: string, model: string) =>
    `The conversation has about ${tokens} tokens, ${model} takes ${limit}. Its older part is summarised first, by the model in use as long as that answers; what was said stays here.`,
  compactAndSwitch: "Compact and switch",
  compact: "Compact conversation",

  thinking: "Thinking",
  thinkingOwn: "Model's own",
  thinkingOwnIs: (level: string) => `Model's own: ${level}`,
  levels: {
    off: "Off",
    low: "Low",
    medium: "Medium",
    high: "High",
  } satisfies Record<ThinkingLevel, string>,
  thinkingShown: (level: string) => `Thinking: ${level}`,
  budget: (tokens: string) => `Up to ${tokens} tokens`,
  budgetOther: "Another budget",
  budgetHelp: (most: string) => `Tokens that it may think before it answers, at most ${most}.`,
  budgetWrong: (most: string) => `A whole number from 1 to ${most}`,

  goneRetired: (model: string, date: string) => `${model} was taken out of service on ${date}.`,
  goneMissing: (model: string, region: string) => `${model} is not served in ${region}.`,
  goneChoose: "Choose what goes on:",
  use: (model: string) => `Use ${model}`,
  context: (tokens: string) => `${tokens} context`,
  alsoForNew: (model: string) => `New sessions use ${model} too.`,

  waitingFor: (model: string, seconds: number) => `Waiting for ${model} · ${seconds} s`,
  stop: "Stop",
  retry: "Retry",
  otherModel: "Other model",
  offline: "This computer is offline.",
  backOnline: "The network is back.",
};
