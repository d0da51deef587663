import { undoReasons } from "../../shared/undo-reasons.ts";
import type { HunkPlace } from "../../shared/checkpoint.ts";
import { AppError } from "../../shared/errors.ts";
import { fileDiff } from "./file-diffs.ts";
import type { State } from "./image.ts";
import { bytesOfLines, linesOf } from "./merge.ts";
import { spansOf } from "./operation-diffs.ts";
import { isChange, type Operation } from "./operations.ts";
import { sameContent, sameImage, type Entry, type Image, type Left } from "./records.ts";
import {
  actionFor,
  conflictReason,
  contentIn,
  entriesByPath,
  fileState,
  mergeInto,
  planPath,
  type PathPlan,
  type PlanReader,
  type StandingEntry,
} from "./reversal-plan.ts";

/** One part of the change that some operations made to a path. */
export interface HunkToPlan {
  readonly path: string;
  readonly hunk: HunkPlace;
  /** Of the call or turn, oldest first. */
  readonly operations: readonly Operation[];
  readonly current: State;
  readonly reader: PlanReader;
}

/**
 * Takes one hunk back: the changes of the path count from then on as if they had been made without it, so that the rest of them, and
 * the hunk itself, can still be taken back and brought again. Throws AppError("conflict") when the diff is not the one it was chosen in.
 */
export async function planHunk(wanted: HunkToPlan): Promise<PathPlan> {
  const { path, operations, current, reader } = wanted;
  const own = entriesByPath(operations, reader.operations).get(path) ?? [];
  const span = spansOf(operations, reader.operations).get(path);
  if (own.length === 0 || span === undefined) throw gone(path);
  const to = await withoutHunk(wanted, span);
  // Nothing else was changed: then it is the whole change.
  if (span.movedFrom === undefined && sameImage(to.image, span.from))
    return planPath(path, { current, entries: own, reader });
  const turned: Turn = {
    from: span.to,
    to,
    own: new Set(own.map((one) => one.id)),
    reader,
  };
  const chain = chainOf(path, own, reader);
  const left = await leftWithout(chain, turned);
  const newest = chain.at(-1)?.entry.post ?? span.to;
  const last = left?.at(-1)?.post;
  const result =
    last === undefined ? undefined : await resultFor(current, { from: newest, to: last, reader });
  const base = { path, held: null, reverses: [...turned.own] };
  if (last === undefined || left === undefined) {
    const conflict = undoReasons.changedLater;
    return { ...base, action: "none", old: current, conflict, result: null, blocked: true };
  }
  const records = leftRecords(path, chain, left);
  if (result === undefined) {
    const states = { from: { image: newest, content: null }, to: last, reader, isOwn: true };
    const old = await mergeStates(current, states);
    return {
      ...base,
      action: "restore",
      old: old ?? current,
      conflict: conflictReason(current, { post: newest }),
      result: null,
      left: records,
      blocked: old === undefined,
    };
  }
  const isExact = sameContent(current.image, newest);
  return {
    ...base,
    action: isExact || result === current ? actionFor(current, result) : "merge",
    old: result,
    conflict: null,
    result,
    left: records,
  };
}

/** The hunk taken out of a span, and by which operations' doing. */
interface Turn {
  readonly from: Image;
  readonly to: State;
  readonly own: ReadonlySet<string>;
  readonly reader: PlanReader;
}

interface Standing {
  readonly pre: State;
  readonly post: State;
}

const gone = (path: string): AppError =>
  new AppError(
    "conflict",
    `This part of ${JSON.stringify(path)} is not there any more: it was changed or undone since. Look at the change again.`,
  );

/** What the path would have become without the hunk; as it was before where nothing else is left. */
async function withoutHunk(
  { path, hunk, reader }: HunkToPlan,
  { from, to }: { readonly from: Image; readonly to: Image },
): Promise<State> {
  const [before, after] = [await reader.content(from), await reader.content(to)];
  const diff = fileDiff(path, { image: from, content: before }, { image: to, content: after });
  const known = diff.hunks.find(
    (one) =>
      one.oldStart === hunk.oldStart &&
      one.oldLines === hunk.oldLines &&
      one.newStart === hunk.newStart &&
      one.newLines === hunk.newLines,
  );
  if (known === undefined) throw gone(path);
  const [oldLines, newLines] = [before, after].map((content) => linesOf(content ?? Buffer.of()));
  if (oldLines === undefined || newLines === undefined) throw gone(path);
  const [oldAt, newAt] = [Math.max(0, hunk.oldStart - 1), Math.max(0, hunk.newStart - 1)];
  const content = bytesOfLines(
    newLines.toSpliced(newAt, hunk.newLines, ...oldLines.slice(oldAt, oldAt + hunk.oldLines)),
  );
  const isWhole = before === null || after === null || content.equals(before);
  if (isWhole && (from.type !== "file" || to.type !== "file" || from.mode === to.mode))
    return { image: from, content: before };
  return fileState(content, to.type === "file" ? to.mode : 0o644);
}

/** Every change of the path that stands, from the first of the named ones on, in the order in which they took effect. */
function chainOf(
  path: string,
  own: readonly StandingEntry[],
  { operations }: PlanReader,
): readonly StandingEntry[] {
  const changes = operations
    .all()
    .filter(({ intent, paths }) => isChange(intent) && paths?.has(path) === true);
  const all = (entriesByPath(changes, operations).get(path) ?? [])
    .filter(({ isIdle }) => !isIdle)
    .toReversed();
  return all.slice(all.findIndex(({ id }) => own.some((one) => one.id === id)));
}

/** What each change of the chain is without the hunk; undefined where a later one built on it. */
async function leftWithout(
  chain: readonly StandingEntry[],
  turned: Turn,
): Promise<readonly Standing[] | undefined> {
  const left: Standing[] = [];
  for (const [index, { id, entry }] of chain.entries()) {
    const isOwn = turned.own.has(id);
    const pre =
      index === 0
        ? { image: entry.pre, content: null }
        : await imageWithout(entry.pre, turned, isOwn);
    const post = await imageWithout(entry.post, turned, isOwn);
    if (pre === undefined || post === undefined) return undefined;
    left.push({ pre, post });
  }
  return left;
}

async function imageWithout(
  image: Image,
  { from, to, reader }: Turn,
  isOwn: boolean,
): Promise<State | undefined> {
  if (sameImage(image, from)) return to;
  const state = { image, content: null };
  if (image.type !== "file") return state;
  // Where the named changes built the hunk step by step, nothing of its lines is left in any of the steps.
  return from.type === "file" && to.image.type === "file"
    ? mergeStates(state, { from: { image: from, content: null }, to, reader, isOwn })
    : state;
}

interface StatesToMerge {
  readonly from: State;
  readonly to: State;
  readonly reader: PlanReader;
  readonly isOwn: boolean;
}

async function mergeStates(
  state: State,
  { from, to, reader, isOwn }: StatesToMerge,
): Promise<State | undefined> {
  const known: PlanReader = {
    ...reader,
    content: async (image) => (image === to.image ? contentIn(reader, to) : reader.content(image)),
  };
  const overlap = isOwn ? "target" : "none";
  return mergeInto(state, { from: from.image, to: to.image, reader: known, overlap });
}

async function resultFor(
  current: State,
  { from, to, reader }: { readonly from: Image; readonly to: State; readonly reader: PlanReader },
): Promise<State | undefined> {
  if (sameContent(current.image, from)) return withCurrentMode(to, current, from);
  if (sameContent(current.image, to.image)) return current;
  const states = { from: { image: from, content: null }, to, reader, isOwn: false };
  return mergeStates(current, states);
}

/** A mode that the person changed since stays. */
function withCurrentMode(to: State, { image }: State, from: Image): State {
  if (to.image.type !== "file" || image.type !== "file" || from.type !== "file") return to;
  return image.mode === from.mode ? to : { ...to, image: { ...to.image, mode: image.mode } };
}

function leftRecords(
  path: string,
  chain: readonly StandingEntry[],
  left: readonly Standing[],
): NonNullable<PathPlan["left"]> {
  const entries = chain.map(({ id, entry }, index): Left => {
    const { pre, post } = left[index] ?? { pre: { image: entry.pre }, post: { image: entry.post } };
    return { id, path, pre: pre.image, post: post.image, was: imagesOf(entry) };
  });
  const contents = left.flatMap(({ pre, post }) => [pre.content, post.content].filter(isBytes));
  return { entries, contents };
}

const imagesOf = ({ pre, post }: Pick<Entry, "pre" | "post">): Left["was"] => ({ pre, post });

const isBytes = (content: Buffer | null): content is Buffer => content !== null;

/**
 * What the changes that an undo (or redo) had cut are again when it is taken back: as they were before it, or with the same lines
 * put back where another part was taken since.
 */
export async function leftAfterReversal(
  operations: readonly Operation[],
  path: string,
  reader: PlanReader,
): Promise<NonNullable<PathPlan["left"]>> {
  const entries: Left[] = [];
  const contents: Buffer[] = [];
  const back = async (now: Image, from: Image, to: Image): Promise<Image> => {
    if (sameImage(now, from)) return to;
    const state = { image: now, content: null };
    const merged = await mergeInto(state, { from, to, reader, overlap: "target" });
    if (merged?.content !== undefined && merged.content !== null) contents.push(merged.content);
    return merged?.image ?? to;
  };
  for (const one of operations.flatMap(({ intent }) => intent.left)) {
    if (one.path !== path) continue;
    const now = reader.operations.leftOf(one) ?? one;
    entries.push({
      id: one.id,
      path,
      pre: await back(now.pre, one.pre, one.was.pre),
      post: await back(now.post, one.post, one.was.post),
      was: imagesOf(now),
    });
  }
  return { entries, contents };
}
