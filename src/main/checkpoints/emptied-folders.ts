import { AppError } from "../../shared/errors.ts";
import { isMissing } from "../workspace/confine.ts";
import type { EffectPlace, PlannedChange } from "./effect.ts";
import { folderNames } from "./folder-names.ts";
import { holdPath, stateOf, type Held, type State } from "./image.ts";
import type { PlannedPath } from "./plan-paths.ts";
import { absent } from "./records.ts";
import { actionFor, chosenState, type PathChoice, type PathPlan } from "./reversal-plan.ts";

/**
 * Of folders that operations had made, those in which nothing is left after these changes, but for those that are kept. Their going is a change like the others:
 * so it is brought back, with the folder's mode, when the undo is taken back.
 */
export async function emptiedFolders(
  place: EffectPlace,
  folders: Iterable<string>,
  {
    changes,
    kept,
  }: { readonly changes: readonly PlannedChange[]; readonly kept: Iterable<string> },
): Promise<PlannedChange[]> {
  const known = new Set([...changes.map(({ path }) => path), ...kept]);
  const going = new Set(
    changes.filter(({ post }) => post.image.type === "absent").map(({ path }) => path),
  );
  const emptied: PlannedChange[] = [];
  if (going.size === 0) return emptied;
  const innermost = [...new Set(folders)].toSorted((a, b) => depth(b) - depth(a));
  for (const path of innermost) {
    if (known.has(path)) continue;
    const held = await holdFolder(place, path);
    if (held === undefined) continue;
    const inside = await folderNames(place, path);
    if (inside === undefined || inside.some((name) => !going.has(`${path}/${name}`))) continue;
    going.add(path);
    emptied.push({ path, held, post: gone });
  }
  return emptied;
}

interface Emptying {
  /** Folders that the operations had made. */
  readonly folders: ReadonlySet<string>;
  readonly choiceFor: (plan: PathPlan) => PathChoice;
}

const gone: State = { image: absent, content: null };

/**
 * Before these operations the folders that they made were not there: one that would come back, or get its old mode back, with nothing
 * in it goes instead. One that stands, emptied, in the place of a file that the same operations took away makes room for it.
 */
export async function withoutEmptyFolders(
  place: EffectPlace,
  plans: readonly PlannedPath[],
  { folders, choiceFor }: Emptying,
): Promise<readonly PlannedPath[]> {
  const known = new Map(plans.map((one) => [one.plan.path, one]));
  const chosen = ({ plan }: PlannedPath): State | null => chosenState(plan, choiceFor(plan));
  const isFilled = (folder: string): boolean =>
    [...known.values()].some(
      (one) =>
        one.plan.path.startsWith(`${folder}/`) && (chosen(one) ?? one.held).image.type !== "absent",
    );
  const goes = async (path: string): Promise<boolean> => {
    const one = known.get(path);
    if (one !== undefined) return (chosen(one) ?? one.held).image.type === "absent";
    return folders.has(path) && isEmptied(path);
  };
  const isEmptied = async (folder: string): Promise<boolean> => {
    for (const name of (await namesIn(place, folder)) ?? [""])
      if (!(await goes(`${folder}/${name}`))) return false;
    return true;
  };
  const made = plans.filter((one) => folders.has(one.plan.path));
  for (const one of made.toSorted((a, b) => depth(b.plan.path) - depth(a.plan.path))) {
    const { plan, held, ifGone } = one;
    if (ifGone?.conflict === null && plan.blocked !== true && chosen(one) === null) {
      if (!isFilled(plan.path) && (await isEmptied(plan.path)))
        known.set(plan.path, inPlaceOf(one, ifGone));
      continue;
    }
    if (chosen(one)?.image.type !== "folder" || isFilled(plan.path)) continue;
    if (held.image.type === "folder" && !(await isEmptied(plan.path))) continue;
    const action = actionFor(stateOf(held), gone);
    known.set(plan.path, { ...one, plan: { ...plan, action, result: gone, old: gone } });
  }
  return plans.map((one) => known.get(one.plan.path) ?? one);
}

/** The folder that stands there makes room for what was there before it. */
const inPlaceOf = (one: PlannedPath, plan: PathPlan): PlannedPath => ({
  ...one,
  plan: { ...plan, action: actionFor(stateOf(one.held), plan.result ?? plan.old) },
});

/** Undefined where no folder stands. */
async function namesIn(place: EffectPlace, path: string): Promise<readonly string[] | undefined> {
  if ((await holdFolder(place, path)) === undefined) return undefined;
  return folderNames(place, path);
}

const depth = (path: string): number => path.split("/").length;

/** Undefined where no folder stands any more. */
async function holdFolder(place: EffectPlace, path: string): Promise<Held | undefined> {
  try {
    const held = await holdPath(place.workspace, path, { ops: place.ops, folders: true });
    if (held.image.type === "folder") return held;
    await held.release();
  } catch (error) {
    if (!(error instanceof AppError) && !isMissing(error)) throw error;
  }
  return undefined;
}
