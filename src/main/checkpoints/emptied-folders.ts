import { AppError } from "../../shared/errors.ts";
import { isMissing, withParent } from "../workspace/confine.ts";
import type { EffectPlace, PlannedChange } from "./effect.ts";
import { holdPath, type Held } from "./image.ts";
import { absent } from "./records.ts";

/**
 * Of folders that operations had made, those in which nothing is left after these changes. Their going is a change like the others:
 * so it is brought back, with the folder's mode, when the undo is taken back.
 */
export async function emptiedFolders(
  place: EffectPlace,
  folders: Iterable<string>,
  changes: readonly PlannedChange[],
): Promise<PlannedChange[]> {
  const known = new Set(changes.map(({ path }) => path));
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
    const inside = await withParent(place.workspace, path, ({ entry }) => place.ops.readdir(entry));
    if (inside.some((name) => !going.has(`${path}/${name}`))) continue;
    going.add(path);
    emptied.push({ path, held, post: { image: absent, content: null } });
  }
  return emptied;
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
