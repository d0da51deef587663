import type { JournalRecord, Outside, WindowRecord } from "./records.ts";

/** The windows in which commands ran, and what the person changed: as the journal tells it. */
export interface WindowLog {
  add(record: Extract<JournalRecord, { record: "window" | "window-end" | "outside" }>): void;
  /** Those whose end was never written down: the command runs, or its Belay ended. */
  open(): readonly WindowRecord[];
  /** What the person changed, oldest first. */
  outside(): readonly Outside[];
}

export function createWindowLog(): WindowLog {
  const windows = new Map<string, WindowRecord>();
  const outside: Outside[] = [];
  return {
    add(record) {
      if (record.record === "window") windows.set(record.id, record);
      else if (record.record === "window-end") windows.delete(record.id);
      else outside.push(record);
    },
    open: () => [...windows.values()],
    outside: () => outside,
  };
}
