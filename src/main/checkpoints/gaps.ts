import type { LookChange } from "./baseline/types.ts";
import type { Operations } from "./operations.ts";
import { absent, sameImage, type Image } from "./records.ts";

/** What is known of a path at a moment. */
export type Known = Image | "unknown";

/** A step of a path that no operation of Belay's explains. */
export interface Gap {
  readonly path: string;
  readonly pre: Known;
  readonly post: Known;
  /** An operation changed the path between the same two looks. */
  readonly contested: boolean;
}

export interface Gaps {
  /** Those that end in what is there now: what a command changed, or the person. */
  readonly standing: readonly Gap[];
  /** Those that an operation came after. */
  readonly passed: readonly Gap[];
}

/** One thing the journal says of some paths, in its order. */
export interface ChainLink {
  readonly entries: readonly { readonly path: string; readonly pre: Image; readonly post: Image }[];
  /** Folders that were made on the way to these paths. */
  readonly folders?: readonly string[];
}

/** A look's name with the last of each kind that the journal knew then: what a baseline keeps as its mark. */
export interface Mark {
  readonly look: string;
  readonly operation: string | null;
  readonly outside: string | null;
}

export const markText = ({ look, operation, outside }: Mark): string =>
  [look, operation ?? "-", outside ?? "-"].join(" ");

const named = (id: string): string | null => (id === "-" ? null : id);

export function parseMark(text: string): Mark {
  const [look = "", operation = "-", outside = "-"] = text.split(" ");
  return { look, operation: named(operation), outside: named(outside) };
}

/** The mark of a look that is taken now. */
export const markNow = (index: Operations, look: string): Mark => ({
  look,
  operation: index.all().at(-1)?.intent.id ?? null,
  outside: index.windows.outside().at(-1)?.outside.id ?? null,
});

/**
 * What the journal tells of the time since a confirmed look, in order. What that look itself found was there already when it
 * looked, although it was written down after it.
 */
export function chainSince(index: Operations, mark: Mark): readonly ChainLink[] {
  const all = index.all();
  // An operation that is known no longer was dropped as too old: everything that is left came after it.
  const start = all.findIndex(({ intent }) => intent.id === mark.operation) + 1;
  const told = index.windows.outside();
  const outside = told
    .slice(told.findIndex((one) => one.outside.id === mark.outside) + 1)
    .filter((one) => one.outside.look !== mark.look);
  const links: ChainLink[] = [];
  let next = 0;
  for (let position = start; position <= all.length; position += 1) {
    for (; (outside[next]?.position ?? Infinity) <= position; next += 1)
      links.push({ entries: outside[next]?.outside.entries ?? [] });
    const operation = all[position];
    if (operation === undefined || operation.intent.command?.look === mark.look) continue;
    const { intent, paths } = operation;
    const entries = intent.entries.filter(({ path }) => paths?.has(path) === true);
    links.push({ entries, folders: intent.folders });
  }
  return links;
}

/** What is left of a look's changes when the operations in between are taken out of it, path by path. */
export function findGaps(changes: readonly LookChange[], chain: readonly ChainLink[]): Gaps {
  const changed = new Set(changes.map((change) => change.path));
  const steps = Map.groupBy(
    chain.flatMap(stepsOf).filter(({ path }) => changed.has(path)),
    (step) => step.path,
  );
  const standing: Gap[] = [];
  const passed: Gap[] = [];
  for (const { path, before, after } of changes) {
    const own = steps.get(path) ?? [];
    const contested = own.length > 0;
    let now = before;
    for (const [at, { pre, post }] of own.entries()) {
      // What was never kept cannot be told from what the operation found.
      if (now !== "unknown" && !sameImage(now, pre))
        passed.push({ path, pre: now, post: pre, contested });
      now = post ?? folderIn(own[at + 1]?.pre ?? after) ?? now;
    }
    if (!sameKnown(now, after)) standing.push({ path, pre: now, post: after, contested });
  }
  return { standing, passed };
}

const sameKnown = (a: Known, b: Known): boolean =>
  a === "unknown" || b === "unknown" ? false : sameImage(a, b);

/** What one link did to a path. `post`: null for a folder of which only the making is known, and not its mode. */
interface Step {
  readonly path: string;
  readonly pre: Image;
  readonly post: Image | null;
}

const stepsOf = ({ entries, folders = [] }: ChainLink): readonly Step[] => [
  ...folders.map((path) => ({ path, pre: absent, post: null })),
  ...entries,
];

const folderIn = (known: Known): Known | null =>
  known === "unknown" || known.type !== "folder" ? null : known;
