import { sameImage, type Entry, type Intent } from "./records.ts";

/** What of each operation's changes stands, path by path, and since when. */
export interface Standing {
  /** The operation took effect at these paths, and took back what it names. Called in the journal's order. */
  end(intent: Intent, paths: ReadonlySet<string>): void;
  isTakenBack(id: string, path: string): boolean;
  /** Later than another's when greater; 0 when it never took effect. */
  since(id: string, path: string): number;
  isIdle(id: string, path: string): boolean;
}

const key = (id: string, path: string): string => `${id}\0${path}`;

export function createStanding(find: (id: string) => Intent | undefined): Standing {
  const takenBack = new Set<string>();
  const since = new Map<string, number>();
  const idle = new Set<string>();
  let ended = 0;

  /** Taking an undo back brings what it took away: so it goes down to the changes. `entry` is what does it. */
  function mark(id: string, entry: Entry, gone: boolean): void {
    const marked = key(id, entry.path);
    if (gone) takenBack.add(marked);
    else {
      takenBack.delete(marked);
      since.set(marked, ended);
      if (sameImage(entry.pre, entry.post)) idle.add(marked);
      else idle.delete(marked);
    }
    for (const reversal of find(id)?.reverses ?? [])
      if (reversal.paths.includes(entry.path)) mark(reversal.id, entry, !gone);
  }

  return {
    end({ id, entries, reverses }, paths) {
      ended += 1;
      for (const path of paths) since.set(key(id, path), ended);
      const effects = new Map(entries.map((entry) => [entry.path, entry]));
      for (const reversal of reverses) {
        for (const path of reversal.paths) {
          const entry = effects.get(path);
          if (entry !== undefined && paths.has(path)) mark(reversal.id, entry, true);
        }
      }
    },
    isTakenBack: (id, path) => takenBack.has(key(id, path)),
    since: (id, path) => since.get(key(id, path)) ?? 0,
    isIdle: (id, path) => idle.has(key(id, path)),
  };
}
