import type { BigIntStats } from "node:fs";
import type { ScanFolder } from "../../workspace/scan/scan-folder.ts";
import { blobId } from "../../workspace/blob-id.ts";
import { deflateContent, type BaselineStore } from "./store.ts";

/** What came of reading an entry: its blob, or why there is none. */
export type ReadResult =
  | { readonly blob: string }
  | "unreadable"
  /** No longer what it was seen to be. */
  | "changed"
  /** Over the cap, or no time left. */
  | "left";

export interface ContentReader {
  /** Reads a file or link and puts its content into the store, unless it is there. */
  read(folder: ScanFolder, name: string, stats: BigIntStats): ReadResult;
  /** Stores what is still held back. */
  flush(): void;
}

export interface ReaderOptions {
  readonly store: BaselineStore;
  readonly capBytes: number;
  /** On the clock of performance.now(); null: no limit. */
  readonly deadline: number | null;
  /** The look's number, which dates contents until an entry needs them. */
  readonly look: number;
}

/** What reading, hashing and deflating do at least, in bytes a millisecond: a file that would overrun the time is left. */
const bytesPerMs = 25_000;
const flushBytes = 8 * 1024 * 1024;

export function createContentReader(options: ReaderOptions): ContentReader {
  const { store, capBytes, deadline, look } = options;
  let held = new Map<string, Buffer>();
  let heldBytes = 0;

  function flush(): void {
    if (held.size === 0) return;
    const contents = Array.from(held, ([id, deflated]) => ({ id, deflated }));
    store.transaction(false, () => store.addContents(contents, look));
    held = new Map();
    heldBytes = 0;
  }
  function keep(content: Buffer): string {
    const id = blobId(content);
    if (held.has(id) || store.hasContent(id)) return id;
    const deflated = deflateContent(content);
    held.set(id, deflated);
    heldBytes += deflated.length;
    if (heldBytes >= flushBytes) flush();
    return id;
  }
  return {
    flush,
    read(folder, name, stats) {
      const size = Number(stats.size);
      if (size > capBytes) return "left";
      if (deadline !== null && performance.now() + size / bytesPerMs > deadline) return "left";
      const content = folder.read(name, stats);
      if (content === null) return "changed";
      if (content === "unreadable") return "unreadable";
      return { blob: keep(content) };
    },
  };
}
