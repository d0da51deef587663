import type { EffectPlace } from "./effect.ts";
import { executeOperation, type OperationInput, type OperationOutcome } from "./executor.ts";
import type { Journal } from "./journal.ts";
import type { Operations } from "./operations.ts";
import type { Done } from "./records.ts";
import { namesBeside } from "./put-back.ts";
import { recoverOperation } from "./recovery.ts";
import { folderOf, removeNames } from "./settle.ts";

export interface EndParts {
  readonly place: EffectPlace;
  readonly journal: Journal;
  /** Of operations whose end is known here and could not be written down yet. */
  readonly ends: Map<string, Done>;
  readonly refresh: () => Promise<void>;
}

type SettleParts = EndParts & { readonly index: Operations };

type Execute = (input: OperationInput) => Promise<OperationOutcome>;

/** Runs operations and keeps what could not be written down of them. */
export function createExecute({ place, journal, ends, refresh }: EndParts): Execute {
  return async (input) => {
    try {
      const outcome = await executeOperation(place, journal, input);
      if (!outcome.isEnded) ends.set(outcome.done.id, outcome.done);
      return outcome;
    } finally {
      for (const change of input.changes) await change.held.release();
      // What happened stands, whether or not it can be read back now: the next act reads it first.
      await refresh().catch(() => undefined);
    }
  };
}

/** No system keeps a change of names from the disk for longer. */
const unsealedMs = 60_000;

/**
 * Ends what has no end: what is known here is written down, the rest was cut off. One line for the person each. The first time also
 * lets go what a power cut kept of operations whose end it kept too. Under the lock.
 */
export function createSettle(parts: SettleParts): () => Promise<string[]> {
  let isSwept = false;
  return async () => {
    const lines = await recoverAll(parts);
    if (!isSwept) await sweep(parts);
    isSwept = true;
    return lines;
  };
}

async function sweep({ place, index }: Pick<SettleParts, "place" | "index">): Promise<void> {
  const all = index.all();
  const newest = all.at(-1)?.intent.at;
  if (newest === undefined) return;
  // Such times are in order as texts too, and there may be many.
  const from = new Date(Date.parse(newest) - unsealedMs).toISOString();
  const recent = all.filter(({ intent }) => intent.at >= from);
  // What a command did was never swapped: its entries have no such names.
  const entries = recent
    .flatMap(({ intent }) => intent.entries)
    .filter((entry) => entry.temporary !== "");
  const beside = new Set(entries.flatMap(namesBeside));
  for (const folder of new Set(entries.map((entry) => folderOf(entry.path))))
    await removeNames(place, folder, beside);
}

async function recoverAll({
  place,
  journal,
  index,
  ends,
  refresh,
}: SettleParts): Promise<string[]> {
  const lines: string[] = [];
  const unfinished = index.unfinished();
  for (const operation of unfinished) {
    const known = ends.get(operation.intent.id);
    const { done, line } =
      known === undefined
        ? await recoverOperation(place, journal, operation)
        : { done: known, line: null };
    await journal.append(done, [], true);
    ends.delete(done.id);
    if (line !== null) lines.push(line);
  }
  if (unfinished.length > 0) await refresh();
  return lines;
}
