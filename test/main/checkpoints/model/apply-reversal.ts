import { adoptFolders, clear, isLoose, place, remember, standing, type Belief } from "./oracle.ts";
import type { Node, Tree } from "./tree.ts";

/** Whether a race was in the folder. */
export const isRacedIn =
  ({ loose }: Belief) =>
  (folder: string): boolean =>
    [...loose].some((path) => path.startsWith(`${folder}/`));

interface Applied {
  readonly indexes: readonly number[];
  readonly nodes: ReadonlyMap<string, Node | null>;
  /** Paths that were left as they are: a folder among them stays, even with nothing in it. */
  readonly kept: readonly string[];
  readonly actual: Tree | null;
  readonly mayKeep: boolean;
  readonly kind: "undo" | "redo";
  readonly id: string;
}

/** Writes down what an undo or redo made of the paths, and which folders came and went with them. */
export function applyReversal(
  belief: Belief,
  { indexes, nodes, kept, actual, mayKeep, kind, id }: Applied,
): void {
  const acts = indexes.flatMap((index) => belief.done[index] ?? []);
  const entries = new Map(
    [...nodes].map(([path, post]) => [path, { pre: belief.tree.get(path) ?? null, post }]),
  );
  const reverses = indexes.map((index) => ({
    index,
    paths: standing(belief.done[index] ?? { entries: new Map(), gone: new Set() }).filter((path) =>
      nodes.has(path),
    ),
  }));
  const folders = [...place(belief.tree, nodes), ...adoptFolders(belief, nodes.keys(), actual)];
  const isRaced = isRacedIn(belief);
  const made = acts.flatMap((act) => act.folders).filter((folder) => !kept.includes(folder));
  const gone = [...nodes].filter(([, node]) => node === null);
  const isOpen = gone.every(([path]) => isLoose(belief, path));
  if (gone.length > 0 || (actual !== null && made.some(isRaced)))
    for (const [folder, pre] of clear(belief.tree, made)) {
      // One that could not be looked into stays; whether one is empty at that moment, and whether anything went at all, a race decides.
      if ((mayKeep || isOpen || isRaced(folder)) && actual?.has(folder) === true)
        belief.tree.set(folder, pre);
      else entries.set(folder, { pre, post: null });
    }
  remember(belief, {
    id,
    kind,
    session: acts[0]?.session ?? "",
    turn: null,
    call: null,
    entries,
    folders,
    gone: new Set(),
    since: new Map(),
    idle: new Set(),
    reverses,
  });
}
