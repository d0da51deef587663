import type { HistoryCause } from "../../shared/errors.ts";
import type { ToolItem, TurnState } from "../../shared/session-state.ts";

/**
 * The call whose content most probably caused a refusal of the conversation: of too long a one the largest of all, else the
 * largest of the newest step, since the provider has taken everything before. Undefined when it is the prompt.
 */
export function suspectCall(
  turns: readonly TurnState[],
  cause: HistoryCause,
): ToolItem | undefined {
  if (cause === "length") return largest(turns.flatMap(sentCalls));
  const calls = sentCalls(turns.at(-1));
  const newest = calls.at(-1)?.step;
  return largest(calls.filter(({ step }) => step === newest));
}

const sentCalls = (turn: TurnState | undefined): readonly ToolItem[] =>
  (turn?.items ?? []).filter((item): item is ToolItem => item.kind === "tool" && !item.omitted);

const sizeOf = ({ result, argumentsText }: ToolItem): number =>
  (result?.length ?? 0) + argumentsText.length;

const largest = (calls: readonly ToolItem[]): ToolItem | undefined =>
  calls.toSorted((one, other) => sizeOf(other) - sizeOf(one))[0];

/** A call by its tool and what it acted on, for one line of text. */
export function callLabel({ name, arguments: given }: ToolItem): string {
  if (typeof given === "string") return name;
  const target = ["path", "from", "pattern", "command"].flatMap((key) =>
    typeof given[key] === "string" ? [given[key]] : [],
  )[0];
  if (target === undefined) return name;
  const line = target.replaceAll(/\s+/g, " ");
  return `${name} ${line.length > 80 ? `${line.slice(0, 79)}…` : line}`;
}
