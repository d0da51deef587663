import { homedir } from "node:os";
import { join } from "node:path";
import type { SandboxReport } from "../../shared/sandbox.ts";
import type { AppFolders } from "../app-files.ts";
import type { CommandRunner } from "../shell/command-runner.ts";
import { createSandbox, type Sandbox } from "../shell/sandbox/sandbox.ts";
import { openWorkspace } from "../workspace/open-workspace.ts";

export interface SandboxParts {
  readonly folders: AppFolders;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly runner: CommandRunner;
}

/** The sandbox for commands, with Belay's own folders kept out of it. */
export function openSandbox({ folders, environment, version, runner }: SandboxParts): Sandbox {
  return createSandbox({
    dataFolder: join(folders.root, "sandbox"),
    secret: [folders.root, folders.locks],
    environment,
    home: environment["HOME"] ?? homedir(),
    platform: process.platform,
    version,
    runner,
  });
}

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
