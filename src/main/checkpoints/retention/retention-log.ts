import type { Drop, JournalRecord } from "../records.ts";

/** What is pinned and what was dropped, as the journal tells it. */
export interface RetentionLog {
  add(record: Extract<JournalRecord, { record: "pin" | "drop" }>): void;
  pinned(): readonly string[];
  /** Oldest first. */
  drops(): readonly Drop[];
}

export function createRetentionLog(): RetentionLog {
  const pins = new Set<string>();
  const drops: Drop[] = [];
  return {
    add(record) {
      if (record.record === "drop") drops.push(record);
      else if (record.pinned) pins.add(record.id);
      else pins.delete(record.id);
    },
    pinned: () => [...pins],
    drops: () => drops,
  };
}

/**
 * When the limit dropped what this id named; null when it did not. An id tells when it was made: what is not there any more, and
 * was made before the newest that a drop took, went with the first such drop.
 */
export function droppedAt(id: string, drops: readonly Drop[]): string | null {
  const made = /^[a-z]-([0-9a-z]{8,9})[0-9a-z]{2}[0-9a-f]{10}$/.exec(id)?.[1];
  if (made === undefined) return null;
  const time = Number.parseInt(made, 36);
  return drops.find(({ through }) => time <= Date.parse(through))?.at ?? null;
}
