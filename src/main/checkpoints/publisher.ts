import type { GitStore } from "./git-store.ts";
import { blobOf, type JournalRecord } from "./records.ts";

/** Derives loose objects and refs from the journal, behind the work: no write waits for it. */
export interface Publisher {
  queue(record: JournalRecord, objectIds: readonly string[]): void;
  /** Resolves when everything queued is readable by git. Rejects when it could not be written; the next call tries again. */
  idle(): Promise<void>;
}

export function createPublisher(store: GitStore): Publisher {
  const objects = new Set<string>();
  const refs = new Map<string, string>();
  let working: Promise<void> | undefined;

  async function drain(): Promise<void> {
    while (objects.size > 0 || refs.size > 0) {
      for (const id of objects) {
        await store.writeObject(id);
        objects.delete(id);
      }
      for (const [name, target] of refs) {
        // An object that joined meanwhile may be the ref's: it goes first.
        if (objects.size > 0) break;
        await store.writeRef(name, target);
        if (refs.get(name) === target) refs.delete(name);
      }
    }
  }

  function start(): Promise<void> {
    working ??= drain().finally(() => (working = undefined));
    return working;
  }

  return {
    queue(record, objectIds) {
      const ref = refOf(record);
      if (ref === undefined) return;
      if (objectIds.length > 0 && !store.holds(ref.target))
        for (const id of [...objectIds, ...contentsOf(record)]) objects.add(id);
      refs.set(ref.name, ref.target);
      // What fails here is kept queued, and reported by `idle`.
      if (working === undefined) start().catch(() => undefined);
    },
    idle: start,
  };
}

/** The contents that a checkpoint's trees name. The journal may have got one with a record that git never sees. */
function contentsOf(record: JournalRecord): string[] {
  if (record.record !== "intent") return [];
  return [...record.entries, ...record.left].flatMap(({ pre, post }) =>
    [pre, post].flatMap((image) => blobOf(image) ?? []),
  );
}

/** A session's ref moves to its newest checkpoint; a safety copy has a ref of its own, so that git shows and keeps it. */
function refOf(
  record: JournalRecord,
): { readonly name: string; readonly target: string } | undefined {
  if (record.record === "intent")
    return { name: `refs/belay/${record.sessionId}`, target: record.commit };
  if (record.record === "rescue")
    return { name: `refs/rescued/${record.blob}`, target: record.blob };
  return undefined;
}
