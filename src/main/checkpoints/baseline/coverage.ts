import { joinPath } from "../../workspace/scan/scan-folder.ts";
import type { BaselineTree } from "./tree.ts";
import type { Coverage } from "./types.ts";

/** How many names a list of the coverage holds. */
const listed = 200;

export const noCoverage: Coverage = {
  complete: false,
  files: 0,
  covered: 0,
  heavy: [],
  tooLarge: [],
  special: [],
  counts: { heavy: 0, tooLarge: 0, special: 0 },
  restarted: false,
  changedSince: false,
};

export interface CoverageSources {
  readonly tree: BaselineTree;
  readonly capBytes: number;
  readonly unreadable: readonly string[];
  readonly restarted: boolean;
  readonly changedSince: boolean;
  /** Changed since the last look: the next one keeps them before it answers. */
  readonly stale: ReadonlySet<string>;
}

/** Counts what is kept and what is not. */
export function coverageOf(sources: CoverageSources): Coverage {
  const { tree, capBytes, unreadable, restarted, changedSince, stale } = sources;
  const heavy = createList<string>();
  const tooLarge = createList<{ path: string; size: number }>();
  const special = createList<string>();
  for (const path of unreadable) special.add(() => path);
  let files = 0;
  let covered = 0;
  let missing = 0;
  for (const [folder, packed] of tree.folders()) {
    let names: readonly string[] | null = null;
    for (let index = 0; index < packed.count; index += 1) {
      const path = (): string => joinPath(folder, (names ??= packed.names())[index] ?? "");
      const kind = packed.kind(index);
      if (kind === "heavy") heavy.add(path);
      else if (kind === "git" || kind === "special") special.add(path);
      else if (kind !== "folder") {
        files += 1;
        if (packed.hasBlob(index)) covered += 1;
        else if (packed.isUnreadable(index)) special.add(path);
        else if (packed.size(index) > capBytes)
          tooLarge.add(() => ({ path: path(), size: packed.size(index) }));
        else if (stale.size === 0 || !stale.has(path())) missing += 1;
      }
    }
  }
  return {
    complete: tree.folder("") !== null && missing === 0,
    files,
    covered,
    heavy: heavy.values,
    tooLarge: tooLarge.values,
    special: special.values,
    counts: { heavy: heavy.count(), tooLarge: tooLarge.count(), special: special.count() },
    restarted,
    changedSince,
  };
}

/** A list that is cut, and its whole length. Values are made only where they are kept. */
function createList<T>(): {
  readonly values: T[];
  add(value: () => T): void;
  count(): number;
} {
  const values: T[] = [];
  let count = 0;
  return {
    values,
    count: () => count,
    add(value) {
      count += 1;
      if (values.length < listed) values.push(value());
    },
  };
}
