import { lstat, readlink } from "node:fs/promises";
import { isMissing, resolveInside, withParent, type ConfinedPath } from "./confine.ts";
import type { Workspace } from "./workspace.ts";

export type PathKind = "file" | "folder" | "link" | "other" | "missing";

/** What is at a path, a link taken as itself. AppError("denied") outside the workspace. */
export async function pathKind(
  workspace: Workspace,
  path: string,
): Promise<ConfinedPath & { readonly kind: PathKind }> {
  const confined = await resolveInside(workspace, path);
  return { ...confined, kind: await kindAt(workspace, confined.relative) };
}

async function kindAt(workspace: Workspace, relative: string): Promise<PathKind> {
  if (relative === "") return "folder";
  try {
    const stats = await withParent(workspace, relative, ({ entry }) => lstat(entry));
    if (stats.isSymbolicLink()) return "link";
    if (stats.isDirectory()) return "folder";
    return stats.isFile() ? "file" : "other";
  } catch (error) {
    if (isMissing(error)) return "missing";
    throw error;
  }
}

/** The bytes of a link's target: what git keeps of it. */
export async function linkTarget(workspace: Workspace, relative: string): Promise<Buffer> {
  return withParent(workspace, relative, ({ entry }) => readlink(entry, { encoding: "buffer" }));
}
