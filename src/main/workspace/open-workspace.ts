import { createHash } from "node:crypto";
import { realpath, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join, parse, resolve } from "node:path";
import type { WorkspaceInfo } from "../../shared/app.ts";
import { AppError } from "../../shared/errors.ts";
import type { Workspace } from "./workspace.ts";

/** What a look at the folder itself tells: its repository is asked for only where it is shown. */
export type FolderInfo = Omit<WorkspaceInfo, "git">;

export interface OpenedWorkspace {
  readonly workspace: Workspace;
  readonly info: FolderInfo;
}

/**
 * Looks at a folder and names it. `info.needsConfirmation` says why a folder is too wide to open unasked; the caller must
 * then not work in it. AppError("not-found" | "invalid-input" | "denied") when it is no folder that can be read.
 */
export async function openWorkspace(
  path: string,
  { confirmed }: { readonly confirmed: boolean },
): Promise<OpenedWorkspace> {
  const root = await realFolder(path);
  const { dev, ino } = await stat(root, { bigint: true });
  const id = createHash("sha256").update(`${root}\0${dev}\0${ino}`).digest("hex").slice(0, 32);
  const info: FolderInfo = {
    path: root,
    name: basename(root) || root,
    needsConfirmation: confirmed ? null : await tooWide(root),
    recovered: [],
  };
  return { workspace: { root, id }, info };
}

/** A folder as it would be named at a path where nothing is; null where the folder above is missing too. */
export async function goneWorkspace(path: string): Promise<OpenedWorkspace | null> {
  const wanted = resolve(path);
  const above = await realpath(dirname(wanted)).catch(() => null);
  if (above === null) return null;
  const root = join(above, basename(wanted));
  const info = { path: root, name: basename(root), needsConfirmation: null, recovered: [] };
  return { workspace: { root, id: "" }, info };
}

async function realFolder(path: string): Promise<string> {
  if (path.includes("\0"))
    throw new AppError("invalid-input", "A path cannot hold a NUL character.");
  try {
    const root = await realpath(resolve(path));
    if ((await stat(root)).isDirectory()) return root;
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code === "EACCES" || code === "EPERM")
      throw new AppError("denied", `The system does not let Belay open ${path}.`, { cause });
    throw new AppError("not-found", `There is no folder ${path}.`, { cause });
  }
  throw new AppError("invalid-input", `${path} is a file: open the folder it is in.`);
}

/** Folders that hold far more than one project. */
async function tooWide(root: string): Promise<string | null> {
  if (parse(root).root === root)
    return `${root} is the whole disk. Open one project's folder instead, or confirm that the agent may work in all of it.`;
  const home = await realpath(homedir()).catch(() => homedir());
  if (root === home || home.startsWith(join(root, "/")))
    return `${root} holds everything you own. Open one project's folder instead, or confirm that the agent may work in all of it.`;
  const shared = ["Desktop", "Documents", "Downloads"].find((name) => join(home, name) === root);
  if (shared === undefined) return null;
  return `${shared} holds more than one project. Open the project's own folder instead, or confirm that the agent may work in all of it.`;
}
