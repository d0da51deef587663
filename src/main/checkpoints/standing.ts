import type { Operation } from "./operations.ts";
import { sameImage, type Entry, type Intent } from "./records.ts";

/** One path of an operation. */
export interface Reference {
  readonly id: string;
  readonly path: string;
}

type Change = Pick<Entry, "pre" | "post">;

/** What of each operation's changes stands, path by path, and since when. */
export interface Standing {
  /** The operation took effect at these paths, and took back what it names. Called in the journal's order. */
  end(intent: Intent, paths: ReadonlySet<string>): void;
  /** Entries that took effect and were not taken back since; of those taken back in part, what is left. */
  standing(operation: Operation): readonly Entry[];
  /** Whether there are any such entries. */
  stands(operation: Operation): boolean;
  /** What is left of an operation's change of a path, once a part of it was taken back. */
  leftOf(reference: Reference): Change | undefined;
  isTakenBack(reference: Reference): boolean;
  /** When the operation last took effect at a path: later than another's when greater, 0 when never. A redo counts as the time of what it brings back. */
  effectiveSince(reference: Reference): number;
  /** The redo that brought it back found the path as it was to become: taking it back again changes nothing either. */
  isIdle(reference: Reference): boolean;
}

const key = ({ id, path }: Reference): string => `${id}\0${path}`;

export function createStanding(): Standing {
  const takenBack = new Set<string>();
  const since = new Map<string, number>();
  const idle = new Set<string>();
  const left = new Map<string, Change>();
  const below = new Map<string, ReadonlyMap<string, readonly string[]>>();
  /** Operations of which anything was ever taken back. */
  const touched = new Set<string>();
  let ended = 0;

  /** Taking an undo back brings what it took away: so it goes down to the changes. `entry` is what does it. */
  function mark(id: string, entry: Entry & { readonly isSum: boolean }, gone: boolean): void {
    const marked = key({ id, path: entry.path });
    touched.add(id);
    if (gone) takenBack.add(marked);
    else {
      takenBack.delete(marked);
      since.set(marked, ended);
      // Several changes that cancel each other out are not idle one by one.
      if (!entry.isSum && sameImage(entry.pre, entry.post)) idle.add(marked);
      else idle.delete(marked);
    }
    const ids = below.get(id)?.get(entry.path) ?? [];
    for (const one of ids) mark(one, { ...entry, isSum: entry.isSum || ids.length > 1 }, !gone);
  }

  const standing: Standing["standing"] = ({ intent: { id, entries }, paths }) =>
    entries.flatMap((entry) => {
      const reference = key({ id, path: entry.path });
      if (paths?.has(entry.path) !== true || takenBack.has(reference)) return [];
      const part = left.get(reference);
      if (part === undefined) return [entry];
      return sameImage(part.pre, part.post) ? [] : [{ ...entry, pre: part.pre, post: part.post }];
    });

  return {
    end(intent, paths) {
      const { id } = intent;
      ended += 1;
      for (const path of paths) since.set(key({ id, path }), ended);
      if (intent.reverses.length === 0 && intent.left.length === 0) return;
      below.set(id, wholeReversals(intent));
      for (const entry of intent.entries) {
        if (!paths.has(entry.path)) continue;
        const ids = below.get(id)?.get(entry.path) ?? [];
        for (const one of ids) mark(one, { ...entry, isSum: ids.length > 1 }, true);
      }
      for (const one of intent.left) {
        if (!paths.has(one.path)) continue;
        left.set(key(one), one);
        touched.add(one.id);
      }
    },
    standing,
    // Of most operations it is plain without looking into them.
    stands: (operation) =>
      touched.has(operation.intent.id)
        ? standing(operation).length > 0
        : (operation.paths?.size ?? 0) > 0,
    leftOf: (reference) => left.get(key(reference)),
    isTakenBack: (reference) => takenBack.has(key(reference)),
    effectiveSince: (reference) => since.get(key(reference)) ?? 0,
    isIdle: (reference) => idle.has(key(reference)),
  };
}

/** By path the operations that this one takes back, where it does not only take back a part. */
function wholeReversals({ reverses, left }: Intent): ReadonlyMap<string, readonly string[]> {
  const inPart = new Set(left.map(key));
  const byPath = new Map<string, string[]>();
  for (const { id, paths } of reverses) {
    for (const path of paths) {
      if (inPart.has(key({ id, path }))) continue;
      const ids = byPath.get(path);
      if (ids === undefined) byPath.set(path, [id]);
      else ids.push(id);
    }
  }
  return byPath;
}
