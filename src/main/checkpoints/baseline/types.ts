import type { Coverage, Image } from "../records.ts";

/** One path between two looks. "unknown": it was there, but its bytes were never kept (baseline incomplete, over the cap). */
export interface LookChange {
  readonly path: string;
  readonly before: Image | "unknown";
  readonly after: Image | "unknown";
}

/** What changed since the look that was confirmed last, of any process. */
export interface Look {
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
  /** A kept content, without git's header. */
  object(blob: string): Promise<Buffer>;
  /** Bytes on disk. */
  size(): Promise<number>;
  close(): Promise<void>;
}
