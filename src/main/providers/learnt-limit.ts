import type { Refusal } from "./read-refusal.ts";

/** A limit that a server's refusal gives away: the most tokens of input, or of output. */
export interface LearntLimit {
  readonly kind: "input" | "output";
  readonly tokens: number;
}

/** In the words of Model Studio, vLLM and llama.cpp. `tokens` is the number in brackets. */
const sayings: readonly (readonly [LearntLimit["kind"], RegExp])[] = [
  ["input", /range of input length should be \[\d+, ?(\d+)\]/i],
  ["output", /range of max_(?:completion_)?tokens should be \[\d+, ?(\d+)\]/i],
  ["input", /maximum context length is (\d+) tokens/i],
  ["input", /available context size \((\d+) tokens\)/i],
];

/** The limit that a refusal names; null when it names none. */
export function learntLimit({ message }: Refusal): LearntLimit | null {
  for (const [kind, saying] of sayings) {
    const tokens = Number(saying.exec(message)?.[1]);
    if (Number.isSafeInteger(tokens) && tokens > 0) return { kind, tokens };
  }
  return null;
}
