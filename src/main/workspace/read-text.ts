import { realpath } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { AppError } from "../../shared/errors.ts";
import { loadFile } from "./load-file.ts";
import type { Workspace } from "./workspace.ts";

/** A path from a command line, absolute or relative to the project, as the project's own; where it leads is checked when it is opened. */
export async function pathInside({ root }: Workspace, file: string): Promise<string> {
  const absolute = resolve(root, file);
  // An absolute path may come through a link, the root is a real path.
  const folder = await realpath(dirname(absolute)).catch(() => dirname(absolute));
  return relative(root, join(folder, basename(absolute)))
    .split(sep)
    .join("/");
}

/** A UTF-8 file's text without its byte order mark. AppError("not-found" | "invalid-input" | "denied"). */
export async function readText(workspace: Workspace, path: string): Promise<string> {
  const loaded = await loadFile(workspace, path);
  if (loaded === null)
    throw new AppError("not-found", `There is no file ${path} in ${workspace.root}.`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(loaded.content);
  } catch (cause) {
    throw new AppError("invalid-input", `${path} is not UTF-8 text.`, { cause });
  }
}
