import { existsSync, realpathSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { isWithin } from "./sandbox-policy.ts";
import { isSecretValue } from "../child-environment.ts";
import { passedVariables, toolchainPlaces, type ToolchainPlace } from "./toolchain-table.ts";

export interface Toolchains {
  /** Folders to show, read only, each once. */
  readonly folders: readonly string[];
  /** The search path inside. */
  readonly path: string;
  /** Folders of the person's search path that are not shown, for the report. */
  readonly leftOut: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

export interface ToolchainSource {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly workspace: string;
}

/** Never shown, whatever a search path names. */
const shut = [
  "/tmp",
  "/var/tmp",
  "/run",
  "/mnt",
  "/media",
  "/proc",
  "/sys",
  "/dev",
  "/root",
  "/home",
  "/var",
  "/etc",
  "/srv",
];
const system = ["/usr", "/bin", "/sbin", "/lib"];

/** Under the home folder: where keys, tokens and settings lie. Not shown, though a search path names a folder in one. */
const withKeys = `
  .ssh .gnupg .gpg .pki .aws .azure .gcloud .config .kube .docker .local/share/keyrings .password-store .mozilla .thunderbird
  .bitcoin .electrum .terraform.d .oci .vault-token .netrc .git .subversion .mail Mail Library snap`
  .trim()
  .split(/\s+/);

/** The toolchains that a person's search path or variables name, as far as they are there. Nothing is run. */
export function findToolchains({ environment, home, workspace }: ToolchainSource): Toolchains {
  const searched = (environment["PATH"] ?? "").split(delimiter).filter((path) => isAbsolute(path));
  const places = toolchainPlaces.flatMap((one) => {
    const named = one.variable === null ? undefined : environment[one.variable];
    if (named === undefined && one.usual === "") return [];
    const usual = isAbsolute(one.usual) ? one.usual : join(home, one.usual);
    const folder = named !== undefined && isAbsolute(named) ? named : usual;
    if (named === undefined && !isSearched(one, folder, { searched, home })) return [];
    const shown = one.shown.map((part) => join(folder, part)).filter((path) => existsSync(path));
    return shown.length === 0 || !isToolFolder(folder, home) ? [] : [{ ...one, folder, shown }];
  });
  const shownPlaces = places.flatMap(({ shown }) => shown);
  const extra = searched.filter(
    (path) =>
      existsSync(path) &&
      !isInOneOf(path, [...system, ...shownPlaces, workspace]) &&
      isToolFolder(path, home),
  );
  const folders = outermost(
    [...shownPlaces, ...extra, ...extra.map(realPath)].filter(isToolFolderIn(home)),
  );
  const usable = (path: string): boolean => isInOneOf(path, [...system, ...folders, workspace]);
  return {
    folders,
    path: [...new Set([...searched.filter(usable), "/usr/local/bin", "/usr/bin", "/bin"])].join(
      ":",
    ),
    leftOut: [...new Set(searched.filter((path) => !usable(path)))],
    variables: {
      ...passed(environment),
      ...Object.fromEntries(
        places.flatMap(({ variable, folder, isPassed }) =>
          variable === null || !isPassed ? [] : [[variable, folder]],
        ),
      ),
    },
  };
}

/** Whether programs of it are found: by a folder in it, or by one that leads to it. */
function isSearched(
  { reachedBy }: ToolchainPlace,
  folder: string,
  { searched, home }: { readonly searched: readonly string[]; readonly home: string },
): boolean {
  return searched.some(
    (path) => isWithin(path, folder) || (reachedBy !== null && path === join(home, reachedBy)),
  );
}

function passed(environment: ToolchainSource["environment"]): Record<string, string> {
  const entries = Object.entries(environment).flatMap(([name, value]): [string, string][] =>
    value !== undefined &&
    (passedVariables.includes(name) || name.startsWith("LC_")) &&
    !isSecretValue(value)
      ? [[name, value]]
      : [],
  );
  return Object.fromEntries(entries);
}

/** A folder of programs, not one that holds a person's files, and none of the shared ones. */
function isToolFolder(path: string, home: string): boolean {
  const real = realPath(path);
  if (real === "/" || isWithin(home, real)) return false;
  if (withKeys.some((name) => isWithin(real, join(home, name)))) return false;
  if (isWithin(real, home) || isWithin(real, "/home/linuxbrew/.linuxbrew")) return true;
  return !shut.some((folder) => isWithin(real, folder)) && !isInOneOf(real, system);
}

const isToolFolderIn =
  (home: string) =>
  (path: string): boolean =>
    isToolFolder(path, home);

const isInOneOf = (path: string, folders: readonly string[]): boolean =>
  folders.some((folder) => isWithin(path, folder));

const outermost = (paths: readonly string[]): string[] => {
  const once = [...new Set(paths)];
  return once.filter((path) => !once.some((other) => other !== path && isWithin(path, other)));
};

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
