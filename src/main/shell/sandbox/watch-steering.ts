import { cpSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createId } from "../../../shared/ids.ts";
import type { Confinement } from "./confinement.ts";
import type { Grants } from "./grants.ts";
import { guardedNames } from "./guarded-paths.ts";

/** What steers execution and came to be while a command ran. */
export interface SteeringWatch {
  /** Takes it away, to a safety copy, unless it was granted. Answers a line for each. */
  takeBack(): readonly string[];
}

/**
 * What is not there cannot be mounted over without making a file on the host for the mount, which a crash would leave. So
 * what a command brings about at the guarded names is taken back when it has ended, before anybody is told of the command's changes.
 */
export function watchSteering({
  workspace,
  folders,
  grants,
  background,
}: Pick<Confinement, "workspace" | "folders" | "grants" | "background">): SteeringWatch {
  const before = guardedNames(workspace);
  return {
    takeBack() {
      const found = [...guardedNames(workspace)].filter(
        (path) => !before.has(path) && !isGranted(path, grants),
      );
      if (background)
        return found.map(
          (path) =>
            `${path}: came to be while it ran, and steers what is executed here. Remove it unless it is yours.`,
        );
      return found.map((path) => {
        const copy = hold(join(workspace, path), join(folders.held, createId("h")));
        return `Took back ${path}, which steers what is executed here; it would need your leave. A safety copy is in ${copy}, for 30 days at least.`;
      });
    },
  };
}

const isGranted = (path: string, grants: Grants): boolean =>
  path === ".git" ? grants.gitHistory : grants.steering;

/** Moves it there; across volumes by a copy. Links are moved as links. */
function hold(path: string, folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const copy = join(folder, path.slice(path.lastIndexOf("/") + 1));
  try {
    renameSync(path, copy);
  } catch {
    cpSync(path, copy, { recursive: true, verbatimSymlinks: true, dereference: false });
    rmSync(path, { recursive: true, force: true });
  }
  return folder;
}
