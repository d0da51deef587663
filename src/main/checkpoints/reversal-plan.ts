import type { ConflictChoice, UndoAction, UndoPlanRow } from "../../shared/checkpoint.ts";
import { blobId } from "../workspace/blob-id.ts";
import { countLines } from "./file-diffs.ts";
import { newFileMode, type State } from "./image.ts";
import { mergeContent } from "./merge.ts";
import type { Operation, Operations } from "./operations.ts";
import { absent, sameContent, sameImage, type Entry, type Image } from "./records.ts";

/** One path of a plan: what taking the operations back would make of what is there now. */
export interface PathPlan {
  readonly path: string;
  readonly action: UndoAction;
  /** Why it cannot simply be put back; null when it can. */
  readonly conflict: string | null;
  /** Where it is put back or merged; null on a conflict. */
  readonly result: State | null;
  /** The old version, for a person who wants it whatever happened since. */
  readonly old: State;
  readonly reverses: readonly string[];
  /** Something stands there that Belay never replaces, such as a folder: no choice changes that. */
  readonly blocked?: boolean;
}

export interface PlanReader {
  readonly operations: Operations;
  content(image: Image): Promise<Buffer | null>;
}

/** What an operation did to a path, as far as it stands. Idle: a redo brought it back where that changed nothing. */
export interface StandingEntry {
  readonly id: string;
  readonly entry: Entry;
  readonly isIdle: boolean;
}

/**
 * The standing entries of these operations by path, in the order in which they are taken back: what took effect last comes first,
 * and an older change that a redo brought back took effect with the redo.
 */
export function entriesByPath(
  operations: readonly Operation[],
  index: Operations,
): Map<string, StandingEntry[]> {
  const byPath = new Map<string, (StandingEntry & { readonly since: number })[]>();
  for (const operation of operations.toReversed()) {
    for (const entry of index.standing(operation)) {
      const list = byPath.get(entry.path) ?? [];
      const since = index.effectiveSince(operation, entry.path);
      const isIdle = index.isIdle(operation, entry.path);
      list.push({ id: operation.intent.id, entry, isIdle, since });
      byPath.set(entry.path, list);
    }
  }
  for (const list of byPath.values()) list.sort((a, b) => b.since - a.since);
  return byPath;
}

/** Takes the entries back one after the other, from what is there now; merges where somebody else changed other lines. */
export async function planPath(
  path: string,
  {
    current,
    entries,
    reader,
  }: {
    readonly current: State;
    readonly entries: readonly StandingEntry[];
    readonly reader: PlanReader;
  },
): Promise<PathPlan> {
  const effective = entries.filter(({ isIdle }) => !isIdle);
  const oldImage = effective.at(-1)?.entry.pre ?? current.image;
  const old: State =
    effective.length === 0 ? current : { image: oldImage, content: await reader.content(oldImage) };
  const reverses = entries.map((one) => one.id);
  let state = current;
  let merged = false;
  for (const { entry } of effective) {
    const next = await stepBack(state, entry, reader);
    if (next === undefined) {
      if (sameContent(current.image, oldImage))
        return { path, action: "none", conflict: null, result: current, old, reverses };
      return {
        path,
        action: actionFor(current, old),
        conflict: conflictReason(current, entry),
        result: null,
        old,
        reverses,
      };
    }
    state = next.state;
    merged ||= next.merged;
  }
  const action =
    merged && !sameImage(state.image, current.image) ? "merge" : actionFor(current, state);
  return { path, action, conflict: null, result: state, old, reverses };
}

async function stepBack(
  state: State,
  entry: Entry,
  reader: PlanReader,
): Promise<{ readonly state: State; readonly merged: boolean } | undefined> {
  if (sameContent(state.image, entry.post)) {
    return {
      state: {
        image: withMode(entry.pre, state.image, entry.post),
        content: await reader.content(entry.pre),
      },
      merged: false,
    };
  }
  // Taken back already, by the person or because two operations made the same change.
  if (sameContent(state.image, entry.pre)) return { state, merged: false };
  if (
    state.image.type !== "file" ||
    entry.post.type !== "file" ||
    entry.pre.type !== "file" ||
    state.content === null
  )
    return undefined;
  const [base, target] = [await reader.content(entry.post), await reader.content(entry.pre)];
  const content =
    base === null || target === null ? undefined : mergeContent(base, state.content, target);
  if (content === undefined) return undefined;
  return {
    state: { image: { ...state.image, blob: blobId(content), size: content.length }, content },
    merged: true,
  };
}

/** The old mode, unless the person changed the mode since: then theirs. */
function withMode(target: Image, current: Image, expected: Image): Image {
  if (target.type !== "file" || current.type !== "file" || expected.type !== "file") return target;
  return current.mode === expected.mode ? target : { ...target, mode: current.mode };
}

function actionFor(from: State, to: State): UndoAction {
  if (sameImage(from.image, to.image)) return "none";
  if (to.image.type === "absent") return "delete";
  return from.image.type === "absent" ? "create" : "restore";
}

function conflictReason(current: State, entry: Entry): string {
  if (current.image.type === "absent") return "it was deleted since";
  if (entry.post.type === "absent") return "a file of that name was made since";
  return "it was changed since in the same place";
}

/** The plan of a path that cannot even be read now, for this reason. */
export function blockedPlan(path: string, reason: string, reverses: readonly string[]): PathPlan {
  const old = { image: absent, content: null };
  return { path, action: "none", conflict: reason, result: null, old, reverses, blocked: true };
}

/** What a choice makes of a planned path; null = leave it as it is. */
export function chosenState(plan: PathPlan, choice: ConflictChoice): State | null {
  if (plan.blocked === true) return null;
  if (typeof choice === "object") return editedState(plan, choice.edit);
  if (choice === "overwrite") return plan.old;
  if (plan.conflict !== null) return null;
  return plan.action === "merge" && choice === "keep" ? null : plan.result;
}

/** The text that the person wrote into the merge, with the mode that the undo would have given. */
function editedState({ result, old }: PathPlan, text: string): State {
  const content = Buffer.from(text, "utf8");
  const known = [result?.image, old.image].find((image) => image?.type === "file");
  const mode = known?.type === "file" ? known.mode : newFileMode;
  return { image: { type: "file", blob: blobId(content), mode, size: content.length }, content };
}

/** Stands for what a plan was made of: what is there, what it becomes, and which operations it takes back. */
export function fingerprintOf(plan: PathPlan, current: State): string {
  const made = [current.image, plan.result?.image ?? null, plan.old.image, plan.reverses];
  return blobId(Buffer.from(JSON.stringify(made)));
}

/** What putting the chosen state there does, as a person is told. */
export function chosenAction(plan: PathPlan, current: State, chosen: State): UndoAction {
  return chosen === plan.result ? plan.action : actionFor(current, chosen);
}

/** The plan's row for a person. */
export function rowOf(plan: PathPlan, current: State): UndoPlanRow {
  const counted = countLines(current.content, (plan.result ?? plan.old).content);
  return {
    path: plan.path,
    action: plan.action,
    fingerprint: fingerprintOf(plan, current),
    mergeable: plan.action === "merge",
    ...counted,
    ...(plan.conflict === null ? {} : { conflict: plan.conflict }),
  };
}
