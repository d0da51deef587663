import { isLoose, standing, type Belief, type Done, type Foretold } from "./oracle.ts";
import { newFileMode, type Node } from "./tree.ts";

/** Every name that these acts gave a file: a path that went and one that came with the same bytes are one file. */
export function namesOf(belief: Belief, indexes: readonly number[], path: string): Set<string> {
  const names = new Set([path]);
  const moves = indexes.flatMap((index) => {
    const act = belief.done[index];
    return act === undefined ? [] : movesOf(act);
  });
  for (let known = 0; known < names.size;) {
    known = names.size;
    for (const [from, to] of moves) {
      if (names.has(from)) names.add(to);
      if (names.has(to)) names.add(from);
    }
  }
  return names;
}

/** The bytes of a file or link; null for what has none. */
function bytesIn(node: Node | null | undefined): string | null {
  if (node === null || node === undefined || node.kind === "folder") return null;
  return node.kind === "file" ? node.content : node.target;
}

function movesOf(act: Done): [string, string][] {
  const open = standing(act).map((path) => {
    const { pre, post, found = pre, wrote = post } = act.entries.get(path) ?? {};
    return { path, pre: found, post: wrote };
  });
  const gone = Map.groupBy(
    open.filter(({ post }) => post === null),
    ({ pre }) => bytesIn(pre),
  );
  const come = Map.groupBy(
    open.filter(({ pre }) => pre === null),
    ({ post }) => bytesIn(post),
  );
  return [...gone].flatMap(([content, from]): [string, string][] => {
    const to = come.get(content) ?? [];
    const [source, target] = [from[0], to[0]];
    return content === null || from.length > 1 || to.length > 1 || !source || !target
      ? []
      : [[source.path, target.path]];
  });
}

/** Where a path lies under one that is or was a file, the order decides, and each may be refused. */
export function untangle(foretold: readonly Foretold[]): Foretold[] {
  return foretold.map((one) =>
    foretold.some((other) => isTangled(one, other) || isTangled(other, one))
      ? { ...one, isClean: false, verdict: { is: "loose" } }
      : one,
  );
}

function isTangled(above: Foretold, below: Foretold): boolean {
  if (!below.path.startsWith(`${above.path}/`)) return false;
  const { current, old, verdict } = above;
  const isFolder = [current, old].every(canHold) && verdict.is === "exact" && canHold(verdict.node);
  return !isFolder;
}

const canHold = (node: Node | null): boolean => node === null || node.kind === "folder";

/** Folders last, innermost first: whether one can go is known when it is known what is in it. */
export function filesFirst(foretold: readonly Foretold[]): Foretold[] {
  return foretold.toSorted(
    (a, b) =>
      Number(isFolderNow(a)) - Number(isFolderNow(b)) ||
      b.path.split("/").length - a.path.split("/").length,
  );
}

/** Whether it is a folder that would have to go and is not empty. */
export function isStuck(
  { path, current, verdict }: Foretold,
  nodes: ReadonlyMap<string, Node | null>,
  { tree }: Belief,
): boolean {
  if (current?.kind !== "folder" || verdict.is !== "exact" || verdict.node?.kind === "folder")
    return false;
  return [...tree.keys(), ...nodes.keys()].some(
    (other) =>
      other.startsWith(`${path}/`) && (nodes.has(other) ? nodes.get(other) !== null : true),
  );
}

/** Before these acts the folders that they made were not there: such a one does not come back, or stay, with nothing in it. */
export function withoutEmptyFolder(
  one: Foretold,
  made: ReadonlySet<string>,
  { nodes, now }: { readonly nodes: ReadonlyMap<string, Node | null>; readonly now: Belief },
): Foretold {
  const { path, verdict } = one;
  if (verdict.is !== "exact" || verdict.node?.kind !== "folder" || !made.has(path)) return one;
  const after = new Map([...now.tree, ...nodes]);
  const isEmpty = [...after].every(
    ([other, node]) =>
      !other.startsWith(`${path}/`) || node === null || (node.kind === "folder" && made.has(other)),
  );
  return isEmpty ? { ...one, old: null, verdict: { is: "exact", node: null } } : one;
}

const isFolderNow = ({ current, old }: Foretold): boolean =>
  current?.kind === "folder" || old?.kind === "folder";

/** A file, or nothing, of which it is certain what an undo makes. */
export const isEditable = ({ current, old, mayBeHeld, verdict }: Foretold): boolean =>
  !mayBeHeld &&
  current?.kind !== "folder" &&
  old?.kind !== "folder" &&
  (verdict.is === "exact" || verdict.is === "merge" || verdict.is === "conflict");

/** The person's text, with the mode that the undo would have given. */
export function editedTo(content: string, one: Foretold): Foretold {
  const { verdict, old } = one;
  if (verdict.is === "loose") return one;
  const result = verdict.is === "exact" || verdict.is === "merge" ? verdict.node : null;
  const known = [result, old].find((node) => node?.kind === "file");
  const mode = known?.kind === "file" ? known.mode : newFileMode;
  const node = { kind: "file", content, mode } as const;
  return { ...one, isClean: false, verdict: { is: "exact", node } };
}

/** What a race hit meanwhile is open. */
export const loosened = (foretold: readonly Foretold[], now: Belief): Foretold[] =>
  foretold.map((one) =>
    isLoose(now, one.path) ? { ...one, isClean: false, verdict: { is: "loose" } } : one,
  );
