import type { FileChange, FileDiff } from "../../../shared/diff.ts";
import type { UndoId } from "../../../shared/ids.ts";
import type { ToolItem, TurnState } from "../../../shared/session-state.ts";
import { isCommand, sumChanges, type LineTotals } from "../text/tool-text.ts";

/** One file of a turn, over all its steps. */
export interface ChangedFile {
  readonly path: string;
  readonly kind: FileChange["kind"];
  readonly from: string | null;
  readonly added: number;
  readonly removed: number;
  readonly binary: boolean;
  /** Every step that changed it is undone. */
  readonly isUndone: boolean;
}

export interface TurnSummary {
  readonly files: readonly ChangedFile[];
  readonly commands: readonly ToolItem[];
  /** Several steps changed the same file: their lines together are not those of the file's change. */
  readonly isRepeated: boolean;
  /** Lines of the files that stand. */
  readonly added: number;
  readonly removed: number;
  /** "none" while everything stands; what undone files mean for the buttons. */
  readonly undone: "none" | "some" | "all";
  /** The undos to take back for "Redo", newest last; ids sort by time. */
  readonly undoIds: readonly UndoId[];
}

const toolsOf = (turn: TurnState): readonly ToolItem[] =>
  turn.items.flatMap((item) => (item.kind === "tool" ? [item] : []));

/** A command that never started has nothing to report. */
const wasRun = (item: ToolItem): boolean =>
  isCommand(item) &&
  item.status !== "denied" &&
  (item.exitCode !== null ||
    item.output !== "" ||
    item.status === "completed" ||
    item.status === "failed");

/** Whether a turn ends in a card: it changed files or ran commands. */
export const hasSummary = (turn: TurnState): boolean =>
  turn.items.some((item) => item.kind === "tool" && (item.changes.length > 0 || wasRun(item)));

/** What a turn did, file by file. */
export function summarize(turn: TurnState): TurnSummary {
  const tools = toolsOf(turn);
  const changing = tools.filter((item) => item.changes.length > 0);
  const files = new Map<string, ChangedFile>();
  for (const item of changing) {
    for (const change of item.changes) addChange(files, change, item.undoneBy !== null);
  }
  const list = [...files.values()];
  const undoneSteps = changing.filter((item) => item.undoneBy !== null);
  return {
    files: list,
    commands: tools.filter(wasRun),
    isRepeated: list.length < changing.reduce((sum, item) => sum + item.changes.length, 0),
    ...standingLines(list),
    undone: undoneOf(undoneSteps.length, changing.length),
    undoIds: [...new Set(undoneSteps.flatMap((item) => item.undoneBy ?? []))].toSorted(),
  };
}

/** Lines of the files that stand, together. */
const standingLines = (files: readonly ChangedFile[]): LineTotals =>
  sumChanges(files.filter((file) => !file.isUndone));

/** The same by what stands of each file, as the review shows it: where steps overlap or something was undone, only main knows. */
export function withNetChanges(
  summary: TurnSummary,
  diffs: readonly FileDiff[],
  redo: UndoId | null,
): TurnSummary {
  const files = diffs.map(
    ({ path, kind, from = null, added, removed, binary, undoneBy }): ChangedFile => ({
      path,
      kind,
      from,
      added,
      removed,
      binary,
      isUndone: undoneBy !== undefined,
    }),
  );
  const undone = files.filter((file) => file.isUndone).length;
  return {
    ...summary,
    files,
    ...standingLines(files),
    undone: undoneOf(undone, files.length),
    undoIds: redo === null ? [] : [redo],
  };
}

function undoneOf(undone: number, all: number): TurnSummary["undone"] {
  if (undone === 0) return "none";
  return undone === all ? "all" : "some";
}

function addChange(files: Map<string, ChangedFile>, change: FileChange, isUndone: boolean): void {
  const source = change.kind === "moved" ? (change.from ?? change.path) : change.path;
  const before = files.get(source);
  if (source !== change.path) files.delete(source);
  files.set(change.path, {
    path: change.path,
    kind: before === undefined ? change.kind : joinedKind(before.kind, change.kind),
    from: before?.from ?? change.from ?? null,
    added: (before?.added ?? 0) + change.added,
    removed: (before?.removed ?? 0) + change.removed,
    binary: change.binary || before?.binary === true,
    isUndone: isUndone && (before?.isUndone ?? true),
  });
}

/** What two changes of one file are together: a new file that is edited stays new, a moved one stays moved. */
function joinedKind(before: FileChange["kind"], after: FileChange["kind"]): FileChange["kind"] {
  if (after === "deleted") return "deleted";
  if (before === "deleted") return "modified";
  return before === "modified" ? after : before;
}
