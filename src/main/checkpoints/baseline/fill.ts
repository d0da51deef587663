import { isRacy, kindOf, nowNs, sameIdentity } from "../../workspace/scan/identity.ts";
import { joinPath, openScanFolder, type ScanFolder } from "../../workspace/scan/scan-folder.ts";
import { blobId } from "../../workspace/blob-id.ts";
import { packFolder, type BaselineEntry, type PackedFolder } from "./packed-folder.ts";
import { deflateContent, type BaselineStore, type FolderUpdates } from "./store.ts";
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
 */
export function* fillContents(options: FillOptions): Generator<void, void> {
  const batch = createBatch(options);
  for (const [path, packed] of options.tree.folders()) {
    if (!needsFilling(packed, options.capBytes)) continue;
    const open = openScanFolder(options.root, path);
    if (open === "gone" || open === "unreadable") {
      markAll(options, path, packed);
      continue;
    }
    try {
      yield* fillFolder({ path, packed, open }, options, batch);
    } finally {
      open.close();
    }
  }
  batch.commit();
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
): Generator<void, void> {
  for (const [index, name] of packed.names().entries()) {
    if (!isWanted(packed, index, capBytes) || stale.has(joinPath(path, name))) continue;
    const at = nowNs();
    const known = packed.entry(index, name);
    // Too young to be told clean: a later round does it.
    if ((known.blob !== null && isRacy(known, at)) || !mayRead(packed.size(index))) continue;
    batch.begin();
    const stats = open.look(name);
    const content =
      stats !== null && kindOf(stats) === known.kind && packed.matches(index, stats)
        ? open.read(name, stats)
        : null;
    if (
      content === null ||
      (known.blob !== null && content !== "unreadable" && blobId(content) !== known.blob)
    )
      stale.add(joinPath(path, name));
    else if (content === "unreadable")
      batch.add(path, { known, blob: known.blob, racy: known.racy, unreadable: true });
    else batch.addContent(path, { known, racy: isRacy(known, at) }, content);
    yield;
  }
}

interface Batch {
  /** Before anything of a file is looked at. */
  begin(): void;
  add(path: string, found: Found): void;
  addContent(path: string, found: Pick<Found, "known" | "racy">, content: Buffer): void;
  commit(): void;
}

function createBatch({ tree, store }: FillOptions): Batch {
  let epoch: number | null = null;
  let found = new Map<string, Map<string, Found>>();
  let contents = new Map<string, Buffer>();
  let files = 0;
  let bytes = 0;

  function commit(): void {
    if (files > 0) {
      const pending = { epoch, found, contents };
      const done = store.transaction(false, () => commitBatch({ tree, store }, pending));
      if (done !== null) tree.take(done.updates, done.generation);
    }
    found = new Map();
    contents = new Map();
    files = 0;
    bytes = 0;
    epoch = null;
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
    addContent(path, one, content) {
      const id = blobId(content);
      if (!contents.has(id) && !store.hasContent(id)) {
        const deflated = deflateContent(content);
        contents.set(id, deflated);
        bytes += deflated.length;
      }
      add(path, { ...one, blob: id, unreadable: false });
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
  store.addContents(
    Array.from(contents, ([id, deflated]) => ({ id, deflated })),
    state.looks,
  );
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
