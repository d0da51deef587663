import type { FileChange } from "../../shared/diff.ts";
import type { CallId, CheckpointId, SessionId, TurnId } from "../../shared/ids.ts";
import type { Coverage } from "./records.ts";
import type { LockHolder } from "./holder-note.ts";

/** A checkpoint that is durable. */
export interface CheckpointNotice {
  readonly checkpointId: CheckpointId;
  readonly commit: string;
  readonly paths: readonly string[];
}

/** A command that is about to run, for whom. */
export interface CommandScope {
  readonly sessionId: SessionId;
  readonly turnId: TurnId;
  readonly callId: CallId;
  /** As it is run. */
  readonly line: string;
  /** Ends the wait for the workspace's lock. */
  readonly signal: AbortSignal;
  /** Called, and awaited, when a change of the command's is durable. Not called for one that changed nothing. */
  onCheckpoint(checkpoint: CheckpointNotice): Promise<void>;
  /** Called once when somebody else holds the workspace for long; null when it is not known who. */
  onWait?(holder: LockHolder | null): void;
}

/** What is held to be a command's doing. */
export interface CommandRecord {
  /** The first checkpoint of it; null when nothing changed that could be taken back. */
  readonly checkpointId: CheckpointId | null;
  readonly changes: readonly FileChange[];
  /** Lines a person should read: what undo does not cover, what happened to git's history. */
  readonly notes: readonly string[];
}

/** A record that came after its call had ended. */
export interface LateRecord extends CommandRecord {
  readonly sessionId: SessionId;
  readonly turnId: TurnId;
  readonly callId: CallId;
}

/** A command in the background, from its start to its end. */
export interface CommandWindow {
  /** Looks what changed while it ran. Again and again the same answer. */
  close(): Promise<CommandRecord>;
  /** As `close`, and tells the listener of `onLateRecord`, unless `close` was called before: then its caller has told. */
  closeLate(): Promise<void>;
}

/** A change that no tool and no command made: the person's. */
export interface OutsideChange extends FileChange {
  /** When it was found. */
  readonly at: string;
  /** When the look before was taken; null for the first. */
  readonly since: string | null;
}

/** When changes were found: later than `after`, and not later than `before`. */
export interface OutsideSpan {
  readonly after?: string;
  readonly before?: string;
}

/** What tools need to run commands whose changes can be undone. */
export interface CommandCover {
  /** What is covered now, by the last that is known. */
  coverage(): Coverage;
  /** Waits until everything that can be is covered, at most so long. */
  settle(limitMs: number, signal?: AbortSignal): Promise<Coverage>;
  /**
   * Runs a command alone in the workspace and records what changed meanwhile as its doing. Throws what `run` throws, and AppError
   * before it when the workspace cannot be looked at: then nothing ran.
   */
  aroundCommand<T>(
    scope: CommandScope,
    run: () => Promise<T>,
  ): Promise<CommandRecord & { readonly value: T }>;
  /** For a command that goes on while others work: it holds nothing, and what it changed is a guess that undo asks about. */
  openWindow(scope: CommandScope): Promise<CommandWindow>;
}
