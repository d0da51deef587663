import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { AppError } from "../../../shared/errors.ts";
import { sandboxReportSchema, type SandboxReport } from "../../../shared/sandbox.ts";
import { readJson, writeAtomically } from "../../json-file.ts";
import type { CommandRunner } from "../command-runner.ts";
import type { Launcher } from "../launch.ts";
import type { ToolEnvironment } from "../login-environment.ts";
import { createNetwork, type Network } from "../network/network.ts";
import { registrySettings } from "../network/registry-settings.ts";
import { findBubblewrap, type Bubblewrap } from "./bubblewrap.ts";
import { linuxLauncher } from "./confine-linux.ts";
import type { SessionNetwork } from "./command-network.ts";
import type { Confinement } from "./confinement.ts";
import { findToolchains, type Toolchains } from "./find-toolchains.ts";
import { noGrants, type Grants } from "./grants.ts";
import { bubblewrapMissing, otherSystem, type NoSandbox } from "./no-sandbox.ts";
import { leastHeld, sweepHeld, type HeldLimits } from "./private-storage.ts";
import { makePrivateFolders, sweep, type PrivateFolders } from "./private-folders.ts";
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
  /** Missing: it reaches nothing. */
  readonly network?: SessionNetwork;
}

/** For the report. */
export interface FoundToolchains extends Toolchains {
  /** Whose search path and variables they were found by. */
  readonly source: string;
}

/** Keeps commands to their workspace. One door for every system; what a system cannot do is said, never left out silently. */
export interface Sandbox {
  /** What the last check of this folder found since this start of the machine; runs one where none has passed. */
  status(folder: ConfinedFolder): Promise<SandboxReport>;
  /** Null when that check has passed; else why commands are not confined here. */
  standing(folder: ConfinedFolder): Promise<NoSandbox | null>;
  /** Runs the check anew; what it finds holds from then on. */
  probe(folder: ConfinedFolder): Promise<SandboxReport>;
  /** What commands may reach, session by session. */
  readonly network: Network;
  /** AppError("unavailable") where there is no sandbox. */
  launcher(folder: ConfinedFolder, wishes?: LaunchWishes): Promise<Launcher>;
  /** Folders of the person's search path that commands do not see, and those of toolchains that they do. */
  toolchains(folder: ConfinedFolder): Promise<FoundToolchains>;
  /** Where what only a workspace's commands see is kept; may be missing. */
  privateFolder(folder: ConfinedFolder): string;
  /** A folder to check in where no project is open. */
  nothingOpen(): ConfinedFolder;
}

export interface SandboxOptions {
  /** How long, and how much, of what was taken back from commands is kept; the least when missing. */
  readonly heldLimits?: () => HeldLimits;
  /** Where private folders and the check's results are kept. */
  readonly dataFolder: string;
  /** Belay's own folders, never shown. */
  readonly secret: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where programs are found; asked once, when it is first needed. Missing: by `environment`. */
  readonly toolEnvironment?: () => Promise<ToolEnvironment>;
  readonly home: string;
  readonly platform: NodeJS.Platform;
  /** Belay's version: another one checks anew. */
  readonly version: string;
  readonly runner: CommandRunner;
  readonly network?: Network;
  /** Where bubblewrap may be, instead of the usual places. */
  readonly bubblewrapPlaces?: readonly string[];
}

export function createSandbox(options: SandboxOptions): Sandbox {
  const toolsOf = createToolFinder(options);
  const confine = createConfiner(options, toolsOf);
  const known = new Map<string, Promise<SandboxReport>>();

  async function check(folder: ConfinedFolder, anew: boolean): Promise<SandboxReport> {
    const confinement = await confine(folder);
    if ("reason" in confinement) {
      const nothing = { passed: false, mechanism: "none", attempts: [] };
      return { ...nothing, workspace: folder.root, ...confinement };
    }
    const { bubblewrap } = confinement;
    const before = anew ? null : remembered(options, folder, bubblewrap);
    if (before !== null) return before;
    const report = await probeSandbox({ ...options, confinement });
    remember(options, { folder, bubblewrap, report });
    return report;
  }

  function keep(folder: ConfinedFolder, found: Promise<SandboxReport>): Promise<SandboxReport> {
    known.set(folder.id, found);
    found.catch(() => {
      if (known.get(folder.id) === found) known.delete(folder.id);
    });
    return found;
  }

  const status = (folder: ConfinedFolder): Promise<SandboxReport> =>
    known.get(folder.id) ?? keep(folder, check(folder, false));

  return {
    network: options.network ?? createNetwork(options),
    status,
    probe: (folder) => keep(folder, check(folder, true)),
    async standing(folder) {
      const { passed, reason, remedy } = await status(folder);
      return passed ? null : { reason: reason ?? "", remedy: remedy ?? "" };
    },
    async launcher(folder, wishes) {
      const confinement = await confine(folder, wishes);
      if ("reason" in confinement)
        throw new AppError("unavailable", `${confinement.reason} ${confinement.remedy}`);
      return linuxLauncher(confinement);
    },
    toolchains: toolsOf,
    privateFolder: ({ id }) => join(options.dataFolder, id),
    nothingOpen() {
      const root = join(options.dataFolder, "nothing");
      mkdirSync(root, { recursive: true, mode: 0o700 });
      return { id: "nothing-open", root };
    },
  };
}

type Confiner = (folder: ConfinedFolder, wishes?: LaunchWishes) => Promise<Confinement | NoSandbox>;

/** What is the same for all commands of a workspace is found once. */
function createConfiner(options: SandboxOptions, toolsOf: ToolFinder): Confiner {
  let bubblewrap: Promise<Bubblewrap | null> | undefined;
  const known = new Map<string, PrivateFolders>();
  function foldersOf({ id }: ConfinedFolder): PrivateFolders {
    // A check that was killed left its folder.
    if (known.size === 0 && existsSync(options.dataFolder)) sweep(options.dataFolder, "check-");
    const before = known.get(id);
    if (before !== undefined) return before;
    const folders = makePrivateFolders(options.dataFolder, id);
    known.set(id, folders);
    // What cannot be removed now is tried again at the next start.
    sweepHeld(join(options.dataFolder, id), options.heldLimits?.() ?? leastHeld).catch(
      () => undefined,
    );
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
      toolchains: await toolsOf(folder),
      secret: options.secret.filter((path) => existsSync(path)),
      grants: wishes.grants ?? noGrants,
      repositories: wishes.repositories ?? [],
      background: wishes.background ?? false,
      ...(wishes.network === undefined ? {} : { network: wishes.network }),
    };
  };
}

type ToolFinder = (folder: ConfinedFolder) => Promise<FoundToolchains>;

function createToolFinder({ environment, home, toolEnvironment }: SandboxOptions): ToolFinder {
  let asked: Promise<ToolEnvironment> | undefined;
  return async ({ root }) => {
    asked ??= toolEnvironment?.() ?? Promise.resolve({ variables: environment, source: ownSource });
    const { variables, source } = await asked;
    const found = findToolchains({ environment: variables, home, workspace: root });
    const registries = registrySettings({ environment: variables, home });
    return { ...found, source, variables: { ...found.variables, ...registries } };
  };
}

const ownSource = "Belay's own environment";

/** By the workspace's id. */
const passedSchema = z.record(
  z.string(),
  z.object({ key: z.string(), report: sandboxReportSchema }),
);
type Passed = z.infer<typeof passedSchema>;

const noneYet = (): Passed => ({});

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

function remembered(
  options: SandboxOptions,
  { id, root }: ConfinedFolder,
  bubblewrap: Bubblewrap,
): SandboxReport | null {
  const found = readJson(passedFile(options), passedSchema, noneYet).value[id];
  const holds =
    found !== undefined && found.key === keyOf(options, bubblewrap) && found.report.passed;
  return holds ? { ...found.report, workspace: root } : null;
}

/** Two processes may write at once: what one of them loses is checked anew. */
function remember(
  options: SandboxOptions,
  {
    folder,
    bubblewrap,
    report,
  }: { folder: ConfinedFolder; bubblewrap: Bubblewrap; report: SandboxReport },
): void {
  const file = passedFile(options);
  const { [folder.id]: _old, ...others } = readJson(file, passedSchema, noneYet).value;
  const now = report.passed
    ? { ...others, [folder.id]: { key: keyOf(options, bubblewrap), report } }
    : others;
  writeAtomically(file, `${JSON.stringify(now)}\n`);
}
