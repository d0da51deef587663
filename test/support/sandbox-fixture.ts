import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { findBubblewrap } from "../../src/main/shell/sandbox/bubblewrap.ts";
import { linuxLauncher } from "../../src/main/shell/sandbox/confine-linux.ts";
import { findToolchains } from "../../src/main/shell/sandbox/find-toolchains.ts";
import { noGrants, type Grants } from "../../src/main/shell/sandbox/grants.ts";
import type { Confinement } from "../../src/main/shell/sandbox/confinement.ts";
import { makePrivateFolders } from "../../src/main/shell/sandbox/private-folders.ts";
import {
  createCommandRunner,
  type CommandOutcome,
  type OwningRunner,
} from "../../src/main/shell/command-runner.ts";
import type { UsageLimits } from "../../src/main/shell/watch-usage.ts";
import type { Launcher } from "../../src/main/shell/launch.ts";
import { createTemporaryFolder } from "./temporary-folder.ts";

const bubblewrap = process.platform === "linux" ? await findBubblewrap() : null;

/** Why sandboxed commands cannot be tested here; null where they can. Shown in the name of what is skipped. */
export const noSandboxHere =
  bubblewrap === null ? "bubblewrap is not installed on this machine" : null;

/** Ends the name of what is skipped. */
export const skipNote = noSandboxHere === null ? "" : ` (skipped: ${noSandboxHere})`;

export interface SandboxFixture extends AsyncDisposable {
  /** The workspace's real path. */
  readonly root: string;
  /** Beside the workspace: outside of what a command may see. */
  readonly outside: string;
  readonly runner: OwningRunner;
  launcher(grants?: Partial<Grants>, repositories?: readonly string[]): Launcher;
  run(command: string, grants?: Partial<Grants>): Promise<CommandOutcome>;
  put(path: string, content: string): void;
}

interface SandboxWishes extends Pick<Confinement, "network" | "variables"> {
  readonly background?: boolean;
  readonly limits?: UsageLimits;
}

/** Real commands in a real sandbox, in a folder of their own. */
export function createSandboxFixture(
  files: Readonly<Record<string, string>> = {},
  { limits, ...more }: SandboxWishes = {},
): SandboxFixture {
  if (bubblewrap === null) throw new Error(noSandboxHere ?? "");
  const folder = createTemporaryFolder();
  const outside = realpathSync(folder.path);
  const root = join(outside, "project");
  mkdirSync(root);
  const runner = createCommandRunner({
    outputFolder: join(outside, "data", "outputs"),
    environment: process.env,
    ...(limits === undefined ? {} : { limits: () => limits }),
  });
  const folders = makePrivateFolders(join(outside, "data", "sandbox"), "w");
  const toolchains = findToolchains({ environment: process.env, home: homedir(), workspace: root });
  const launcher: SandboxFixture["launcher"] = (grants = {}, repositories = []) =>
    linuxLauncher({
      bubblewrap,
      workspace: root,
      folders,
      toolchains,
      secret: [join(outside, "data")],
      grants: { ...noGrants, ...grants },
      repositories,
      background: false,
      ...more,
    });
  function put(path: string, content: string): void {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  for (const [path, content] of Object.entries(files)) put(path, content);
  return {
    root,
    outside,
    runner,
    launcher,
    put,
    run: (command, grants) =>
      runner.run(
        {
          command,
          cwd: root,
          signal: new AbortController().signal,
          onOutput: () => undefined,
          launcher: launcher(grants),
        },
        60_000,
      ),
    async [Symbol.asyncDispose]() {
      await runner.killAll();
      folder[Symbol.dispose]();
    },
  };
}
