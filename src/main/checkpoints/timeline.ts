import type { TimelineChange, TimelineEntry, TimelinePoint } from "../../shared/timeline.ts";
import { AppError } from "../../shared/errors.ts";
import { isChange, type Operation, type Operations } from "./operations.ts";
import type { PlacedOutside } from "./window-log.ts";
import { absent, blobOf, type Entry, type Image, type Outside } from "./records.ts";

/** Paths that one entry names; it counts all. */
const longestList = 100;

type Step =
  | { readonly kind: "operation"; readonly operation: Operation }
  | { readonly kind: "outside"; readonly outside: Outside };

/** Everything that changed the workspace and is over, oldest first: the person's changes where they were found. */
function stepsOf(index: Operations): readonly Step[] {
  const steps: Step[] = [];
  const outside = [...index.windows.outside()];
  const addOutside = (position: number): void => {
    while (isUpTo(outside[0], position)) {
      const next = outside.shift();
      if (next !== undefined) steps.push({ kind: "outside", outside: next.outside });
    }
  };
  for (const [position, operation] of index.all().entries()) {
    addOutside(position);
    if (operation.paths !== null) steps.push({ kind: "operation", operation });
  }
  addOutside(Infinity);
  return steps;
}

const isUpTo = (one: PlacedOutside | undefined, position: number): boolean =>
  one !== undefined && one.position <= position;

const idOf = (step: Step): string =>
  step.kind === "operation" ? step.operation.intent.id : step.outside.id;

type Change = Pick<Entry, "path" | "pre" | "post">;

/** What a step really changed. */
function changesOf(step: Step): readonly Change[] {
  if (step.kind === "outside") return step.outside.entries;
  const { intent, paths } = step.operation;
  return intent.entries.filter((entry) => paths?.has(entry.path) === true);
}

/** Whether a step changed anything, without looking into an operation for it. */
const isChanging = (step: Step): boolean =>
  step.kind === "outside" ? step.outside.entries.length > 0 : (step.operation.paths?.size ?? 0) > 0;

/** Newest first, older than the entry `before`; without the prompts, which conversations know. AppError("not-found") for an unknown `before`. */
export function listTimeline(
  index: Operations,
  { before, limit }: { readonly before?: string; readonly limit: number },
): readonly TimelineEntry[] {
  const steps = stepsOf(index).filter(isChanging);
  const end = before === undefined ? steps.length : positionOf(steps, before);
  return steps
    .slice(Math.max(0, end - limit), end)
    .toReversed()
    .map((step) => entryOf(step, index));
}

function positionOf(steps: readonly Step[], id: string): number {
  const position = steps.findIndex((step) => idOf(step) === id);
  if (position === -1)
    throw new AppError("not-found", `There is no point ${JSON.stringify(id)} in this history.`);
  return position;
}

function entryOf(step: Step, index: Operations): TimelineEntry {
  const changes = changesOf(step).flatMap(changeOf);
  const count = (kind: TimelineChange["kind"]): number =>
    changes.filter((change) => change.kind === kind).length;
  return {
    ...factsOf(step, index),
    why: null,
    changes: changes.slice(0, longestList),
    counts: {
      created: count("created"),
      modified: count("modified"),
      deleted: count("deleted"),
    },
  };
}

function factsOf(step: Step, index: Operations): Omit<TimelineEntry, "why" | "changes" | "counts"> {
  if (step.kind === "outside") {
    const { id, at } = step.outside;
    const nobody = { sessionId: null, turnId: null, callId: null };
    return { id, kind: "outside", who: "you", at, ...nobody, what: "", undone: "none" };
  }
  const { id, kind, at, sessionId, turnId, callId, tool, command } = step.operation.intent;
  return {
    id,
    kind,
    who: isChange({ kind }) ? "agent" : "undo",
    at,
    sessionId,
    turnId,
    callId,
    what: command?.line ?? tool,
    undone: undoneOf(step.operation, index),
  };
}

function undoneOf(operation: Operation, index: Operations): TimelineEntry["undone"] {
  const stands = index.standing(operation);
  if (stands.length === 0) return "all";
  const { id } = operation.intent;
  const isCut = stands.some(({ path }) => index.leftOf({ id, path }) !== undefined);
  return isCut || stands.length < (operation.paths?.size ?? 0) ? "some" : "none";
}

/** Folders are not counted: what is in them is. */
function changeOf({ path, pre, post }: Change): TimelineChange[] {
  const [was, is] = [blobOf(pre) !== null, blobOf(post) !== null];
  if (!was && !is) return [];
  return [{ path, kind: was && is ? "modified" : is ? "created" : "deleted" }];
}

/**
 * What was at paths at a point, as far as it was changed since: every other path is as it is now. Folders that were made since are
 * absent. AppError("not-found") for an unknown point.
 */
export function imagesAt(
  index: Operations,
  { id, side }: TimelinePoint,
): ReadonlyMap<string, Image> {
  const steps = stepsOf(index);
  const from = positionOf(steps, id) + (side === "after" ? 1 : 0);
  const images = new Map<string, Image>();
  for (const step of steps.slice(from)) {
    for (const { path, pre } of changesOf(step)) if (!images.has(path)) images.set(path, pre);
    if (step.kind === "operation")
      for (const folder of step.operation.intent.folders)
        if (!images.has(folder)) images.set(folder, absent);
  }
  return images;
}
