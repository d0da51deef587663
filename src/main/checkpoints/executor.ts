import { AppError, messageOf } from "../../shared/errors.ts";
import { codeOf, isMissing, temporaryPrefix, withParent } from "../workspace/confine.ts";
import { checkpointObjects } from "./commit.ts";
import {
  keepLateWrites,
  removeEmptyFolders,
  type Change,
  type EffectPlace,
  type EffectSite,
  type PlannedChange,
} from "./effect.ts";
import { notesFor } from "./explain.ts";
import type { GitObject } from "./git-objects.ts";
import { stateOf } from "./image.ts";
import type { Journal } from "./journal.ts";
import { namesUsed, putBack } from "./put-back.ts";
import type { Done, Entry, Intent, Left } from "./records.ts";
import { createRescue, type SafetyCopy } from "./rescue.ts";
import { leavesFolder, noEffects, runFiles, runFolders, type Effects } from "./run-changes.ts";
import { settleSwaps } from "./settle.ts";
import { verifyPlaced } from "./verify.ts";

export interface OperationInput {
  readonly head: Pick<
    Intent,
    "id" | "kind" | "sessionId" | "turnId" | "callId" | "tool" | "reverses" | "emptied" | "head"
  >;
  readonly parent: string | null;
  /** What stands of changes that are taken back in part, with the contents of it that the journal lacks. */
  readonly left?: { readonly entries: readonly Left[]; readonly contents: readonly Buffer[] };
  readonly changes: readonly PlannedChange[];
  /** Awaited when the checkpoint is durable and before the effect. */
  readonly onDurable: (intent: Intent) => Promise<void>;
}

export interface OperationOutcome {
  readonly intent: Intent;
  readonly done: Done;
  /** Whether the end is in the journal. */
  readonly isEnded: boolean;
  /** Paths that somebody else wrote at the last moment; nothing was written there. */
  readonly conflicts: readonly string[];
  readonly notes: readonly string[];
}

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
  const site: EffectSite = { ...place, journal, rescue };
  const { entries } = intent;
  let effects = noEffects();
  let notes: readonly string[] = [];
  try {
    await input.onDurable(intent);
    effects = await runFiles(site, changes, intent.kind === "write");
    if (effects.conflicts.length > 0 && intent.kind === "write") {
      await putBack(site, { intent, entries });
      effects = { ...effects, done: [] };
    } else {
      if (intent.kind !== "write") notes = await verifyPlaced(site, entries, effects);
      await finishSwaps(site, { intent, changes, effects });
    }
    for (const change of changes) await keepLateWrites(change, rescue);
    await removeEmptyFolders(place, intent.emptied);
  } catch (error) {
    try {
      await putBack(site, { intent, entries, effects });
      await journal.append(doneRecord(intent, [], rescue.copies()), [], false);
    } catch (failure) {
      throw halfDone(intent, failure, error);
    }
    throw error;
  }
  const done = doneRecord(intent, effects.done, rescue.copies());
  // The effect stands. On a disk that has become full its end is written down later. Recovery can tell whether a write stood,
  // but not whether a person put back by hand what an undo took away: so the end of an undo is durable.
  const isEnded = await journal.append(done, [], intent.kind !== "write").then(
    () => true,
    () => false,
  );
  return {
    intent,
    done,
    isEnded,
    conflicts: effects.conflicts,
    notes: [
      ...notesFor(input.changes),
      ...notes,
      ...done.rescued.map(
        ({ path, blob }) =>
          `Somebody else wrote ${path} at the same moment. Their version is kept as safety copy ${blob.slice(0, 10)}.`,
      ),
    ],
  };
}

/** Seals the swaps; folders go only when nothing lies in them any more. */
async function finishSwaps(
  site: EffectSite,
  {
    intent: { entries, folders },
    changes,
    effects,
  }: { readonly intent: Intent; readonly changes: readonly Change[]; readonly effects: Effects },
): Promise<void> {
  const late = entries.filter(leavesFolder);
  const files = late.length === 0 ? entries : entries.filter((entry) => !leavesFolder(entry));
  await settleSwaps(site, { entries: files, folders, names: namesUsed });
  await runFolders(site, changes, effects);
  if (late.length > 0) await settleSwaps(site, { entries: late, folders: [], names: namesUsed });
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
  const left = input.left ?? { entries: [], contents: [] };
  const draft = {
    record: "intent" as const,
    ...input.head,
    left: [...left.entries],
    at: new Date().toISOString(),
    entries,
    folders,
  };
  const states = input.changes.flatMap((change) => [stateOf(change.held), change.post]);
  const { commit, objects } = checkpointObjects({
    intent: draft,
    parent: input.parent,
    states,
    contents: left.contents,
  });
  return { intent: { ...draft, commit }, objects, changes };
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

const isNothing = ({ pre, post }: Entry): boolean =>
  pre.type === "absent" && post.type === "absent";

async function missingFolders(
  { workspace, ops }: EffectPlace,
  entries: readonly Entry[],
): Promise<string[]> {
  const missing = new Set<string>();
  // A folder that is an entry itself is made, and taken away, as one; one that is not there before nor after is none.
  const known = new Set(entries.filter((one) => !isNothing(one)).map((entry) => entry.path));
  for (const entry of entries.filter((one) => one.post.type !== "absent")) {
    const parts = entry.path.split("/").slice(0, -1);
    for (const index of parts.keys()) {
      const folder = parts.slice(0, index + 1).join("/");
      if (known.has(folder)) continue;
      known.add(folder);
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
