import type { GitStore } from "./git-store.ts";
import type { JournalRecord } from "./records.ts";

/** Derives loose objects and refs from the journal, behind the work: no write waits for it. */
export interface Publisher {
  queue(record: JournalRecord, objectIds: readonly string[]): void;
  /** Resolves when everything queued is readable by git. Rejects when it could not be written. */
  idle(): Promise<void>;
}

export function createPublisher(store: GitStore): Publisher {
  let working: Promise<void> = Promise.resolve();
  let failure: { readonly error: unknown } | undefined;
  return {
    queue(record, objectIds) {
      if (record.record !== "intent" || store.holds(record.commit)) return;
      const { sessionId, commit } = record;
      working = working
        .then(() => store.publish(objectIds, { sessionId, commit }))
        .catch((error: unknown) => {
          failure ??= { error };
        });
    },
    async idle() {
      await working;
      if (failure === undefined) return;
      const { error } = failure;
      failure = undefined;
      throw error;
    },
  };
}
