import { AppError, messageOf } from "../../shared/errors.ts";
import { codeOf, isMissing, temporaryPrefix, withParent } from "../workspace/confine.ts";
import { checkpointObjects } from "./commit.ts";
import {
  keepLateWrites,
  performChange,
  prepareChange,
  removeEmptyFolders,
  type Change,
  type EffectPlace,
  type PlannedChange,
} from "./effect.ts";
import { notesFor } from "./explain.ts";
import type { GitObject } from "./git-objects.ts";
import { holdEntry, holdPath, stateOf } from "./image.ts";
import type { Journal } from "./journal.ts";
import { sameContent, type Done, type Entry, type Intent } from "./records.ts";
import { createRescue, type Rescue, type SafetyCopy } from "./rescue.ts";
import { settleSwaps } from "./settle.ts";

export interface OperationInput {
  readonly head: Pick<
    Intent,
    "id" | "kind" | "sessionId" | "turnId" | "callId" | "tool" | "reverses" | "emptied"
  >;
  readonly parent: string | null;
  readonly changes: readonly PlannedChange[];
  /** Awaited when the checkpoint is durable and before the effect. */
  readonly onDurable: (intent: Intent) => Promise<void>;
}

export interface OperationOutcome {
  readonly intent: Intent;
  readonly done: Done;
  /** Paths that somebody else wrote at the last moment; nothing was written there. */
  readonly conflicts: readonly string[];
  readonly notes: readonly string[];
}

/** How many temporary files are written and synced at once. */
const parallel = 16;

/**
 * Runs one operation: durable intent, temporary files, effects, done. A write happens whole or not at all; an undo leaves out the
 * paths that conflict. An unexpected failure puts everything back and is thrown.
 */
export async function executeOperation(
  place: EffectPlace,
  journal: Journal,
  input: OperationInput,
): Promise<OperationOutcome> {
  const { intent, objects, changes } = await draftOperation(place, input);
  await journal.append(intent, objects, true);
  const rescue = createRescue(journal, intent.id);
  const run = createRun(place, changes, rescue);
  let effects: Effects;
  try {
    await input.onDurable(intent);
    effects = await run(intent.kind === "write");
    if (effects.conflicts.length > 0 && intent.kind === "write") {
      await putBack(place, { intent, changes, rescue });
      effects = { ...effects, done: [] };
    } else {
      await settleSwaps(place, { ...intent, names: namesBeside });
    }
    for (const change of changes) await keepLateWrites(change, rescue);
    await removeEmptyFolders(place, intent.emptied);
  } catch (error) {
    try {
      await putBack(place, { intent, changes, rescue });
      await journal.append(doneRecord(intent, [], rescue.copies()), [], false);
    } catch (failure) {
      throw halfDone(intent, failure, error);
    }
    throw error;
  }
  const done = doneRecord(intent, effects.done, rescue.copies());
  // The effect stands. On a disk that has become full recovery writes its end down later. Recovery can tell whether a write stood,
  // but not whether a person put back by hand what an undo took away: so the end of an undo is durable.
  await journal.append(done, [], intent.kind !== "write").catch(() => undefined);
  return {
    intent,
    done,
    conflicts: effects.conflicts,
    notes: [
      ...notesFor(input.changes),
      ...done.rescued.map(
        ({ path, blob }) =>
          `Somebody else wrote ${path} at the same moment. Their version is kept as safety copy ${blob.slice(0, 10)}.`,
      ),
    ],
  };
}

/** Without its end in the journal the operation is settled by recovery, before anything else happens in this folder. */
function halfDone({ entries }: Intent, failure: unknown, cause: unknown): AppError {
  const names = entries.slice(0, 3).map(({ path }) => path);
  return new AppError(
    "unavailable",
    `${names.join(", ")} could not be changed, nor put back yet (${codeOf(failure) ?? messageOf(failure)}). Belay tries again before its next change here; check the disk first.`,
    { cause },
  );
}

interface Draft {
  readonly intent: Intent;
  readonly objects: readonly GitObject[];
  readonly changes: readonly Change[];
}

async function draftOperation(place: EffectPlace, input: OperationInput): Promise<Draft> {
  const changes = input.changes.map((change, index): Change => ({
    entry: entryOf(input.head.id, index, change),
    content: change.post.content,
    held: change.held,
  }));
  const entries = changes.map((change) => change.entry);
  const folders = await missingFolders(place, entries);
  const draft = {
    record: "intent" as const,
    ...input.head,
    at: new Date().toISOString(),
    entries,
    folders,
  };
  const states = input.changes.flatMap((change) => [stateOf(change.held), change.post]);
  const { commit, objects } = checkpointObjects({ intent: draft, parent: input.parent, states });
  return { intent: { ...draft, commit }, objects, changes };
}

interface Effects {
  readonly done: readonly string[];
  readonly conflicts: readonly string[];
}

/** Contents to temporary names first, then the swaps, deletions last. */
function createRun(
  place: EffectPlace,
  changes: readonly Change[],
  rescue: Rescue,
): (stopAtConflict: boolean) => Promise<Effects> {
  return async (stopAtConflict) => {
    for (let index = 0; index < changes.length; index += parallel) {
      // All of them come to their end before anything is put back.
      const prepared = await Promise.allSettled(
        changes.slice(index, index + parallel).map((change) => prepareChange(place, change)),
      );
      const failed = prepared.find((one) => one.status === "rejected");
      if (failed !== undefined) throw failed.reason;
    }
    const ordered = changes.toSorted(
      (a, b) => Number(a.entry.post.type === "absent") - Number(b.entry.post.type === "absent"),
    );
    const effects = { done: [] as string[], conflicts: [] as string[] };
    for (const change of ordered) {
      const outcome = await performChange(place, change, rescue);
      effects[outcome === "done" ? "done" : "conflicts"].push(change.entry.path);
      if (stopAtConflict && outcome === "conflict") return effects;
    }
    return effects;
  };
}

/** Everything that took effect goes back to its pre-image, as far as it is still what we made of it; temporaries go. */
export async function putBack(
  place: EffectPlace,
  {
    intent,
    changes,
    rescue,
  }: {
    readonly intent: Intent;
    readonly changes: readonly {
      readonly entry: Entry;
      readonly held: { readonly content: Buffer | null };
    }[];
    readonly rescue: Rescue;
  },
): Promise<void> {
  for (const { entry, held } of changes.toReversed()) {
    const now = await holdPath(place.workspace, entry.path, place).catch(() => undefined);
    try {
      const ours = now !== undefined && sameContent(now.image, entry.post);
      if (ours && !sameContent(entry.pre, entry.post)) {
        const change = { entry: rollbackOf(entry), content: held.content, held: now };
        await prepareChange(place, change);
        await performChange(place, change, rescue);
      }
    } finally {
      await now?.release();
    }
    await restoreAside(place, entry, rescue);
  }
  const entries = changes.map(({ entry }) => entry);
  await settleSwaps(place, { entries, folders: intent.folders, names: namesBeside });
  await removeEmptyFolders(place, intent.folders);
}

/** The way back of an entry, under names of its own. */
export const rollbackOf = (entry: Entry): Entry => ({
  ...entry,
  pre: entry.post,
  post: entry.pre,
  temporary: `${entry.temporary}r`,
  aside: `${entry.aside}r`,
});

/** Every name that an entry can have left beside its path. */
export const namesBeside = ({ temporary, aside }: Entry): readonly string[] => [
  temporary,
  aside,
  `${temporary}r`,
  `${aside}r`,
];

/**
 * A crash between the two halves of a swap leaves the old file under its aside name and nothing at the path: it gets its name
 * back. Where the path is taken and the bytes are not the pre-image, they are somebody else's and become a safety copy.
 */
export async function restoreAside(
  place: EffectPlace,
  entry: Entry,
  rescue: Rescue,
): Promise<void> {
  try {
    await withParent(place.workspace, entry.path, async (parent) => {
      const aside = parent.sibling(entry.aside);
      const held = await holdEntry(aside, { path: entry.path, ops: place.ops });
      await held.release();
      const taken = await place.ops.link(aside, parent.entry).then(
        () => false,
        (error: unknown) => {
          if (codeOf(error) === "EEXIST") return true;
          throw error;
        },
      );
      if (taken && held.content !== null && !sameContent(held.image, entry.pre))
        await rescue.keep(entry.path, held.content);
    });
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
}

function entryOf(id: string, index: number, change: PlannedChange): Entry {
  const name = `${temporaryPrefix}${id}-${index}`;
  return {
    path: change.path,
    pre: change.held.image,
    post: change.post.image,
    temporary: `${name}-new`,
    aside: `${name}-old`,
  };
}

async function missingFolders(
  { workspace, ops }: EffectPlace,
  entries: readonly Entry[],
): Promise<string[]> {
  const missing = new Set<string>();
  for (const entry of entries.filter((one) => one.post.type !== "absent")) {
    const parts = entry.path.split("/").slice(0, -1);
    for (const index of parts.keys()) {
      const folder = parts.slice(0, index + 1).join("/");
      if (missing.has(folder)) continue;
      const there = await withParent(workspace, folder, ({ entry: path }) => ops.lstat(path)).then(
        () => true,
        (error: unknown) => {
          if (isMissing(error)) return false;
          throw error;
        },
      );
      if (!there) missing.add(folder);
    }
  }
  return [...missing];
}

function doneRecord(
  intent: Intent,
  paths: readonly string[],
  rescued: readonly SafetyCopy[],
): Done {
  return {
    record: "done",
    id: intent.id,
    paths: [...paths],
    rescued: [...rescued],
    recovered: false,
  };
}
