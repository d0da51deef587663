import type { BigIntStats } from "node:fs";
import type { ScanFolder } from "../../workspace/scan/scan-folder.ts";
import { readContent } from "./content.ts";
import { runToEnd } from "./run-steps.ts";
import type { BaselineStore } from "./store.ts";

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
  /** Whether there is time for a file of this many bytes. */
  readonly mayRead: (size: number) => boolean;
  /** The look's number, which dates contents until an entry needs them. */
  readonly look: number;
}

const flushBytes = 8 * 1024 * 1024;

export function createContentReader(options: ReaderOptions): ContentReader {
  const { store, capBytes, mayRead, look } = options;
  let held = new Map<string, Buffer>();
  let heldBytes = 0;
  const isStored = (id: string): boolean => held.has(id) || store.hasContent(id);

  function flush(): void {
    if (held.size === 0) return;
    store.transaction(false, () => store.addContents(held, look));
    held = new Map();
    heldBytes = 0;
  }
  return {
    flush,
    read(folder, name, stats) {
      const size = Number(stats.size);
      if (size > capBytes || !mayRead(size)) return "left";
      const content = runToEnd(readContent(folder, { name, stats }, isStored));
      if (typeof content === "string") return content;
      if (content.deflated !== null) {
        held.set(content.id, content.deflated);
        heldBytes += content.deflated.length;
        if (heldBytes >= flushBytes) flush();
      }
      return { blob: content.id };
    },
  };
}
