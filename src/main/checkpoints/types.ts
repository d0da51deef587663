import type {
  Checkpoint,
  ConflictChoice,
  ConflictRule,
  MergePart,
  UndoPlan,
  UndoResult,
  UndoTarget,
  WaitingChanges,
} from "../../shared/checkpoint.ts";
import type { CallId, CheckpointId, SessionId, TurnId, UndoId } from "../../shared/ids.ts";
import type { FileDiff } from "../../shared/diff.ts";
import type { FileResult } from "../git/committed-in.ts";
import type {
  CheckpointNotice,
  CommandCover,
  OutsideChange,
  OutsideSpan,
} from "./command-types.ts";
import type { Coverage } from "./records.ts";
import type { LockHolder } from "./holder-note.ts";
import type { FileAt, TimelineEntry, TimelinePoint, TreeEntry } from "../../shared/timeline.ts";
import type { Patch } from "./patch.ts";
import type { Freed, StorageSize } from "../../shared/storage.ts";

/** What a file must still be when its effect happens: the git blob id of its bytes (see workspace/blob-id.ts), or absent. */
export type Expectation = { readonly blobId: string } | "absent";

/** One thing a tool wants done to the workspace. Paths are relative to it, "/"-separated. */
export type FileEffect =
  | {
      readonly kind: "write";
      readonly path: string;
      readonly content: Uint8Array;
      readonly expect: Expectation;
    }
  | { readonly kind: "delete"; readonly path: string; readonly expect: Expectation }
  | {
      readonly kind: "move";
      readonly from: string;
      readonly to: string;
      readonly expect: Expectation;
    };

export interface WriteScope {
  readonly sessionId: SessionId;
  readonly turnId: TurnId;
  readonly callId: CallId;
  readonly tool: string;
  readonly signal: AbortSignal;
  /** Called, and awaited, when the checkpoint is durable and before the effect. */
  onCheckpoint(checkpoint: CheckpointNotice): Promise<void>;
  /** Called once when somebody else holds the workspace for long; null when it is not known who. */
  onWait?(holder: LockHolder | null): void;
}

export interface WriteOutcome {
  readonly checkpointId: CheckpointId;
  /** Lines a person should read: a hard link was broken, another writer's bytes went to a safety copy. */
  readonly notes: readonly string[];
}

/**
 * The only writer of user files: checkpoint first, then the effect, atomically, under the workspace's lock.
 * Throws AppError("conflict") with nothing written when a file is not what was expected, AppError("denied") for a path outside.
 */
export interface CheckpointWriter {
  apply(scope: WriteScope, effects: readonly FileEffect[]): Promise<WriteOutcome>;
}

export interface UndoOptions {
  /** For conflicts without a choice of their own. `merge` falls back to keep where changes overlap. */
  readonly conflicts: ConflictRule;
  readonly choices?: Readonly<Record<string, ConflictChoice>>;
  /** Fingerprints of the rows that the choices were made for. A path that is not as it was then is a conflict, whatever was chosen. */
  readonly seen?: Readonly<Record<string, string>>;
  /** Files that run code or steer the agent may change too. Without it they stay, but for those that `choices` name. */
  readonly allowSteering?: boolean;
}

/** How long an undo waits for a command that runs. */
export interface Patience {
  /** Ends the wait with AppError("cancelled"). */
  readonly signal?: AbortSignal;
  /** Called once when somebody else holds the workspace for long; null when it is not known who. */
  readonly onWait?: (holder: LockHolder | null) => void;
}

/** One path of an undo's plan, with what the person would choose for it. */
export interface PreviewedPath {
  readonly path: string;
  readonly choice: ConflictChoice;
}

/** An undo or redo with what the conversation needs to know of it. */
export interface AppliedUndo extends UndoResult {
  readonly direction: "undo" | "redo";
  /** The calls it was about. Settled: nothing of the call stands any more (undo), or something stands again (redo). */
  readonly calls: readonly {
    readonly sessionId: SessionId;
    readonly callId: CallId;
    readonly isSettled: boolean;
  }[];
}

/** What the checkpoints take on the disk, and what goes first when it is too much. */
export interface CheckpointStorage {
  /** Packs what is not packed and removes leftovers, which happens by itself now and then. False: another process is at it. */
  tidy(): Promise<boolean>;
  size(): Promise<StorageSize>;
  /** Drops what is older than that many days (the setting's age when not given); with `dryRun` only says what would go. */
  freeSpace(options: { readonly olderThanDays?: number; readonly dryRun: boolean }): Promise<Freed>;
  /** A pinned checkpoint is never dropped. AppError("not-found") for one that is not here. */
  pin(id: CheckpointId, pinned: boolean): Promise<void>;
}

/** Checkpoints of one workspace. Undo never touches the user's git and never eats bytes nobody has a copy of. */
export interface CheckpointService extends CheckpointWriter, CommandCover {
  /** Begins to take in the workspace in the background, so that commands are covered when they come. */
  start(): void;
  /** Hears of the coverage while it changes. */
  onCoverage(listener: (coverage: Coverage) => void): void;
  /** What the person changed, oldest first, by a look that is taken now unless a command runs. */
  outside(span: OutsideSpan): Promise<readonly OutsideChange[]>;
  /** The same with lines, each file once. */
  outsideDiffs(span: OutsideSpan): Promise<readonly FileDiff[]>;
  /** How many commands of what is to be undone did something that undo cannot bring back. */
  uncovered(target: UndoTarget): Promise<number>;
  readonly storage: CheckpointStorage;
  /** Newest first. */
  list(filter: { readonly sessionId?: SessionId }): Promise<readonly Checkpoint[]>;
  plan(target: UndoTarget): Promise<UndoPlan>;
  /** What the undo would make of one path, against what is there now; null when it stays as it is. Writes nothing. */
  preview(target: UndoTarget, wanted: PreviewedPath): Promise<FileDiff | null>;
  /** A file of the undo as a merge of what is there with what it was; null where one of them is no text. Writes nothing. */
  merge(target: UndoTarget, path: string): Promise<readonly MergePart[] | null>;
  /** What `undo` would answer now; changes nothing. */
  dryRun(target: UndoTarget, options: UndoOptions): Promise<UndoResult>;
  undo(target: UndoTarget, options: UndoOptions, patience?: Patience): Promise<AppliedUndo>;
  /** The newest undo not redone (of the session, when given), or the one named. */
  redo(
    which: {
      readonly undoId?: UndoId;
      readonly sessionId?: SessionId;
      readonly allowSteering?: boolean;
    },
    patience?: Patience,
  ): Promise<AppliedUndo>;
  /** What a call or a turn changed, from its recorded pre-images and post-images. */
  diff(
    target: { readonly callId: CallId } | { readonly turnId: TurnId },
  ): Promise<readonly FileDiff[]>;
  /** What a call or a turn made of each file, as far as it stands. */
  results(
    target: { readonly callId: CallId } | { readonly turnId: TurnId },
  ): Promise<readonly FileResult[]>;
  /** What of a session waits for another branch than the one that is checked out. */
  waiting(sessionId: SessionId): Promise<WaitingChanges | null>;
  /** What an undo would take back, as a patch; also while it waits for its branch. */
  patch(target: UndoTarget): Promise<Patch>;
  /** Newest first, older than the entry `before`; `why` is not filled in. */
  timeline(wanted: {
    readonly before?: string;
    readonly limit: number;
  }): Promise<readonly TimelineEntry[]>;
  /** One folder as it was at a point. */
  treeAt(point: TimelinePoint, folder: string): Promise<readonly TreeEntry[]>;
  fileAt(point: TimelinePoint, path: string): Promise<FileAt>;
  /** Finishes or rolls back what a crash left half done; one line for the person for each. Called once at opening. */
  recover(): Promise<readonly string[]>;
  close(): Promise<void>;
}
