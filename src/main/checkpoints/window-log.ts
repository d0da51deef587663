import type { JournalRecord, Outside, WindowRecord } from "./records.ts";

/** What the person changed, and how many operations the journal knew before it. */
export interface PlacedOutside {
  readonly outside: Outside;
  readonly position: number;
}

/** The windows in which commands ran, and what the person changed: as the journal tells it. */
export interface WindowLog {
  add(
    record: Extract<JournalRecord, { record: "window" | "window-end" | "outside" }>,
    position: number,
  ): void;
  /** Those whose end was never written down, oldest first: the command runs, or its Belay ended. */
  open(): readonly WindowRecord[];
  /** Oldest first. */
  outside(): readonly PlacedOutside[];
}

export function createWindowLog(): WindowLog {
  const windows = new Map<string, WindowRecord>();
  const outside: PlacedOutside[] = [];
  return {
    add(record, position) {
      if (record.record === "window") windows.set(record.id, record);
      else if (record.record === "window-end") windows.delete(record.id);
      else outside.push({ outside: record, position });
    },
    open: () => [...windows.values()],
    outside: () => outside,
  };
}
