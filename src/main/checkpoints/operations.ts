import type { CallId, SessionId } from "../../shared/ids.ts";
import type { Entry, Intent, JournalRecord } from "./records.ts";

/** An operation as the journal tells it. */
export interface Operation {
  readonly intent: Intent;
  /** Paths where it took effect; null while it is not known (under way, or cut off by a crash). */
  readonly paths: ReadonlySet<string> | null;
}

/** The history of a workspace in memory: what was done, and what of it still stands. */
export interface Operations {
  add(record: JournalRecord): void;
  /** Oldest first. */
  all(): readonly Operation[];
  find(id: string): Operation | undefined;
  /** Operations whose end was never written down. */
  unfinished(): readonly Operation[];
  /** Entries that took effect and were not taken back since. */
  standing(operation: Operation): readonly Entry[];
  /** The commit that the session's next checkpoint follows. */
  lastCommit(sessionId: SessionId): string | null;
  /** The tool calls that an operation, however many undos and redos deep, is about. */
  callsOf(
    operation: Operation,
  ): readonly { readonly sessionId: SessionId; readonly callId: CallId }[];
}

const key = (id: string, path: string): string => `${id}\0${path}`;

/** An empty history; `add` each record of the journal in order. */
export function createOperations(): Operations {
  const operations = new Map<string, Operation>();
  const open = new Set<string>();
  const takenBack = new Set<string>();
  const commits = new Map<SessionId, string>();

  /** Taking an undo back brings what it took away: so it goes down to the writes. */
  function mark(reference: { readonly id: string; readonly path: string }, gone: boolean): void {
    if (gone) takenBack.add(key(reference.id, reference.path));
    else takenBack.delete(key(reference.id, reference.path));
    for (const reversal of operations.get(reference.id)?.intent.reverses ?? []) {
      if (reversal.paths.includes(reference.path))
        mark({ id: reversal.id, path: reference.path }, !gone);
    }
  }

  const callsOf: Operations["callsOf"] = ({ intent }) => {
    const calls = new Map<CallId, { sessionId: SessionId; callId: CallId }>();
    const collect = (one: Intent): void => {
      if (one.kind === "write" && one.callId !== null)
        calls.set(one.callId, { sessionId: one.sessionId, callId: one.callId });
      for (const reversal of one.reverses) {
        const below = operations.get(reversal.id);
        if (below !== undefined) collect(below.intent);
      }
    };
    collect(intent);
    return [...calls.values()];
  };

  return {
    add(record) {
      if (record.record === "intent") {
        operations.set(record.id, { intent: record, paths: null });
        open.add(record.id);
        commits.set(record.sessionId, record.commit);
        return;
      }
      if (record.record === "rescue") return;
      open.delete(record.id);
      const known = operations.get(record.id);
      if (known === undefined) return;
      const paths = new Set(record.paths);
      operations.set(record.id, { intent: known.intent, paths });
      for (const reversal of known.intent.reverses) {
        for (const path of reversal.paths)
          if (paths.has(path)) mark({ id: reversal.id, path }, true);
      }
    },
    all: () => [...operations.values()],
    find: (id) => operations.get(id),
    unfinished: () => [...open].flatMap((id) => operations.get(id) ?? []),
    standing: ({ intent, paths }) =>
      intent.entries.filter(
        (entry) => paths?.has(entry.path) === true && !takenBack.has(key(intent.id, entry.path)),
      ),
    lastCommit: (sessionId) => commits.get(sessionId) ?? null,
    callsOf,
  };
}
