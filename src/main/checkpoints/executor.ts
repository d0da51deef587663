import { AppError } from "../../shared/errors.ts";
import { codeOf, isMissing, temporaryPrefix, withParent } from "../workspace/confine.ts";
import { checkpointObjects } from "./commit.ts";
import {
  discardChange,
  performChange,
  prepareChange,
  removeEmptyFolders,
  type Change,
  type EffectPlace,
} from "./effect.ts";
import { blobObject, type GitObject } from "./git-objects.ts";
import { holdEntry, holdPath, type Held } from "./image.ts";
import type { Journal } from "./journal.ts";
import { sameContent, type Done, type Entry, type Intent } from "./records.ts";
import { stateOf, type State } from "./reversal-plan.ts";

/** One path and what it is to become. */
export interface PlannedChange {
  readonly path: string;
  readonly held: Held;
  readonly post: State;
}

export interface OperationInput {
  readonly head: Pick<
    Intent,
    "id" | "kind" | "sessionId" | "turnId" | "callId" | "tool" | "reverses"
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
  const run = createRun(place, changes);
  let effects: Effects;
  try {
    await input.onDurable(intent);
    effects = await run(intent.kind === "write");
  } catch (error) {
    await putBack(place, { intent, changes });
    await journal.append(doneRecord(intent, [], []), [], false);
    throw explain(error);
  }
  if (effects.conflicts.length > 0 && intent.kind === "write")
    await putBack(place, { intent, changes });
  const effective = effects.conflicts.length > 0 && intent.kind === "write" ? [] : effects.done;
  const blobs = effects.lost.map(({ path, content }) => ({ path, object: blobObject(content) }));
  const done = doneRecord(
    intent,
    effective,
    blobs.map(({ path, object }) => ({ path, blob: object.id })),
  );
  await journal.append(
    done,
    blobs.map(({ object }) => object),
    blobs.length > 0,
  );
  return {
    intent,
    done,
    conflicts: effects.conflicts,
    notes: [
      ...notesFor(input.changes),
      ...done.rescued.map(
        ({ path }) =>
          `Somebody else wrote ${path} at the same moment. Their version is kept as a safety copy.`,
      ),
    ],
  };
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
  readonly lost: readonly { readonly path: string; readonly content: Buffer }[];
}

/** Contents to temporary names first, then the swaps, deletions last. */
function createRun(
  place: EffectPlace,
  changes: readonly Change[],
): (stopAtConflict: boolean) => Promise<Effects> {
  return async (stopAtConflict) => {
    for (let index = 0; index < changes.length; index += parallel) {
      await Promise.all(
        changes.slice(index, index + parallel).map((change) => prepareChange(place, change)),
      );
    }
    const ordered = changes.toSorted(
      (a, b) => Number(a.entry.post.type === "absent") - Number(b.entry.post.type === "absent"),
    );
    const effects = {
      done: [] as string[],
      conflicts: [] as string[],
      lost: [] as { path: string; content: Buffer }[],
    };
    for (const change of ordered) {
      const outcome = await performChange(place, change);
      for (const content of outcome.lost) effects.lost.push({ path: change.entry.path, content });
      effects[outcome.status === "done" ? "done" : "conflicts"].push(change.entry.path);
      if (stopAtConflict && outcome.status === "conflict") return effects;
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
  }: {
    readonly intent: Intent;
    readonly changes: readonly {
      readonly entry: Entry;
      readonly held: { readonly content: Buffer | null };
    }[];
  },
): Promise<void> {
  for (const { entry, held } of changes.toReversed()) {
    const now = await holdPath(place.workspace, entry.path, place.ops).catch(() => undefined);
    const change: Change | undefined = now && {
      entry: {
        ...entry,
        pre: entry.post,
        post: entry.pre,
        temporary: `${entry.temporary}r`,
        aside: `${entry.aside}r`,
      },
      content: held.content,
      held: now,
    };
    if (
      change !== undefined &&
      sameContent(change.held.image, entry.post) &&
      !sameContent(entry.pre, entry.post)
    ) {
      await prepareChange(place, change);
      await performChange(place, change);
    }
    await now?.release();
    await discardChange(place, { entry, content: null, held: change?.held ?? emptyHeld });
    await restoreAside(place, entry);
  }
  await removeEmptyFolders(place, intent.folders);
}

const emptyHeld: Held = {
  image: { type: "absent" },
  content: null,
  stats: null,
  handle: null,
  release: async () => {},
};

/**
 * A crash between the two halves of a swap leaves the old file under its aside name and nothing at the path: it goes home. Answers
 * its bytes when they are not the pre-image and the path is taken: somebody else's, to be kept as a safety copy.
 */
export async function restoreAside(place: EffectPlace, entry: Entry): Promise<Buffer | null> {
  try {
    return await withParent(place.workspace, entry.path, async (parent) => {
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
      await place.ops.unlink(aside);
      return taken && !sameContent(held.image, entry.pre) ? held.content : null;
    });
  } catch (error) {
    if (isMissing(error)) return null;
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

function doneRecord(intent: Intent, paths: readonly string[], rescued: Done["rescued"]): Done {
  return { record: "done", id: intent.id, paths: [...paths], rescued, recovered: false };
}

function notesFor(changes: readonly PlannedChange[]): string[] {
  return changes.flatMap(({ path, held, post }) =>
    held.stats !== null &&
    held.image.type === "file" &&
    held.stats.nlink > 1n &&
    post.image.type === "file"
      ? [`${path} had ${held.stats.nlink} names (hard links). Only this name has the new content.`]
      : [],
  );
}

/** Failures of the disk as a person can act on them. */
function explain(error: unknown): unknown {
  const reasons: Readonly<Record<string, string>> = {
    ENOSPC: "The disk is full. Free some space, then retry.",
    EDQUOT: "The disk quota is used up. Free some space, then retry.",
    EACCES: "The folder cannot be written to. Check its permissions.",
    EPERM: "The system does not allow it. Check the file's permissions and flags.",
    EROFS: "The file system is read-only.",
    EMFILE: "Too many files are open. Close some programs, then retry.",
    ENFILE: "Too many files are open. Close some programs, then retry.",
    EIO: "The disk reported an error. Check it before going on.",
    ENAMETOOLONG: "The name is too long for this file system.",
    ENOTDIR: "A part of the path is a file, not a folder.",
    EISDIR: "There is a folder at that path.",
  };
  const reason = reasons[codeOf(error) ?? ""];
  return reason === undefined
    ? error
    : new AppError("unavailable", `Nothing was changed. ${reason}`, { cause: error });
}
