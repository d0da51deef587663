import type { HunkPlace } from "../../shared/checkpoint.ts";
import { AppError } from "../../shared/errors.ts";
import { codeOf } from "../workspace/confine.ts";
import type { EffectPlace } from "./effect.ts";
import { folderNames } from "./folder-names.ts";
import { heldReasons } from "./held-reasons.ts";
import { planHunk } from "./hunk-plan.ts";
import { holdPath, nothing, stateOf, type Held } from "./image.ts";
import { inParallel } from "./in-parallel.ts";
import type { Operation } from "./operations.ts";
import { steeringOf } from "./steering-plan.ts";
import {
  blockedPlan,
  chosenState,
  entriesByPath,
  planPath,
  type PathChoice,
  type PathPlan,
  type PlanReader,
  type StandingEntry,
} from "./reversal-plan.ts";

/** What an undo is about: the operations, as if they were about the wanted paths only, or one part of what they did to a path. */
export interface Selection {
  readonly operations: readonly Operation[];
  readonly part?: { readonly path: string; readonly hunk: HunkPlace };
  /** It takes an undo back. */
  readonly isRedo?: boolean;
}

export interface PlanParts {
  readonly place: EffectPlace;
  readonly reader: PlanReader;
  /** AppError("conflict") when the workspace's own folder is something else now. */
  readonly assertFolder: () => void;
}

/** One path with its plan. What is there is not held open: it is looked at again when it is changed. */
export interface PlannedPath {
  readonly plan: PathPlan;
  readonly held: Held;
  /** A file stands where its folder was: it can come back only with the folder. */
  readonly lacksFolder: boolean;
  /** Where a folder stands in a file's place: the plan if that folder were gone. */
  readonly ifGone?: PathPlan;
}

/** How many files are open and in memory at once. */
const parallel = 8;

/** The plans of all paths, or of one. */
export async function planPaths(
  parts: PlanParts,
  { operations, part, isRedo = false }: Selection,
  only?: string,
): Promise<readonly PlannedPath[]> {
  const { reader } = parts;
  parts.assertFolder();
  const held = heldReasons(operations, reader.operations);
  const all = [...entriesByPath(operations, reader.operations)].filter(
    ([path]) => (only ?? path) === path && (part?.path ?? path) === path,
  );
  return inParallel(all, parallel, ([path, entries]) => {
    const plan = (now: Held): Promise<PathPlan> =>
      part === undefined
        ? planPath(path, { current: stateOf(now), entries, reader })
        : planHunk({ ...part, operations, current: stateOf(now), reader });
    return planOne(parts, { path, entries, plan, reason: held.get(path) ?? null, isRedo });
  });
}

interface ToPlan {
  readonly path: string;
  readonly entries: readonly StandingEntry[];
  readonly plan: (now: Held) => Promise<PathPlan>;
  readonly reason: string | null;
  readonly isRedo: boolean;
}

async function planOne(
  { place, reader }: PlanParts,
  { path, entries, plan, reason, isRedo }: ToPlan,
): Promise<PlannedPath> {
  let held: Held;
  let lacksFolder = false;
  try {
    held = await holdPath(place.workspace, path, { ops: place.ops, folders: true });
  } catch (error) {
    if (!(error instanceof AppError) || error.code === "internal") throw error;
    lacksFolder = error.code === "conflict" && codeOf(error.cause) === "ENOTDIR";
    const ids = entries.map((one) => one.id);
    if (!lacksFolder)
      return { held: nothing, lacksFolder, plan: blockedPlan(path, error.message, ids) };
    held = nothing;
  }
  try {
    const made = await plan(held);
    const isDone = made.action === "none" && made.conflict === null;
    const isInPlace = held.image.type === "folder" && made.conflict !== null && reason === null;
    const steers = await steeringOf(made, {
      current: stateOf(held),
      entries,
      reader,
      isRedo,
    });
    return {
      ...(isInPlace ? { ifGone: await plan(nothing) } : {}),
      plan: {
        ...made,
        ...(reason === null || isDone ? {} : { held: reason }),
        ...(steers === null ? {} : { steers }),
      },
      held: await letGo(held, reader),
      lacksFolder,
    };
  } finally {
    await held.release();
  }
}

/** Without its descriptor, and without bytes that the journal has. */
const letGo = async (held: Held, reader: PlanReader): Promise<Held> => ({
  ...held,
  content: (await reader.keeps(held.image)) ? null : held.content,
  handle: null,
  release: async () => {},
});

/**
 * Takes out of a plan what cannot be done together with the rest, as the choices stand: a folder that would not be empty, a file
 * whose folder does not come back.
 */
export async function refuseImpossible(
  { place }: PlanParts,
  plans: readonly PlannedPath[],
  choiceFor: (plan: PathPlan) => PathChoice,
): Promise<readonly PlannedPath[]> {
  const known = new Map(plans.map((one) => [one.plan.path, one]));
  const becomes = (path: string) => {
    const one = known.get(path);
    return one === undefined ? undefined : (chosenState(one.plan, choiceFor(one.plan)) ?? one.held);
  };
  const block = (path: string, reason: string): void => {
    const one = known.get(path);
    if (one !== undefined) known.set(path, blockedPath(one, reason));
  };
  const coming = namesComing(
    plans.filter(({ plan, held }) => {
      const isThere = held.image.type !== "absent";
      return !isThere && becomes(plan.path)?.image.type !== "absent";
    }),
  );
  const innermost = plans.toSorted((a, b) => depth(b.plan.path) - depth(a.plan.path));
  for (const { plan, held } of innermost) {
    const { path } = plan;
    if (held.image.type !== "folder" || becomes(path)?.image.type === "folder") continue;
    const inside = (await folderNames(place, path)) ?? [];
    const staying = inside.filter((name) => becomes(`${path}/${name}`)?.image.type !== "absent");
    const filling = new Set([...staying, ...(coming.get(path) ?? [])]);
    if (filling.size > 0) block(path, notEmpty([...filling]));
  }
  for (const { plan, lacksFolder } of innermost.toReversed()) {
    if (!lacksFolder || becomes(plan.path)?.image.type === "absent") continue;
    const parents = parentsOf(plan.path).map(becomes);
    const comes = parents.some((parent) => parent?.image.type === "folder");
    if (!comes) block(plan.path, "a file stands in its folder's place now");
  }
  return plans.map((one) => known.get(one.plan.path) ?? one);
}

/** What is not there yet and comes into each folder, or into one below it: a text that the person wrote for a file that was gone. */
function namesComing(plans: readonly PlannedPath[]): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const { plan } of plans)
    for (const folder of parentsOf(plan.path)) {
      const [name = ""] = plan.path.slice(folder.length + 1).split("/");
      const list = names.get(folder);
      if (list === undefined) names.set(folder, [name]);
      else list.push(name);
    }
  return names;
}

/** The same path as one that no choice changes. */
export const blockedPath = (one: PlannedPath, conflict: string): PlannedPath => ({
  ...one,
  plan: { ...one.plan, conflict, blocked: true },
});

const depth = (path: string): number => path.split("/").length;

const notEmpty = (names: readonly string[]): string =>
  `the folder is not empty: ${names.slice(0, 3).join(", ")}${names.length > 3 ? ` and ${names.length - 3} more` : ""}`;

/** The folders on the way to a path, outermost first. */
function parentsOf(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

/** Two names of one file: the volume folds the case of letters or the form of accents. */
export function foldedTogether(plans: readonly PlannedPath[]): ReadonlySet<string> {
  const byName = Map.groupBy(plans, ({ plan }) => foldedName(plan.path));
  const alike = [...byName.values()].filter((group) => {
    const inodes = group.map(({ held }) => held.stats && `${held.stats.dev}:${held.stats.ino}`);
    return group.length > 1 && inodes[0] !== null && new Set(inodes).size < inodes.length;
  });
  return new Set(alike.flatMap((group) => group.map(({ plan }) => plan.path)));
}

/** Names that such a volume takes for one have this in common. */
export const foldedName = (path: string): string => path.normalize("NFC").toLowerCase();
