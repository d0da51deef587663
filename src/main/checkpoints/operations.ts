import type { CallId, SessionId } from "../../shared/ids.ts";
import type { Done, Intent, JournalRecord } from "./records.ts";
import { createStanding, type Standing } from "./standing.ts";
import { createRetentionLog, type RetentionLog } from "./retention/retention-log.ts";
import { createWindowLog, type WindowLog } from "./window-log.ts";

/** An operation as the journal tells it. */
export interface Operation {
  readonly intent: Intent;
  /** Paths where it took effect; null while it is not known (under way, or cut off by a crash). */
  readonly paths: ReadonlySet<string> | null;
}

/** The history of a workspace in memory: what was done, and what of it still stands. */
export interface Operations extends Omit<Standing, "end"> {
  add(record: JournalRecord): void;
  /** Forgets everything: the history is told again from its start. */
  reset(): void;
  /** Oldest first. */
  all(): readonly Operation[];
  find(id: string): Operation | undefined;
  /** Operations whose end was never written down. */
  unfinished(): readonly Operation[];
  /** The commit that the session's next checkpoint follows. */
  lastCommit(sessionId: SessionId): string | null;
  readonly windows: WindowLog;
  readonly retention: RetentionLog;
  /** The tool calls that an operation, however many undos and redos deep, is about. */
  callsOf(
    operation: Operation,
  ): readonly { readonly sessionId: SessionId; readonly callId: CallId }[];
}

/** Whether the operation changed files for a call, and did not take such a change back. */
export const isChange = ({ kind }: Pick<Intent, "kind">): boolean =>
  kind === "write" || kind === "command";

/** An empty history; `add` each record of the journal in order. */
export function createOperations(): Operations {
  let told = createHistory();
  return {
    reset() {
      told = createHistory();
    },
    add: (record) => told.add(record),
    all: () => told.all(),
    find: (id) => told.find(id),
    unfinished: () => told.unfinished(),
    standing: (operation) => told.standing(operation),
    stands: (operation) => told.stands(operation),
    leftOf: (reference) => told.leftOf(reference),
    isTakenBack: (reference) => told.isTakenBack(reference),
    effectiveSince: (reference) => told.effectiveSince(reference),
    isIdle: (reference) => told.isIdle(reference),
    lastCommit: (sessionId) => told.lastCommit(sessionId),
    get retention() {
      return told.retention;
    },
    get windows() {
      return told.windows;
    },
    callsOf: (operation) => told.callsOf(operation),
  };
}

function createHistory(): Omit<Operations, "reset"> {
  const operations = new Map<string, Operation>();
  const open = new Set<string>();
  const standing = createStanding();
  const commits = new Map<SessionId, string>();
  const windows = createWindowLog();
  const retention = createRetentionLog();

  /** Most operations are about one file, and many about the same. */
  const alone = new Map<string, ReadonlySet<string>>();
  function pathSet(paths: readonly string[]): ReadonlySet<string> {
    const [first, second] = paths;
    if (first === undefined || second !== undefined) return new Set(paths);
    const known = alone.get(first) ?? new Set(paths);
    alone.set(first, known);
    return known;
  }

  function end({ id, paths: effective }: Done): void {
    open.delete(id);
    const known = operations.get(id);
    if (known === undefined) return;
    const paths = pathSet(effective);
    operations.set(id, { intent: known.intent, paths });
    standing.end(known.intent, paths);
  }

  return {
    add(record) {
      switch (record.record) {
        case "intent":
          operations.set(record.id, { intent: record, paths: null });
          open.add(record.id);
          commits.set(record.sessionId, record.commit);
          return;
        case "done":
          return end(record);
        case "window":
        case "window-end":
        case "outside":
          return windows.add(record, operations.size);
        case "pin":
        case "drop":
          return retention.add(record);
        case "rescue":
          return;
      }
    },
    all: () => [...operations.values()],
    find: (id) => operations.get(id),
    unfinished: () => [...open].flatMap((id) => operations.get(id) ?? []),
    ...standing,
    lastCommit: (sessionId) => commits.get(sessionId) ?? null,
    windows,
    retention,
    callsOf: (operation) => callsBelow(operation, operations),
  };
}

/** The calls whose changes an operation is or, through however many undos and redos, takes back. */
function callsBelow(
  { intent }: Operation,
  operations: ReadonlyMap<string, Operation>,
): ReturnType<Operations["callsOf"]> {
  const calls = new Map<CallId, { sessionId: SessionId; callId: CallId }>();
  const collect = (one: Intent): void => {
    if (isChange(one) && one.callId !== null)
      calls.set(one.callId, { sessionId: one.sessionId, callId: one.callId });
    for (const reversal of one.reverses) {
      const below = operations.get(reversal.id);
      if (below !== undefined) collect(below.intent);
    }
  };
  collect(intent);
  return [...calls.values()];
}
