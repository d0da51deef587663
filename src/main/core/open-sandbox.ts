import { homedir } from "node:os";
import { join } from "node:path";
import type { SandboxReport } from "../../shared/sandbox.ts";
import type { AppFolders } from "../app-files.ts";
import type { PrivateStorage } from "../../shared/storage.ts";
import type { CommandRunner } from "../shell/command-runner.ts";
import { clearCaches, privateStorage } from "../shell/sandbox/private-storage.ts";
import { askLoginShell } from "../shell/login-environment.ts";
import { loginVariables } from "../shell/sandbox/toolchain-table.ts";
import {
  createSandbox,
  type ConfinedFolder,
  type FoundToolchains,
  type Sandbox,
} from "../shell/sandbox/sandbox.ts";
import type { SettingsBox } from "./settings-box.ts";
import { openWorkspace } from "../workspace/open-workspace.ts";

export interface SandboxParts {
  readonly folders: AppFolders;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly runner: CommandRunner;
  /** A person is there: Belay may have been started from a menu, with another search path than a terminal's. */
  readonly attended: boolean;
  readonly settings: Pick<SettingsBox, "storageLimits">;
}

/** The sandbox for commands, with Belay's own folders kept out of it. */
export function openSandbox(parts: SandboxParts): Sandbox {
  const { folders, environment, version, runner, attended, settings } = parts;
  const home = environment["HOME"] ?? homedir();
  const fromLogin = { environment, home, allowed: loginVariables() };
  return createSandbox({
    ...(attended ? { toolEnvironment: () => askLoginShell(fromLogin) } : {}),
    dataFolder: join(folders.root, "sandbox"),
    heldLimits: () => settings.storageLimits(),
    secret: [folders.root, folders.locks],
    environment,
    home,
    platform: process.platform,
    version,
    runner,
  });
}

/** What commands find of the person's toolchains where no project is at hand. */
export const toolchainsAnywhere = (sandbox: Sandbox): Promise<FoundToolchains> =>
  sandbox.toolchains(sandbox.nothingOpen());

/** The check of a project, run anew. */
export async function probeFolder(sandbox: Sandbox, path: string): Promise<SandboxReport> {
  const { workspace } = await openWorkspace(path, { confirmed: true });
  return sandbox.probe({ id: workspace.id, root: workspace.root });
}

/** What the last check of a project found. */
export async function statusOfFolder(sandbox: Sandbox, path: string): Promise<SandboxReport> {
  const { workspace } = await openWorkspace(path, { confirmed: true });
  return sandbox.status({ id: workspace.id, root: workspace.root });
}

/** The check where no project is at hand. */
export const probeAnywhere = (sandbox: Sandbox): Promise<SandboxReport> =>
  sandbox.probe(sandbox.nothingOpen());

/** The report with what bounds all processes of a command together: that holds with a sandbox and without. */
export const withLimits = (
  report: SandboxReport,
  settings: Pick<SettingsBox, "commandLimits">,
): SandboxReport => ({
  ...report,
  limits: { ...settings.commandLimits(), together: process.platform === "linux" },
});

/** What a project's commands keep for themselves on the disk, and the way to be rid of it. */
export interface PrivateDesk {
  size(path: string): Promise<PrivateStorage>;
  /** AppError("conflict") while a command runs there. */
  clearCaches(path: string): Promise<{ readonly bytes: number }>;
}

export interface PrivateDeskParts {
  readonly sandbox: Sandbox;
  readonly locate: (path: string) => Promise<ConfinedFolder>;
  /** Real paths of projects in which a prompt or a background command is at work in this process. */
  readonly busy: () => readonly string[];
}

export function createPrivateDesk({ sandbox, locate, busy }: PrivateDeskParts): PrivateDesk {
  return {
    size: async (path) => privateStorage(sandbox.privateFolder(await locate(path))),
    async clearCaches(path) {
      const folder = await locate(path);
      return clearCaches(sandbox.privateFolder(folder), busy().includes(folder.root));
    },
  };
}
