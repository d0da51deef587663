import { undoReasons } from "../../shared/undo-reasons.ts";
import type { ConflictChoice, UndoAction, UndoPlanRow } from "../../shared/checkpoint.ts";
import type { SteeringKind } from "../../shared/trust.ts";
import { blobId } from "../workspace/blob-id.ts";
import { countLines } from "./file-diffs.ts";
import { newFileMode, type State } from "./image.ts";
import { mergeContent } from "./merge.ts";
import type { Operation, Operations } from "./operations.ts";
import { absent, sameContent, sameImage, type Entry, type Image, type Left } from "./records.ts";

/** One path of a plan: what taking the operations back would make of what is there now. */
export interface PathPlan {
  readonly path: string;
  readonly action: UndoAction;
  /** Why it cannot simply be put back; null when it can. */
  readonly conflict: string | null;
  /** Why it may be somebody else's change, and stays unless it is chosen; null when it is not. */
  readonly held: string | null;
  /** It runs code or steers the agent, and stays unless it is chosen; missing when it does not, or may be taken back. */
  readonly steers?: SteeringKind;
  /** Where it is put back or merged; null on a conflict. */
  readonly result: State | null;
  /** The old version, for a person who wants it whatever happened since. */
  readonly old: State;
  /** The operations that are taken back at this path, or a part of them: see `left`. */
  readonly reverses: readonly string[];
  /** What then stands of operations that are taken back in part, with contents that may be new. */
  readonly left?: { readonly entries: readonly Left[]; readonly contents: readonly Buffer[] };
  /** Something stands there that Belay never replaces, such as a pipe: no choice changes that. */
  readonly blocked?: boolean;
}

export interface PlanReader {
  readonly operations: Operations;
  /** From the journal; null for what has no bytes. */
  content(image: Image): Promise<Buffer | null>;
  /** Whether the journal has the bytes of an image, or it has none. */
  keeps(image: Image): Promise<boolean>;
}

/** The bytes of a state: its own, or the journal's. */
export const contentIn = async (reader: PlanReader, { image, content }: State) =>
  content ?? reader.content(image);

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
      const reference = { id: operation.intent.id, path: entry.path };
      const since = index.effectiveSince(reference);
      list.push({ id: reference.id, entry, isIdle: index.isIdle(reference), since });
      byPath.set(entry.path, list);
    }
  }
  for (const list of byPath.values()) list.sort((a, b) => b.since - a.since);
  return byPath;
}

export interface PathToPlan {
  readonly current: State;
  readonly entries: readonly StandingEntry[];
  readonly reader: PlanReader;
}

/** Takes the entries back one after the other, from what is there now; merges where somebody else changed other lines. */
export async function planPath(
  path: string,
  { current, entries, reader }: PathToPlan,
): Promise<PathPlan> {
  const effective = entries.filter(({ isIdle }) => !isIdle);
  const oldest = effective.at(-1)?.entry;
  const old = oldest === undefined ? current : { image: oldest.pre, content: null };
  const reverses = entries.map((one) => one.id);
  const base = { path, old, reverses, held: null, conflict: null };
  let state = current;
  let merged = false;
  for (const { entry } of effective) {
    const next = await stepBack(state, entry, reader);
    if (next === undefined) {
      if (sameContent(current.image, old.image))
        return { ...base, action: "none", result: current };
      return {
        ...base,
        action: actionFor(current, old),
        conflict: conflictReason(current, entry),
        result: null,
      };
    }
    state = next.state;
    merged ||= next.merged;
  }
  const action =
    merged && !sameImage(state.image, current.image) ? "merge" : actionFor(current, state);
  return { ...base, action, result: state };
}

async function stepBack(
  state: State,
  entry: Entry,
  reader: PlanReader,
): Promise<{ readonly state: State; readonly merged: boolean } | undefined> {
  if (sameContent(state.image, entry.post)) {
    const image = withMode(entry.pre, state.image, entry.post);
    return { state: { image, content: null }, merged: false };
  }
  // Taken back already, by the person or because two operations made the same change.
  if (sameContent(state.image, entry.pre)) return { state, merged: false };
  const merged = await mergeInto(state, { from: entry.post, to: entry.pre, reader });
  return merged === undefined ? undefined : { state: merged, merged: true };
}

export interface ChangeToMerge {
  readonly from: Image;
  readonly to: Image;
  readonly reader: PlanReader;
  readonly overlap?: "none" | "target";
}

/** What becomes of a file when the change from one image to another is made to it; undefined where they overlap or are no texts. */
export async function mergeInto(
  state: State,
  { from, to, reader, overlap = "none" }: ChangeToMerge,
): Promise<State | undefined> {
  if (state.image.type !== "file" || from.type !== "file" || to.type !== "file") return undefined;
  const [base, target, current] = await Promise.all([
    reader.content(from),
    reader.content(to),
    contentIn(reader, state),
  ]);
  if (base === null || target === null || current === null) return undefined;
  const content = mergeContent({ base, current, target, overlap });
  return content === undefined ? undefined : fileState(content, state.image.mode);
}

/** A file of these bytes. */
export const fileState = (content: Buffer, mode: number): State => ({
  image: { type: "file", blob: blobId(content), mode, size: content.length },
  content,
});

/** The old mode, unless the person changed the mode since: then theirs. */
function withMode(target: Image, current: Image, expected: Image): Image {
  if (target.type !== "file" && target.type !== "folder") return target;
  if (current.type !== target.type || expected.type !== target.type) return target;
  return current.mode === expected.mode ? target : { ...target, mode: current.mode };
}

export function actionFor(from: State, to: State): UndoAction {
  if (sameImage(from.image, to.image)) return "none";
  if (to.image.type === "absent") return "delete";
  return from.image.type === "absent" ? "create" : "restore";
}

export function conflictReason(current: State, entry: Pick<Entry, "post">): string {
  if (current.image.type === "absent") return undoReasons.deleted;
  if (current.image.type === "folder") return undoReasons.folderInPlace;
  if (entry.post.type === "folder") return undoReasons.fileInPlace;
  if (entry.post.type === "absent") return undoReasons.made;
  return undoReasons.changed;
}

/** The plan of a path that cannot even be read now, for this reason. */
export function blockedPlan(path: string, reason: string, reverses: readonly string[]): PathPlan {
  const old = { image: absent, content: null };
  return {
    path,
    action: "none",
    conflict: reason,
    held: null,
    result: null,
    old,
    reverses,
    blocked: true,
  };
}

/** A choice for one path, or "leave": the person said of this very path that it stays, also where nothing stands in the way. */
export type PathChoice = ConflictChoice | "leave";

/** What a choice makes of a planned path; null = leave it as it is. */
export function chosenState(plan: PathPlan, choice: PathChoice): State | null {
  if (plan.blocked === true || choice === "leave") return null;
  if (typeof choice === "object") return editedState(plan, choice.edit);
  // A held change, or one of what steers, is taken back like any other once the person says so: with what was changed since merged.
  if (plan.held !== null || plan.steers !== undefined) {
    if (choice !== "overwrite") return null;
    return plan.result ?? plan.old;
  }
  if (choice === "overwrite") return plan.old;
  if (plan.conflict !== null) return null;
  return plan.action === "merge" && choice === "keep" ? null : plan.result;
}

/** The text that the person wrote into the merge, with the mode that the undo would have given. */
function editedState({ result, old }: PathPlan, text: string): State {
  const known = [result?.image, old.image].find((image) => image?.type === "file");
  return fileState(Buffer.from(text, "utf8"), known?.type === "file" ? known.mode : newFileMode);
}

/** Stands for what a plan was made of: what is there, what it becomes, and which operations it takes back. */
export function fingerprintOf({ result, old, reverses }: PathPlan, current: State): string {
  const made = [current.image, result?.image ?? null, old.image, reverses];
  return blobId(Buffer.from(JSON.stringify(made)));
}

/** What putting the chosen state there does, as a person is told. */
export function chosenAction(plan: PathPlan, current: State, chosen: State): UndoAction {
  return chosen === plan.result ? plan.action : actionFor(current, chosen);
}

/** The plan's row for a person. */
export async function rowOf(
  plan: PathPlan,
  current: State,
  reader: PlanReader,
): Promise<UndoPlanRow> {
  const counted = countLines(
    await contentIn(reader, current),
    await contentIn(reader, plan.result ?? plan.old),
  );
  return {
    path: plan.path,
    action: plan.action,
    fingerprint: fingerprintOf(plan, current),
    mergeable: plan.action === "merge",
    ...counted,
    ...(plan.conflict === null ? {} : { conflict: plan.conflict }),
    ...(plan.held === null ? {} : { held: plan.held }),
    ...(plan.steers === undefined ? {} : { steers: plan.steers }),
  };
}
