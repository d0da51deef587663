import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { AppError } from "../../../shared/errors.ts";
import type { SandboxReport } from "../../../shared/sandbox.ts";
import { readJson, writeAtomically } from "../../json-file.ts";
import type { CommandRunner } from "../command-runner.ts";
import type { Launcher } from "../launch.ts";
import { findBubblewrap, type Bubblewrap } from "./bubblewrap.ts";
import { linuxLauncher } from "./confine-linux.ts";
import type { Confinement } from "./confinement.ts";
import { findToolchains, type Toolchains } from "./find-toolchains.ts";
import { noGrants, type Grants } from "./grants.ts";
import { bubblewrapMissing, otherSystem, type NoSandbox } from "./no-sandbox.ts";
import { makePrivateFolders, type PrivateFolders } from "./private-folders.ts";
import { probeSandbox } from "./probe.ts";
import { refuseToConfine } from "./sandbox-policy.ts";
import { findSystemParts } from "./system-parts.ts";

/** A workspace as the sandbox needs to know it. */
export interface ConfinedFolder {
  /** Names its private folders. */
  readonly id: string;
  /** Real path. */
  readonly root: string;
}

export interface LaunchWishes {
  readonly grants?: Grants;
  /** `.git` of other repositories in the workspace, relative. */
  readonly repositories?: readonly string[];
  readonly background?: boolean;
}

/** Keeps commands to their workspace. One door for every system; what a system cannot do is said, never left out silently. */
export interface Sandbox {
  /** Null when the check has passed for this folder, since this start of the machine; else why not. Runs the check when it must. */
  standing(folder: ConfinedFolder): Promise<NoSandbox | null>;
  /** Runs the check anew. */
  probe(folder: ConfinedFolder): Promise<SandboxReport>;
  /** AppError("unavailable") where there is no sandbox. */
  launcher(folder: ConfinedFolder, wishes?: LaunchWishes): Promise<Launcher>;
  /** Folders of the person's search path that commands do not see, and those of toolchains that they do. */
  toolchains(folder: ConfinedFolder): Pick<Toolchains, "folders" | "leftOut">;
  /** A folder to check in where no project is open. */
  nothingOpen(): ConfinedFolder;
}

export interface SandboxOptions {
  /** Where private folders and the check's results are kept. */
  readonly dataFolder: string;
  /** Belay's own folders, never shown. */
  readonly secret: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly platform: NodeJS.Platform;
  /** Belay's version: another one checks anew. */
  readonly version: string;
  readonly runner: CommandRunner;
  /** Where bubblewrap may be, instead of the usual places. */
  readonly bubblewrapPlaces?: readonly string[];
}

export function createSandbox(options: SandboxOptions): Sandbox {
  const confine = createConfiner(options);
  const standing = new Map<string, Promise<NoSandbox | null>>();

  async function probe(folder: ConfinedFolder): Promise<SandboxReport> {
    const confinement = await confine(folder);
    if ("reason" in confinement) {
      const nothing = { passed: false, mechanism: "none", attempts: [] };
      return { ...nothing, workspace: folder.root, ...confinement };
    }
    const report = await probeSandbox({ ...options, confinement });
    remember(options, { folder, bubblewrap: confinement.bubblewrap, passed: report.passed });
    return report;
  }

  async function check(folder: ConfinedFolder): Promise<NoSandbox | null> {
    const confinement = await confine(folder);
    if ("reason" in confinement) return confinement;
    if (isRemembered(options, folder, confinement.bubblewrap)) return null;
    const { passed, reason, remedy } = await probe(folder);
    return passed ? null : { reason: reason ?? "", remedy: remedy ?? "" };
  }

  return {
    async probe(folder) {
      const report = await probe(folder);
      standing.delete(folder.id);
      return report;
    },
    standing(folder) {
      const known = standing.get(folder.id) ?? check(folder);
      standing.set(folder.id, known);
      known.catch(() => standing.delete(folder.id));
      return known;
    },
    async launcher(folder, wishes) {
      const confinement = await confine(folder, wishes);
      if ("reason" in confinement)
        throw new AppError("unavailable", `${confinement.reason} ${confinement.remedy}`);
      return linuxLauncher(confinement);
    },
    toolchains: (folder) => toolchainsOf(options, folder),
    nothingOpen() {
      const root = join(options.dataFolder, "nothing");
      mkdirSync(root, { recursive: true, mode: 0o700 });
      return { id: "nothing-open", root };
    },
  };
}

type Confiner = (folder: ConfinedFolder, wishes?: LaunchWishes) => Promise<Confinement | NoSandbox>;

/** What is the same for all commands of a workspace is found once. */
function createConfiner(options: SandboxOptions): Confiner {
  let bubblewrap: Promise<Bubblewrap | null> | undefined;
  const known = new Map<string, PrivateFolders>();
  function foldersOf({ id }: ConfinedFolder): PrivateFolders {
    const folders = known.get(id) ?? makePrivateFolders(options.dataFolder, id);
    known.set(id, folders);
    return folders;
  }
  return async (folder, wishes = {}) => {
    if (options.platform !== "linux") return otherSystem(options.platform);
    const refused = refuseToConfine(folder.root, findSystemParts());
    if (refused !== null)
      return { reason: refused, remedy: "Open the project's own folder instead." };
    bubblewrap ??= findBubblewrap(options.bubblewrapPlaces);
    const found = await bubblewrap;
    if (found === null) return bubblewrapMissing;
    return {
      bubblewrap: found,
      workspace: folder.root,
      folders: foldersOf(folder),
      toolchains: toolchainsOf(options, folder),
      secret: options.secret.filter((path) => existsSync(path)),
      grants: wishes.grants ?? noGrants,
      repositories: wishes.repositories ?? [],
      background: wishes.background ?? false,
    };
  };
}

const toolchainsOf = (
  { environment, home }: SandboxOptions,
  { root }: ConfinedFolder,
): Toolchains => findToolchains({ environment, home, workspace: root });

const passedSchema = z.record(z.string(), z.string());

const noneYet = (): Record<string, string> => ({});

const passedFile = ({ dataFolder }: SandboxOptions): string => join(dataFolder, "passed.json");

/** A check holds until the machine starts anew, or Belay or bubblewrap is another version. */
function keyOf({ version }: SandboxOptions, bubblewrap: Bubblewrap): string {
  let boot: string;
  try {
    boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    boot = String(process.pid); // no such file in this container: for this run only
  }
  return `${boot} ${version} ${bubblewrap.version}`;
}

const isRemembered = (
  options: SandboxOptions,
  folder: ConfinedFolder,
  bubblewrap: Bubblewrap,
): boolean =>
  readJson(passedFile(options), passedSchema, noneYet).value[folder.id] ===
  keyOf(options, bubblewrap);

/** Two processes may write at once: what one of them loses is checked anew. */
function remember(
  options: SandboxOptions,
  {
    folder,
    bubblewrap,
    passed,
  }: { folder: ConfinedFolder; bubblewrap: Bubblewrap; passed: boolean },
): void {
  const file = passedFile(options);
  const { [folder.id]: _old, ...others } = readJson(file, passedSchema, noneYet).value;
  const now = passed ? { ...others, [folder.id]: keyOf(options, bubblewrap) } : others;
  writeAtomically(file, `${JSON.stringify(now)}\n`);
}
