import type { FileAt, TimelinePoint, TreeEntry } from "../../shared/timeline.ts";
import {
  isGit,
  isMissing,
  resolveInside,
  temporaryPrefix,
  withParent,
} from "../workspace/confine.ts";
import type { EffectPlace } from "./effect.ts";
import { holdPath } from "./image.ts";
import { holdLightly } from "./put-back.ts";
import { absent, sameImage, type Image } from "./records.ts";
import type { PlanReader } from "./reversal-plan.ts";
import { imagesAt } from "./timeline.ts";

export interface PastParts {
  readonly place: EffectPlace;
  readonly reader: PlanReader;
}

/** One folder ("" = the project's own) as it was at a point, sorted by name. Git's own folder is left out. */
export async function treeAt(
  { place, reader }: PastParts,
  point: TimelinePoint,
  folder: string,
): Promise<readonly TreeEntry[]> {
  const { relative } = await resolveInside(place.workspace, folder);
  const past = imagesAt(reader.operations, point);
  const prefix = relative === "" ? "" : `${relative}/`;
  const names = new Map<string, Image | null>();
  if (past.get(relative)?.type !== "absent")
    for (const name of await namesIn(place, relative)) names.set(name, null);
  for (const [path, image] of past) {
    if (!path.startsWith(prefix) || path === relative) continue;
    const [name = "", ...below] = path.slice(prefix.length).split("/");
    if (below.length === 0) names.set(name, image);
    // What was in it tells that the folder was there.
    else if (image.type !== "absent" && past.get(prefix + name) === undefined)
      names.set(name, names.get(name) ?? null);
  }
  const shown = [...names].filter(([name]) => !isGit(name) && !name.startsWith(temporaryPrefix));
  const entries = await Promise.all(
    shown.map(([name, image]) => entryAt(place, `${prefix}${name}`, image)),
  );
  return entries.flat().toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

async function namesIn(place: EffectPlace, folder: string): Promise<readonly string[]> {
  try {
    const entry = folder === "" ? "." : `${folder}/.`;
    return await withParent(place.workspace, entry, (parent) => place.ops.readdir(parent.folder));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** `image` is null where nothing was recorded since: then it is as it is now, or a folder that is gone. */
async function entryAt(
  place: EffectPlace,
  path: string,
  image: Image | null,
): Promise<TreeEntry[]> {
  if (image?.type === "absent") return [];
  if (image === null) {
    const stats = await withParent(place.workspace, path, ({ entry }) =>
      place.ops.lstat(entry),
    ).catch(() => undefined);
    if (stats === undefined) return [{ path, ...gone, type: "folder", isSame: false }];
    const mode = Number(stats.mode & 0o7777n);
    if (stats.isDirectory()) return [{ path, type: "folder", mode, size: null, isSame: true }];
    if (stats.isSymbolicLink()) return [{ path, ...gone, type: "link", isSame: true }];
    return [{ path, type: "file", mode, size: Number(stats.size), isSame: true }];
  }
  const now = (await holdLightly(place, path))?.image ?? absent;
  return [{ path, ...factsOf(image), type: image.type, isSame: sameImage(now, image) }];
}

const gone = { mode: null, size: null };

const factsOf = (image: Image): { mode: number | null; size: number | null } => ({
  mode: "mode" in image ? image.mode : null,
  size: "size" in image ? image.size : null,
});

/** One file as it was at a point. */
export async function fileAt(
  { place, reader }: PastParts,
  point: TimelinePoint,
  path: string,
): Promise<FileAt> {
  const { relative } = await resolveInside(place.workspace, path);
  const past = imagesAt(reader.operations, point).get(relative);
  if (past !== undefined) {
    const content = (await reader.keeps(past)) ? await reader.content(past) : null;
    return { path: relative, ...factsOf(past), type: past.type, content: textOf(content) };
  }
  const held = await holdPath(place.workspace, relative, { ops: place.ops, folders: true });
  await held.release();
  const { image, content } = held;
  return { path: relative, ...factsOf(image), type: image.type, content: textOf(content) };
}

/** Null for what is no UTF-8 text. */
function textOf(content: Buffer | null): string | null {
  if (content === null || content.includes(0)) return null;
  const text = content.toString("utf8");
  return Buffer.from(text, "utf8").equals(content) ? text : null;
}
