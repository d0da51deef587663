import type {
  ConflictRule,
  UndoPlan,
  UndoPlanRow,
  UndoResult,
} from "../../../shared/checkpoint.ts";
import type { TurnId } from "../../../shared/ids.ts";
import type { SessionState } from "../../../shared/session-state.ts";
import type { Messages } from "../messages/en.ts";

export type Choices = Readonly<Record<string, ConflictRule>>;

const isConflict = (row: UndoPlanRow): boolean => row.conflict !== undefined;
const needsChoice = (row: UndoPlanRow): boolean => isConflict(row) && !row.mergeable;
const doesSomething = (row: UndoPlanRow): boolean => row.action !== "none" || isConflict(row);

/** The rows of a plan that an undo is about; those that want a choice come first. */
export const openRows = (plan: UndoPlan): readonly UndoPlanRow[] => {
  const rows = plan.rows.filter(doesSomething);
  return [...rows.filter(isConflict), ...rows.filter((row) => !isConflict(row))];
};

/** Nothing overlaps and nothing is left out: the undo may run at once. */
export const isPlain = (plan: UndoPlan): boolean =>
  plan.uncoveredCommands === 0 && !plan.rows.some(needsChoice);

/** What happens to a file that the person has not decided on: later edits are merged where they can be, what overlaps is kept. */
export const choiceOf = (row: UndoPlanRow, choices: Choices): ConflictRule =>
  (Object.hasOwn(choices, row.path) ? choices[row.path] : undefined) ??
  (needsChoice(row) ? "keep" : "merge");

/** How many files the button undoes and how many it keeps. */
export function countChoices(
  plan: UndoPlan,
  choices: Choices,
): { readonly undo: number; readonly keep: number } {
  const rows = openRows(plan);
  const keep = rows.filter((row) => isConflict(row) && choiceOf(row, choices) === "keep").length;
  return { undo: rows.length - keep, keep };
}

/** Every conflict's choice by path, as main wants it. */
export const decided = (plan: UndoPlan, choices: Choices): Record<string, ConflictRule> =>
  Object.fromEntries(plan.rows.filter(isConflict).map((row) => [row.path, choiceOf(row, choices)]));

/** The newest prompt with a change that still stands; null when there is nothing left to undo. */
export function lastUndoableTurn(session: SessionState): TurnId | null {
  const turn = session.turns.findLast((candidate) =>
    candidate.items.some(
      (item) => item.kind === "tool" && item.changes.length > 0 && item.undoneBy === null,
    ),
  );
  return turn?.turnId ?? null;
}

/** One line for the toast: what was undone, which later edits stay, what was kept. */
export function resultText(
  result: UndoResult,
  direction: "undo" | "redo",
  words: Messages["undo"],
): string {
  const done = result.undone.filter((file) => file.action !== "none");
  const merged = done.filter((file) => file.action === "merge").length;
  const kept = result.conflicts.length + result.skipped.length;
  if (done.length === 0 && kept === 0) return words.nothing;
  const first = direction === "undo" ? words.done(done.length) : words.redone(done.length);
  return [first, merged > 0 ? words.merged(merged) : "", kept > 0 ? words.kept(kept) : ""]
    .filter(Boolean)
    .join(" · ");
}
