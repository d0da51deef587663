import type { JournalRecord } from "../records.ts";

/** What is kept whatever its age and size: times in milliseconds. */
export interface RetentionRules {
  readonly now: number;
  /** What happened before goes. */
  readonly cutoff: number;
  readonly newestTurns: number;
  /** Nothing younger goes. */
  readonly spareMs: number;
}

/** Records that go together: an operation with its end, a command's window, what the person changed. */
export interface Unit {
  readonly kind: "operation" | "window" | "outside";
  readonly at: number;
  /** Numbers of its records, in the order of the history. */
  readonly records: readonly number[];
  /** Of a write or command. */
  readonly isCheckpoint: boolean;
}

export interface Ranked {
  /** What may go, in this order. */
  readonly units: readonly Unit[];
  /** So many of them go for their age alone. */
  readonly aged: number;
  /** Checkpoints that are old enough and stay all the same. */
  readonly spared: number;
}

interface Draft extends Unit {
  readonly id: string;
  readonly records: number[];
  readonly turnId: string | null;
  isSpared: boolean;
  hasEnded: boolean;
  /** Operations that it takes back: an undo is told with them. */
  readonly reverses: readonly string[];
}

/** Collects the records of a history, in order, and says what may go. */
export interface Ranking {
  add(record: JournalRecord): void;
  rank(rules: RetentionRules): Ranked;
}

/**
 * Contents of what the person changed go first, then the oldest of the rest. Never: undos and redos with what they take back, since
 * that is the way back; safety copies; what is pinned; the newest turns; what has not ended.
 */
export function createRanking(): Ranking {
  const drafts = new Map<string, Draft>();
  const pins = new Map<string, boolean>();
  let number = 0;
  return {
    add(record) {
      addRecord({ drafts, pins }, record, number);
      number += 1;
    },
    rank(rules) {
      const all = [...drafts.values()];
      spareUndos(drafts);
      spareNewest(all, rules.newestTurns);
      const isKept = (draft: Draft): boolean =>
        draft.isSpared ||
        !draft.hasEnded ||
        pins.get(draft.id) === true ||
        draft.at > rules.now - rules.spareMs;
      const isAged = (draft: Draft): boolean => draft.at < rules.cutoff;
      const free = all.filter((draft) => !isKept(draft));
      const aged = free.filter(isAged);
      const young = free.filter((draft) => !isAged(draft));
      return {
        units: [
          ...aged,
          ...young.filter(({ kind }) => kind === "outside"),
          ...young.filter(({ kind }) => kind !== "outside"),
        ],
        aged: aged.length,
        spared: all.filter((draft) => draft.isCheckpoint && isAged(draft) && isKept(draft)).length,
      };
    },
  };
}

interface Collected {
  readonly drafts: Map<string, Draft>;
  readonly pins: Map<string, boolean>;
}

function addRecord({ drafts, pins }: Collected, record: JournalRecord, number: number): void {
  const start = (draft: Pick<Draft, "kind" | "at"> & Partial<Draft>, id: string): void => {
    drafts.set(id, {
      id,
      turnId: null,
      isCheckpoint: false,
      isSpared: false,
      hasEnded: false,
      reverses: [],
      records: [number],
      ...draft,
    });
  };
  const known = "id" in record ? drafts.get(record.id) : undefined;
  switch (record.record) {
    case "intent": {
      const isCheckpoint = record.kind === "write" || record.kind === "command";
      const { turnId, at } = record;
      start(
        {
          kind: "operation",
          at: Date.parse(at),
          turnId,
          isCheckpoint,
          isSpared: !isCheckpoint,
          reverses: record.reverses.map(({ id }) => id),
        },
        record.id,
      );
      return;
    }
    case "window":
      return start({ kind: "window", at: Date.parse(record.at) }, record.id);
    case "outside":
      return start({ kind: "outside", at: Date.parse(record.at), hasEnded: true }, record.id);
    case "done":
    case "window-end":
      if (known === undefined) return;
      known.records.push(number);
      known.hasEnded = true;
      if (record.record === "done" && record.rescued.length > 0) known.isSpared = true;
      return;
    case "pin":
      pins.set(record.id, record.pinned);
      known?.records.push(number);
      return;
    case "rescue":
      if (known !== undefined) known.isSpared = true;
      return;
    case "drop":
      return;
  }
}

function spareUndos(drafts: ReadonlyMap<string, Draft>): void {
  const waiting = [...drafts.values()].filter(({ reverses }) => reverses.length > 0);
  for (let draft = waiting.pop(); draft !== undefined; draft = waiting.pop()) {
    for (const id of draft.reverses) {
      const below = drafts.get(id);
      if (below === undefined || below.isSpared) continue;
      below.isSpared = true;
      waiting.push(below);
    }
  }
}

function spareNewest(all: readonly Draft[], turns: number): void {
  const newest = new Set<string>();
  for (const draft of all.toReversed()) {
    if (draft.kind !== "operation" || draft.turnId === null) continue;
    if (!newest.has(draft.turnId) && newest.size >= turns) continue;
    newest.add(draft.turnId);
    draft.isSpared = true;
  }
}
