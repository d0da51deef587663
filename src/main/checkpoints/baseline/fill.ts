import { isRacy, kindOf, nowNs, sameIdentity } from "../../workspace/scan/identity.ts";
import { joinPath, openScanFolder, type ScanFolder } from "../../workspace/scan/scan-folder.ts";
import { readContent, type ReadContent } from "./content.ts";
import { packFolder, type BaselineEntry, type PackedFolder } from "./packed-folder.ts";
import type { BaselineStore, FolderUpdates } from "./store.ts";
import type { BaselineTree } from "./tree.ts";

export interface FillOptions {
  readonly root: string;
  readonly tree: BaselineTree;
  readonly store: BaselineStore;
  readonly capBytes: number;
  /** Paths found changed since the last look: added to, and left alone. */
  readonly stale: Set<string>;
  /** Whether there is time for a file of this many bytes. */
  readonly mayRead: (size: number) => boolean;
}

/** One entry whose content was read, on its way into its row: only if it still is `known`. */
interface Found {
  readonly known: BaselineEntry;
  readonly blob: string | null;
  readonly racy: boolean;
  readonly unreadable: boolean;
}

const batchBytes = 4 * 1024 * 1024;
const batchFiles = 400;

/**
 * Reads contents that are not kept yet, and reads again what is racily clean and old enough: each step is one file. What no longer is
 * what the last look saw is left for the next look, and nothing is stored that was read before a foreground window was opened.
 * Answers whether something was left for later: too young, or no time.
 */
export function* fillContents(options: FillOptions): Generator<void, boolean> {
  const batch = createBatch(options);
  let isLeft = false;
  try {
    for (const [path, packed] of options.tree.folders()) {
      if (!needsFilling(packed, options.capBytes)) continue;
      const open = openScanFolder(options.root, path);
      if (open === "gone" || open === "unreadable") {
        markAll(options, path, packed);
        continue;
      }
      try {
        isLeft = (yield* fillFolder({ path, packed, open }, options, batch)) || isLeft;
      } finally {
        open.close();
      }
    }
  } finally {
    // Also when the time is over before the end.
    isLeft = !batch.commit() || isLeft;
  }
  return isLeft;
}

function needsFilling(packed: PackedFolder, capBytes: number): boolean {
  for (let index = 0; index < packed.count; index += 1)
    if (isWanted(packed, index, capBytes)) return true;
  return false;
}

function isWanted(packed: PackedFolder, index: number, capBytes: number): boolean {
  const kind = packed.kind(index);
  if (kind !== "file" && kind !== "link") return false;
  if (packed.hasBlob(index)) return packed.isRacy(index);
  return !packed.isUnreadable(index) && packed.size(index) <= capBytes;
}

function markAll({ stale, capBytes }: FillOptions, path: string, packed: PackedFolder): void {
  for (const [index, name] of packed.names().entries())
    if (isWanted(packed, index, capBytes)) stale.add(joinPath(path, name));
}

interface Filling {
  readonly path: string;
  readonly packed: PackedFolder;
  readonly open: ScanFolder;
}

function* fillFolder(
  { path, packed, open }: Filling,
  { capBytes, stale, mayRead }: FillOptions,
  batch: Batch,
): Generator<void, boolean> {
  let isLeft = false;
  for (const [index, name] of packed.names().entries()) {
    if (!isWanted(packed, index, capBytes) || stale.has(joinPath(path, name))) continue;
    const at = nowNs();
    const known = packed.entry(index, name);
    // Too young to be told clean: a later round does it.
    if ((known.blob !== null && isRacy(known, at)) || !mayRead(packed.size(index))) {
      isLeft = true;
      continue;
    }
    batch.begin();
    const stats = open.look(name);
    const isAsKnown =
      stats !== null && kindOf(stats) === known.kind && packed.matches(index, stats);
    const content = isAsKnown
      ? yield* readContent(open, { name, stats }, (id) => batch.holds(id))
      : "changed";
    const racy = isRacy(known, at);
    if (content === "unreadable")
      batch.add(path, { known, blob: known.blob, racy: known.racy, unreadable: true });
    else if (content === "changed" || (known.blob !== null && content.id !== known.blob))
      stale.add(joinPath(path, name));
    else batch.addContent(path, { known, racy, blob: content.id, unreadable: false }, content);
    yield;
  }
  return isLeft;
}

interface Batch {
  /** Before anything of a file is looked at. */
  begin(): void;
  add(path: string, found: Found): void;
  addContent(path: string, found: Found, content: ReadContent): void;
  /** Whether the content is on its way or stored. */
  holds(id: string): boolean;
  /** False when a window was opened since the first file of a batch was read, and it was not stored. */
  commit(): boolean;
}

function createBatch({ tree, store }: FillOptions): Batch {
  let epoch: number | null = null;
  let found = new Map<string, Map<string, Found>>();
  let contents = new Map<string, Buffer>();
  let files = 0;
  let bytes = 0;

  const holds = (id: string): boolean => contents.has(id) || store.hasContent(id);
  let isWhole = true;
  function commit(): boolean {
    if (files > 0) {
      const pending = { epoch, found, contents };
      const done = store.transaction(false, () => commitBatch({ tree, store }, pending));
      if (done === null) isWhole = false;
      else tree.take(done.updates, done.generation);
    }
    found = new Map();
    contents = new Map();
    files = 0;
    bytes = 0;
    epoch = null;
    return isWhole;
  }
  function add(path: string, one: Found): void {
    const folder = found.get(path) ?? new Map<string, Found>();
    found.set(path, folder.set(one.known.name, one));
    files += 1;
    const isLarge = (tree.folder(path)?.count ?? 0) > batchFiles * 16;
    if (bytes >= batchBytes || (files >= batchFiles && !isLarge) || files >= batchFiles * 16)
      commit();
  }
  return {
    commit,
    add,
    begin: () => void (epoch ??= store.state().epoch),
    holds,
    addContent(path, one, { id, deflated }) {
      if (deflated !== null && !holds(id)) {
        contents.set(id, deflated);
        bytes += deflated.length;
      }
      add(path, one);
    },
  };
}

interface Pending {
  readonly epoch: number | null;
  readonly found: ReadonlyMap<string, ReadonlyMap<string, Found>>;
  readonly contents: ReadonlyMap<string, Buffer>;
}

/** Stores a batch, unless a window was opened since its first file was read. */
function commitBatch(
  { tree, store }: Pick<FillOptions, "tree" | "store">,
  { epoch, found, contents }: Pending,
): { readonly updates: FolderUpdates; readonly generation: number } | null {
  const state = tree.refresh(store);
  if (state.epoch !== epoch || state.epoch % 2 === 1) return null;
  store.addContents(contents, state.looks);
  const updates = new Map<string, PackedFolder>();
  for (const [path, entries] of found) {
    const row = tree.folder(path);
    if (row !== null) updates.set(path, packFolder(row.times(), withContents(row, entries, store)));
  }
  const generation = state.generation + 1;
  store.putFolders(updates, generation, state.looks);
  store.setState({ generation });
  return { updates, generation };
}

/** Only what still is as it was read, by the row of now: another process may have looked meanwhile. */
function withContents(
  row: PackedFolder,
  found: ReadonlyMap<string, Found>,
  store: BaselineStore,
): BaselineEntry[] {
  return row.entries().map((entry) => {
    const one = found.get(entry.name);
    if (one === undefined) return entry;
    const isAsRead = entry.kind === one.known.kind && sameIdentity(entry, one.known);
    const { blob, racy, unreadable } = one;
    const isStored = blob === null || store.hasContent(blob);
    return isAsRead && isStored ? Object.assign(entry, { blob, racy, unreadable }) : entry;
  });
}
