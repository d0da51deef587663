import { keepsForeignLines, takeBack, type Verdict } from "./judge.ts";
import {
  foldersAbove,
  isEmptyFolder,
  isReachable,
  newFolderMode,
  sameContent,
  sameNode,
  type Node,
  type Tree,
} from "./tree.ts";

/** What an act made of one path. */
export interface Entry {
  readonly pre: Node | null;
  readonly post: Node | null;
  /** What it found and what it wrote there, where a race may have put something else in its place meanwhile. */
  readonly found?: Node | null;
  readonly wrote?: Node | null;
}

/** One act of Belay as the oracle remembers it. */
export interface Done {
  readonly id: string;
  readonly kind: "write" | "command" | "undo" | "redo";
  readonly session: string;
  readonly turn: string | null;
  readonly call: string | null;
  readonly entries: Map<string, Entry>;
  /** Folders that it made, outermost first. */
  readonly folders: readonly string[];
  /** Paths that were taken back since. */
  readonly gone: Set<string>;
  /** When it took effect at a path, or was brought back there. */
  readonly since: Map<string, number>;
  /** Paths where it was brought back although it was so already: taking it back changes nothing. */
  readonly idle: Set<string>;
  readonly reverses: readonly { readonly index: number; readonly paths: readonly string[] }[];
}

/** Everything that the oracle believes. Plain data: a crash is judged with two copies. */
export interface Belief {
  readonly tree: Tree;
  readonly done: Done[];
  /** Who touched a path, in order: the person, or the act of that index. */
  readonly touched: Map<string, ("person" | number)[]>;
  /** Paths that a race left open: what an undo makes of them is not foretold. */
  readonly loose: Set<string>;
}

export const copyOf = (belief: Belief): Belief => structuredClone(belief);

export const emptyBelief = (tree: Tree): Belief => ({
  tree,
  done: [],
  touched: new Map(),
  loose: new Set(),
});

/** Whether a race was at the path, or at a folder on the way to it. */
export const isLoose = ({ loose }: Belief, path: string): boolean =>
  loose.has(path) || foldersAbove(path).some((folder) => loose.has(folder));

export function touch(belief: Belief, path: string, by: "person" | number): void {
  belief.touched.set(path, [...(belief.touched.get(path) ?? []), by]);
}

/** Of a tool or a command, and not an undo or redo. */
export const isChange = ({ kind }: Done): boolean => kind === "write" || kind === "command";

export const standing = (act: Pick<Done, "entries" | "gone">): string[] =>
  [...act.entries.keys()].filter((path) => !act.gone.has(path));

/** What a path will be, and why it must be so. */
export interface Foretold {
  readonly path: string;
  readonly current: Node | null;
  readonly old: Node | null;
  readonly verdict: Verdict | { readonly is: "loose" } | { readonly is: "blocked" };
  /** Nobody but what is taken back touched it: nothing but the old bytes will do. */
  readonly isClean: boolean;
  /** A command's change of a path that the person changed as well: it may be held back, and then is a conflict. */
  readonly mayBeHeld: boolean;
  readonly entries: readonly { readonly index: number }[];
}

/** What taking these acts back must make of each path. */
export function foretell(belief: Belief, indexes: readonly number[]): Foretold[] {
  const paths = new Set(
    indexes.flatMap((index) => {
      const act = belief.done[index];
      return act === undefined ? [] : standing(act);
    }),
  );
  return [...paths].map((path) => foretellPath(belief, indexes, path));
}

function foretellPath(belief: Belief, indexes: readonly number[], path: string): Foretold {
  const entries = indexes
    .toSorted((a, b) => b - a)
    .flatMap((index) => {
      const act = belief.done[index];
      const entry = act?.entries.get(path);
      return act === undefined || entry === undefined || act.gone.has(path) || act.idle.has(path)
        ? []
        : [{ index, since: act.since.get(path) ?? 0, ...entry }];
    })
    .toSorted((a, b) => b.since - a.since);
  const current = belief.tree.get(path) ?? null;
  const oldest = entries.at(-1);
  const old = oldest === undefined ? current : oldest.pre;
  const mayBeHeld =
    belief.touched.get(path)?.includes("person") === true &&
    entries.some(({ index }) => belief.done[index]?.kind === "command");
  const about = { path, current, old, entries, mayBeHeld, isClean: isClean(belief, path, entries) };
  const isFolders = entries.some(
    ({ pre, post }) => pre?.kind === "folder" || post?.kind === "folder",
  );
  if (!isReachable(belief.tree, path) || (current?.kind === "folder" && !isFolders))
    return { ...about, isClean: false, verdict: { is: "blocked" } };
  if (isLoose(belief, path)) return { ...about, isClean: false, verdict: { is: "loose" } };
  return { ...about, verdict: fold(current, old, entries) };
}

/** From the newest to the oldest, starting at what is there. */
function fold(
  current: Node | null,
  old: Node | null,
  entries: readonly { readonly pre: Node | null; readonly post: Node | null }[],
): Verdict {
  let [node, isMerged] = [current, false];
  for (const entry of entries) {
    const next = takeBack(node, entry);
    const isAsOld = sameContent(current, old);
    // Where it is as it was before all of them, leaving it is as good as a merge half way.
    if (next.is === "may")
      return {
        is: "may",
        accepts: (found) =>
          (isAsOld && sameContent(found, current)) ||
          next.accepts(found) ||
          keepsForeignLines(found, current, entries),
      };
    if (next.is === "conflict") return isAsOld ? { is: "exact", node: current } : next;
    node = next.node;
    isMerged ||= next.is === "merge";
  }
  return { is: isMerged && !sameNode(node, current) ? "merge" : "exact", node };
}

/** Since the oldest of these entries nobody else wrote the path. An undo and redo of just these do not count. */
function isClean(
  belief: Belief,
  path: string,
  entries: readonly { readonly index: number }[],
): boolean {
  const own = new Set(entries.map((entry) => entry.index));
  // A redo out of order put an older change on top of newer ones: what each rested on is not there any more.
  const isInOrder = entries.every(
    ({ index }, at) => at === 0 || index < (entries[at - 1]?.index ?? 0),
  );
  if (own.size === 0 || !isInOrder) return false;
  const touches = belief.touched.get(path) ?? [];
  const first = touches.findIndex((by) => by !== "person" && own.has(by));
  return touches.slice(first).every((by) => by !== "person" && isAbout(belief, by, own));
}

function isAbout(belief: Belief, index: number, own: ReadonlySet<number>): boolean {
  if (own.has(index)) return true;
  const reverses = belief.done[index]?.reverses ?? [];
  return reverses.length > 0 && reverses.every((one) => isAbout(belief, one.index, own));
}

/** Puts nodes into the tree as the service would: folders made where they miss. Answers the folders made, outermost first. */
export function place(tree: Tree, nodes: ReadonlyMap<string, Node | null>): string[] {
  const made: string[] = [];
  for (const [path, node] of [...nodes].toSorted(([a], [b]) => depth(a) - depth(b))) {
    if (node === null) tree.delete(path);
    else {
      for (const folder of foldersAbove(path)) {
        if (tree.has(folder)) continue;
        tree.set(folder, { kind: "folder", mode: newFolderMode });
        made.push(folder);
      }
      tree.set(path, node);
    }
  }
  return made;
}

/** A race may have taken the file that folders were made for: they were made all the same. Answers these. */
export function adoptFolders(
  belief: Belief,
  paths: Iterable<string>,
  actual: Tree | null,
): string[] {
  const made: string[] = [];
  for (const path of paths) {
    if (actual === null || !isLoose(belief, path)) continue;
    for (const folder of foldersAbove(path)) {
      const node = actual.get(folder);
      if (node === undefined || belief.tree.has(folder)) continue;
      belief.tree.set(folder, node);
      made.push(folder);
    }
  }
  return made;
}

const depth = (path: string): number => path.split("/").length;

/** Folders that acts had made go with them, innermost first, if nothing is in them. Answers those with what they were. */
export function clear(tree: Tree, folders: Iterable<string>): Map<string, Node> {
  const gone = new Map<string, Node>();
  for (const folder of [...new Set(folders)].toSorted((a, b) => depth(b) - depth(a))) {
    const node = tree.get(folder);
    if (node === undefined || !isEmptyFolder(tree, folder)) continue;
    tree.delete(folder);
    gone.set(folder, node);
  }
  return gone;
}

/** Writes an act down, and what it took back. */
export function remember(belief: Belief, act: Done): number {
  const index = belief.done.push(act) - 1;
  for (const folder of act.folders) touch(belief, folder, index);
  for (const [path, { pre, post }] of act.entries) {
    touch(belief, path, index);
    act.since.set(path, belief.done.length);
    const below = act.reverses.filter((one) => one.paths.includes(path));
    const isIdle = below.length === 1 && sameNode(pre, post);
    for (const one of below) mark(belief, { index: one.index, path, isIdle }, true);
  }
  return index;
}

/** Taking back an undo brings what it had taken away. */
function mark(belief: Belief, { index, path, isIdle }: Marked, isGone: boolean): void {
  const act = belief.done[index];
  if (act === undefined) return;
  if (isGone) act.gone.add(path);
  else {
    act.gone.delete(path);
    act.since.set(path, belief.done.length);
    if (isIdle) act.idle.add(path);
    else act.idle.delete(path);
  }
  const below = act.reverses.filter((one) => one.paths.includes(path));
  for (const one of below)
    mark(belief, { index: one.index, path, isIdle: isIdle && below.length === 1 }, !isGone);
}

interface Marked {
  readonly index: number;
  readonly path: string;
  /** What marks it changed nothing there, and is about this act alone. */
  readonly isIdle: boolean;
}

/** The sessions whose calls an act, however many undos deep, is about. */
export function sessionsOf(belief: Belief, index: number): Set<string> {
  const act = belief.done[index];
  if (act === undefined) return new Set();
  const own = isChange(act) ? [act.session] : [];
  return new Set([...own, ...act.reverses.flatMap((one) => [...sessionsOf(belief, one.index)])]);
}
