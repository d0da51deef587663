import type {
  Checkpoint,
  MergePart,
  UndoPlan,
  UndoResult,
  UndoTarget,
} from "../../shared/checkpoint.ts";
import type { FileDiff } from "../../shared/diff.ts";
import type { TimelineEntry } from "../../shared/timeline.ts";
import { messageOf } from "../../shared/errors.ts";
import type { CallId, SessionId, TurnId } from "../../shared/ids.ts";
import type { OutsideSpan } from "../checkpoints/command-types.ts";
import type {
  AppliedUndo,
  CheckpointService,
  Patience,
  PreviewedPath,
  UndoOptions,
} from "../checkpoints/types.ts";
import type { FileResult } from "../git/committed-in.ts";
import type { SessionHub } from "./session-hub.ts";

/** Undo as people see it: the files by the checkpoints, and a line in each conversation whose steps it took away. */
export interface UndoDesk {
  list(filter: { readonly sessionId?: SessionId }): Promise<readonly Checkpoint[]>;
  plan(target: UndoTarget): Promise<UndoPlan>;
  preview(target: UndoTarget, wanted: PreviewedPath): Promise<FileDiff | null>;
  merge(target: UndoTarget, path: string): Promise<readonly MergePart[] | null>;
  /** What `undo` would answer now, and how many commands it does not cover. */
  dryRun(
    target: UndoTarget,
    options: UndoOptions,
  ): Promise<UndoResult & Pick<UndoPlan, "uncoveredCommands">>;
  /** The files are done when it answers; a conversation that cannot be told of it (in use elsewhere, not in this history) is a note. */
  undo(target: UndoTarget, options: UndoOptions, patience?: Patience): Promise<UndoResult>;
  redo(which: Parameters<CheckpointService["redo"]>[0], patience?: Patience): Promise<UndoResult>;
  patch(target: UndoTarget): ReturnType<CheckpointService["patch"]>;
  waiting: CheckpointService["waiting"];
  /** With the prompt that each step was done for. */
  timeline(wanted: Parameters<CheckpointService["timeline"]>[0]): Promise<readonly TimelineEntry[]>;
  treeAt: CheckpointService["treeAt"];
  fileAt: CheckpointService["fileAt"];
  /** What the person changed in a span of time. */
  outside(span: OutsideSpan): Promise<readonly FileDiff[]>;
  diff(
    target: { readonly callId: CallId } | { readonly turnId: TurnId },
  ): Promise<readonly FileDiff[]>;
}

export interface UndoDeskParts {
  readonly checkpoints: CheckpointService;
  readonly sessions: SessionHub;
  /** Which of these results the person has committed since: see git/committed-in.ts. */
  readonly committedIn: (results: readonly FileResult[]) => Promise<ReadonlyMap<string, string>>;
}

export function createUndoDesk({ checkpoints, sessions, committedIn }: UndoDeskParts): UndoDesk {
  async function announce(applied: AppliedUndo): Promise<UndoResult> {
    const { direction, calls, ...result } = applied;
    const undoId = applied.redo;
    if (undoId === null) return result;
    const paths = result.undone.map((entry) => entry.path);
    const conflicts = result.conflicts.map((entry) => entry.path);
    const notes = [...(applied.notes ?? [])];
    for (const [sessionId, own] of Map.groupBy(calls, (call) => call.sessionId)) {
      const callIds = own.filter((call) => call.isSettled).map((call) => call.callId);
      const event = { type: "undo-add" as const, sessionId, undoId, direction, callIds };
      try {
        await sessions.change(sessionId, (session) => {
          session.log.append({ ...event, paths, conflicts });
        });
      } catch (error) {
        notes.push(`The conversation does not show this ${direction}. ${messageOf(error)}`);
      }
    }
    return notes.length === 0 ? result : { ...result, notes };
  }

  return {
    list: (filter) => checkpoints.list(filter),
    async plan(target) {
      const plan = await checkpoints.plan(target);
      return { ...plan, uncoveredCommands: await checkpoints.uncovered(target) };
    },
    async dryRun(target, options) {
      const result = await checkpoints.dryRun(target, options);
      return { ...result, uncoveredCommands: await checkpoints.uncovered(target) };
    },
    merge: (target, path) => checkpoints.merge(target, path),
    preview: (target, wanted) => checkpoints.preview(target, wanted),
    undo: async (...asked) => announce(await checkpoints.undo(...asked)),
    redo: async (...asked) => announce(await checkpoints.redo(...asked)),
    outside: (span) => checkpoints.outsideDiffs(span),
    async diff(target) {
      const diffs = await checkpoints.diff(target);
      const commits = await committedIn(await checkpoints.results(target));
      return diffs.map((diff) => {
        const commit = diff.undoneBy === undefined ? commits.get(diff.path) : undefined;
        return commit === undefined ? diff : Object.assign({}, diff, { committedIn: commit });
      });
    },
    patch: (target) => checkpoints.patch(target),
    waiting: (sessionId) => checkpoints.waiting(sessionId),
    async timeline(wanted) {
      return withPrompts(await checkpoints.timeline(wanted), sessions);
    },
    treeAt: (point, folder) => checkpoints.treeAt(point, folder),
    fileAt: (point, path) => checkpoints.fileAt(point, path),
  };
}

/** Adds the prompts; a conversation that is not there any more leaves them out. */
async function withPrompts(
  entries: readonly TimelineEntry[],
  sessions: SessionHub,
): Promise<readonly TimelineEntry[]> {
  const prompts = new Map<TurnId, string>();
  for (const sessionId of new Set(entries.map((entry) => entry.sessionId))) {
    if (sessionId === null) continue;
    const session = await sessions.open(sessionId).catch(() => undefined);
    for (const turn of session?.log.state().turns ?? []) prompts.set(turn.turnId, turn.prompt);
  }
  return entries.map((entry): TimelineEntry => {
    const why = entry.turnId === null ? null : (prompts.get(entry.turnId) ?? null);
    return Object.assign({}, entry, { why });
  });
}
