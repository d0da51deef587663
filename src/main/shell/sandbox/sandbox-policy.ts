import { dirname, join } from "node:path";
import type { GitPlace } from "./git-place.ts";
import type { GuardedPath } from "./guarded-paths.ts";
import type { Grants } from "./grants.ts";
import type { PrivateFolders } from "./private-folders.ts";
import type { SystemPart } from "./system-parts.ts";

/** How one path comes into the sandbox. What no mount names is not there. */
export type Mount =
  | {
      readonly how: "read" | "write";
      readonly from: string;
      readonly to: string;
      /** A descriptor of what was looked at, so that nothing put in its place since is taken. */
      readonly descriptor?: number;
    }
  | { readonly how: "link"; readonly target: string; readonly to: string }
  | { readonly how: "empty"; readonly to: string };

export interface SandboxPolicy {
  /** In this order: a later one lies over an earlier one. */
  readonly mounts: readonly Mount[];
  readonly workingFolder: string;
}

/** What the policy is made from: what was found on this machine, and what the person granted. */
export interface PolicyFacts {
  /** Real path of the workspace. */
  readonly workspace: string;
  readonly system: readonly SystemPart[];
  /** Folders of toolchains, read only. */
  readonly toolchains: readonly string[];
  readonly folders: PrivateFolders;
  readonly git: GitPlace;
  /** Files that steer what is executed, as far as they are there. */
  readonly guarded: readonly GuardedPath[];
  /** Belay's own folders: empty, where they lie in the workspace. */
  readonly secret: readonly string[];
  readonly grants: Grants;
  /** Holds the sockets that lead out; null where there are none. */
  readonly networkFolder: string | null;
}

/** Where the private folders are seen inside. */
export const inside = { home: "/belay/home", run: "/belay/run", temporary: "/tmp" } as const;

/** What a command may see and change. Pure: the same facts give the same policy. */
export function sandboxPolicy(facts: PolicyFacts): SandboxPolicy {
  const { workspace, folders, grants } = facts;
  return {
    workingFolder: workspace,
    mounts: [
      read(folders.system, "/etc"),
      ...facts.system.filter(({ isFile }) => !isFile).map(systemMount),
      write(folders.temporary, inside.temporary),
      write(folders.temporary, "/var/tmp"),
      write(folders.home, inside.home),
      ...(facts.networkFolder === null ? [] : [read(facts.networkFolder, inside.run)]),
      ...facts.toolchains.filter((path) => !covers(path, workspace)).map((path) => read(path)),
      ...grants.readable.map((path) => read(path)),
      ...grants.writable.map((path) => write(path)),
      write(workspace),
      ...facts.secret
        .filter((path) => isWithin(path, workspace))
        .map((path): Mount => ({ how: "empty", to: path })),
      ...guardMounts(facts),
      ...gitMounts(facts),
    ],
  };
}

/** Null, or why commands cannot be confined to this folder. */
export function refuseToConfine(workspace: string, system: readonly SystemPart[]): string | null {
  const inTheWay = ["/proc", "/dev", "/sys", "/run", ...system.map(({ path }) => path)].find(
    (path) => isWithin(path, workspace),
  );
  return workspace === "/" || inTheWay !== undefined
    ? `The project folder holds ${inTheWay ?? "everything"}, which is the system's; commands cannot be kept to it.`
    : null;
}

const read = (from: string, to: string = from): Mount => ({ how: "read", from, to });
const write = (from: string, to: string = from): Mount => ({ how: "write", from, to });

const systemMount = ({ path, link }: SystemPart): Mount =>
  link === null ? read(path) : { how: "link", target: link, to: path };

/**
 * Read only over what is there. Each folder on the way is mounted on itself: what is a mount cannot be renamed, so that nobody
 * moves `.github` aside to put another one there.
 */
function guardMounts({ workspace, guarded, grants }: PolicyFacts): Mount[] {
  if (grants.steering) return [];
  const pinned = new Set(guarded.flatMap(({ parts }) => foldersAbove(parts)));
  return [
    ...[...pinned].map((path) => write(join(workspace, path))),
    ...guarded.map(({ parts, descriptor }): Mount =>
      openedMount("read", join(workspace, ...parts), descriptor),
    ),
  ];
}

function foldersAbove(parts: readonly string[]): string[] {
  const above: string[] = [];
  for (let path = dirname(parts.join("/")); path !== "."; path = dirname(path)) above.unshift(path);
  return above;
}

/** History is read only without a grant; with one, what git would execute stays so. */
function gitMounts({ git, grants }: PolicyFacts): Mount[] {
  if (!grants.gitHistory)
    return git.folders.map(({ path, descriptor }) => openedMount("read", path, descriptor));
  return [
    ...git.folders.map(({ path, descriptor }) => openedMount("write", path, descriptor)),
    ...git.executing.map((path) => read(path)),
  ];
}

const openedMount = (
  how: "read" | "write",
  path: string,
  descriptor: number | undefined,
): Mount => ({
  how,
  from: path,
  to: path,
  ...(descriptor === undefined ? {} : { descriptor }),
});

/** Whether `path` is `folder` or in it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}

const covers = (folder: string, path: string): boolean => isWithin(path, folder);
