import type { Workspace } from "../../workspace/workspace.ts";
import type { Coverage as RecordedCoverage, Image } from "../records.ts";

/** How much of the workspace could be brought back now. Its lists are bounded, and `counts` has the whole numbers. */
export interface Coverage extends RecordedCoverage {
  readonly counts?: {
    readonly heavy: number;
    readonly tooLarge: number;
    readonly special: number;
  };
  /** The stored baseline was damaged or of another version and was begun anew: what changed before that is not known. */
  readonly restarted?: boolean;
  /** Whether something was seen to change since the last look. False proves nothing. */
  readonly changedSince?: boolean;
}

/**
 * What is at a path. "unknown": something is there, but its bytes were never kept (baseline incomplete, over the cap, a dependency
 * folder, a socket, device or pipe).
 */
export type SeenImage = Image | "unknown";

/** One path between two looks. */
export interface LookChange {
  readonly path: string;
  readonly before: SeenImage;
  readonly after: SeenImage;
}

/** What changed since the look that was confirmed last, of any process. */
export interface Look {
  /** In code unit order of their paths. None at the very first look, which has nothing to compare with. */
  readonly changes: readonly LookChange[];
  readonly coverage: Coverage;
  /** The mark of the look that was confirmed last; null when there was none. */
  readonly previousMark: string | null;
}

export interface LookOptions {
  /** Stored with this look; the next after its confirmation gets it as `previousMark`. */
  readonly mark: string;
  /** Contents of what is new or changed are synced to disk when it answers, not only kept. */
  readonly durable: boolean;
  /** A command starts or has ended: nothing is taken into the baseline in between. */
  readonly window?: "open" | "close";
  /** The workspace's own folder may be gone: then so is all that was in it. Else that is AppError("unavailable"). */
  readonly mayBeGone?: boolean;
  /** Milliseconds for reading contents: first of what changed, then of what was never read. Without: all of what changed, and nothing else. */
  readonly budgetMs?: number;
}

/** The bytes of a workspace as they were at the last look, kept up to date in the background. */
export interface Baseline {
  /** Begins to build it in the background; never blocks. */
  start(): void;
  /** Last known, at once. */
  coverage(): Coverage;
  onCoverage(listener: (coverage: Coverage) => void): () => void;
  /** Waits until it is complete, at most so long. */
  settle(limitMs: number, signal?: AbortSignal): Promise<Coverage>;
  /**
   * One verified look at everything. Under the writer lock. Until `confirm` its changes count as not told: the next look, in
   * whatever process, has them again, joined with what changed since, and the contents from before them stay kept.
   */
  look(options: LookOptions): Promise<Look>;
  /** The changes of the newest look are recorded elsewhere. Under the same lock. */
  confirm(): Promise<void>;
  /** A kept content, without git's header. AppError("not-found") for what was never kept, or is needed no more. */
  object(blob: string): Promise<Buffer>;
  /** Bytes on disk. */
  size(): Promise<number>;
  close(): Promise<void>;
}

export interface BaselineOptions {
  readonly workspace: Workspace;
  /** `baseline.db` lies in it. */
  readonly storeFolder: string;
  /** Absolute real paths of Belay's own data, in lower case (see privateIn): left out where they lie inside the workspace. */
  readonly privateFolders: readonly string[];
  /** Paths that the user's git tracks; those in folders of a name in `heavyNames` are enough. Null: no repository. */
  readonly tracked: () => Promise<ReadonlySet<string> | null>;
  /** Files above this many bytes are not kept. */
  readonly capBytes: number;
  /** Whether some folders are watched for hints once the build is complete; true when not given. */
  readonly watch?: boolean;
  /** What its thread may use for what it keeps, in megabytes, before it is begun anew without a limit. */
  readonly heapMb?: number;
}

/** 64 MB, as the plan says. */
export const defaultCapBytes = 64 * 1024 * 1024;
