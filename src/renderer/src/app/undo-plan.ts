import type {
  ConflictChoice,
  ConflictRule,
  UndoPlan,
  UndoPlanRow,
  UndoResult,
  UndoTarget,
} from "../../../shared/checkpoint.ts";
import type { FileDiff } from "../../../shared/diff.ts";
import type { TurnId, UndoId } from "../../../shared/ids.ts";
import type { SessionState } from "../../../shared/session-state.ts";
import { undoReasonOf } from "../../../shared/undo-reasons.ts";
import type { Messages } from "../messages/en.ts";

export type Choices = Readonly<Record<string, ConflictChoice>>;

const isConflict = (row: UndoPlanRow): boolean => row.conflict !== undefined;
const needsChoice = (row: UndoPlanRow): boolean =>
  row.held !== undefined || row.steers !== undefined || (isConflict(row) && !row.mergeable);
const doesSomething = (row: UndoPlanRow): boolean => row.action !== "none" || isConflict(row);

/** Something stands there that is never replaced: no choice changes that. */
export const isBlocked = (row: UndoPlanRow): boolean => isConflict(row) && row.action === "none";

/** The rows of a plan that an undo is about; those that want a choice come first. */
export const openRows = (plan: UndoPlan): readonly UndoPlanRow[] => {
  const rows = plan.rows.filter(doesSomething);
  return [...rows.filter(needsChoice), ...rows.filter((row) => !needsChoice(row))];
};

/** Undoes more than one prompt: what that is, a person looks at first. */
const spansPrompts = (target: UndoTarget): boolean =>
  target.unit === "session" || target.unit === "to";

/** Nothing overlaps, nothing may be the person's and nothing is left out: the undo may run at once. */
export const isPlain = (plan: UndoPlan, target: UndoTarget): boolean =>
  plan.uncoveredCommands === 0 && !plan.rows.some(needsChoice) && !spansPrompts(target);

/** What the person can choose for a row, the one that holds without a choice first. */
export function offeredFor(row: UndoPlanRow): readonly ConflictRule[] {
  if (isBlocked(row)) return ["keep"];
  if (needsChoice(row)) return ["keep", "overwrite"];
  return row.mergeable ? ["merge", "keep", "overwrite"] : ["merge", "keep"];
}

/** What happens to a file that the person has not decided on: later edits are merged where they can be, what overlaps is kept. */
export const choiceOf = (row: UndoPlanRow, choices: Choices): ConflictChoice =>
  (Object.hasOwn(choices, row.path) ? choices[row.path] : undefined) ??
  offeredFor(row)[0] ??
  "keep";

/** A reason of main's in the window's words, where it is one of those that are listed. */
export function reasonText(reason: string, words: Messages["undo"]): string {
  const known = undoReasonOf(reason);
  return known === undefined ? reason : words.reasons[known];
}

/** Whether the undo changes the file. */
export const isTicked = (row: UndoPlanRow, choices: Choices): boolean =>
  choiceOf(row, choices) !== "keep";

/** The choice that a tick stands for: the first that is not "keep". */
export const tick = (row: UndoPlanRow, ticked: boolean): ConflictRule =>
  (ticked ? offeredFor(row).find((choice) => choice !== "keep") : undefined) ?? "keep";

/** How many files the button undoes and how many it keeps. */
export function countChoices(
  plan: UndoPlan,
  choices: Choices,
): { readonly undo: number; readonly keep: number } {
  const rows = openRows(plan);
  const undo = rows.filter((row) => isTicked(row, choices)).length;
  return { undo, keep: rows.length - undo };
}

/** The choice for every row that wants one or was given one, by path, as main wants it. */
export const decided = (plan: UndoPlan, choices: Choices): Record<string, ConflictChoice> =>
  Object.fromEntries(
    plan.rows
      .filter((row) => needsChoice(row) || isConflict(row) || Object.hasOwn(choices, row.path))
      .map((row) => [row.path, choiceOf(row, choices)]),
  );

/** What the plan was made of, so that no choice is applied to other bytes than those it was made for. */
export const fingerprints = (plan: UndoPlan): Record<string, string> =>
  Object.fromEntries(plan.rows.map((row) => [row.path, row.fingerprint]));

/** Files that were to be undone and came back as conflicts: they were changed while the person was choosing. */
export const changedMeanwhile = (
  plan: UndoPlan,
  choices: Choices,
  result: UndoResult,
): readonly string[] => {
  const kept = new Set(result.conflicts.map(({ path }) => path));
  return plan.rows
    .filter((row) => kept.has(row.path) && isTicked(row, choices) && !isBlocked(row))
    .map((row) => row.path);
};

/** The newest prompt with a change that still stands; null when there is nothing left to undo. */
export function lastUndoableTurn(session: SessionState): TurnId | null {
  const turn = session.turns.findLast((candidate) =>
    candidate.items.some(
      (item) => item.kind === "tool" && item.changes.length > 0 && item.undoneBy === null,
    ),
  );
  return turn?.turnId ?? null;
}

/** The undo to take back first: the newest act on these files, unless that brought something back already. */
export function newestUndo(
  { undos }: Pick<SessionState, "undos">,
  diffs: readonly FileDiff[],
): UndoId | null {
  const paths = new Set(diffs.map((diff) => diff.path));
  const newest = undos.findLast((undo) => undo.paths.some((path) => paths.has(path)));
  if (newest?.direction === "undo") return newest.undoId;
  // Ids sort by time. An undo from elsewhere, such as the command line, is known by its file.
  return (
    diffs
      .flatMap((diff) => diff.undoneBy ?? [])
      .toSorted()
      .at(-1) ?? null
  );
}

function firstWords(done: number, direction: "undo" | "redo", words: Messages["undo"]): string {
  if (done === 0) return direction === "undo" ? words.undidNothing : words.redidNothing;
  return direction === "undo" ? words.done(done) : words.redone(done);
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
  const first = firstWords(done.length, direction, words);
  return [first, merged > 0 ? words.merged(merged) : "", kept > 0 ? words.kept(kept) : ""]
    .filter(Boolean)
    .join(" · ");
}
