import type { Dirent } from "node:fs";
import { join, relative } from "node:path";
import { createId } from "../../../shared/ids.ts";
import type { Confinement } from "./confinement.ts";
import { appearedIn } from "./executed-by-git.ts";
import { gitFolders } from "./git-place.ts";
import type { Grants } from "./grants.ts";
import { guardedNames, listFolder } from "./guarded-paths.ts";
import { isWithin } from "./sandbox-policy.ts";
import { takeAway, unlockFolder, type FoundPlace } from "./take-away.ts";

/** What steers execution and came to be while a command ran. */
export interface SteeringWatch {
  /** Takes it away, to a safety copy, unless it was granted. Answers a line for each; what could not be taken away is told. */
  takeBack(): readonly string[];
}

type Watched = Pick<
  Confinement,
  "workspace" | "folders" | "grants" | "background" | "repositories"
>;

/**
 * What is not there cannot be mounted over without making a file on the host for the mount, which a crash would leave. So
 * what a command brings about at the guarded names is taken back when it has ended, before anybody is told of the command's changes.
 */
export function watchSteering(watched: Watched): SteeringWatch {
  const { workspace, folders, grants, background, repositories } = watched;
  const git = gitFolders(workspace, repositories);
  // Without the grant all of them are read only.
  const writable = grants.gitHistory ? [...git.folders, ...git.named] : [];
  const before = new Set([
    ...guardedNames(workspace),
    ...writable.flatMap((folder) => appearedIn(folder).map((name) => join(folder, name))),
  ]);
  return {
    takeBack() {
      const names = [...guardedNames(workspace, listClosed)].filter(
        (path) => !before.has(path) && !isGranted(path, grants),
      );
      const found: readonly FoundPlace[] = [
        ...names.map((path) => ({ base: workspace, parts: path.split("/") })),
        ...writable.flatMap((base) =>
          appearedIn(base)
            .filter((name) => !before.has(join(base, name)))
            .map((name) => ({ base, parts: name.split("/") })),
        ),
      ];
      return found.map((place) => {
        const path = shownAs(place, workspace);
        const copy = background ? null : hold(place, join(folders.held, createId("h")));
        return copy === null
          ? `${path}: came to be while it ran, and steers what is executed here. Remove it unless it is yours.`
          : `Took back ${path}, which steers what is executed here; it would need your leave. A safety copy is in ${copy}, for 30 days at least.`;
      });
    },
  };
}

const isGranted = (path: string, grants: Grants): boolean =>
  path === ".git" ? grants.gitHistory : grants.steering;

function shownAs({ base, parts }: FoundPlace, workspace: string): string {
  const path = join(base, ...parts);
  return isWithin(path, workspace) ? relative(workspace, path) : path;
}

/** Also of a folder that a command has closed: what is in it counts all the same for who knows its name. */
function listClosed(folder: string): readonly Dirent[] {
  try {
    return listFolder(folder);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EACCES")) throw error;
    unlockFolder(folder);
    return listFolder(folder);
  }
}

/** The folder of the safety copy; null where it could not be moved there. */
function hold(place: FoundPlace, folder: string): string | null {
  try {
    takeAway(place, folder);
    return folder;
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    return null;
  }
}
