import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SandboxReport } from "../../../shared/sandbox.ts";
import { childEnvironment } from "../child-environment.ts";
import type { CommandRunner } from "../command-runner.ts";
import { listenForIntruders } from "../network/listen-once.ts";
import { linuxLauncher } from "./confine-linux.ts";
import type { Confinement } from "./confinement.ts";
import { whyBroken } from "./no-sandbox.ts";
import { probeAttempts, type Attempt } from "./probe-attempts.ts";

export interface ProbeOptions {
  readonly confinement: Confinement;
  readonly runner: CommandRunner;
  /** The person's home folder and environment. */
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Belay's own folder for sandboxes; the check's files are made there. */
  readonly dataFolder: string;
}

const patienceMs = 30_000;
const title = /^#belay-check ([a-z-]+)$/m;

/**
 * Tries from inside what a hostile command would, against a project made for the check, and the person's own only by a file that would be
 * removed again. Throws nothing that is expected: a sandbox that cannot be set up is a report with the reason and the remedy.
 */
export async function probeSandbox(options: ProbeOptions): Promise<SandboxReport> {
  const { confinement } = options;
  const token = randomBytes(6).toString("hex");
  const folder = join(options.dataFolder, `check-${token}`);
  const standIn = join(folder, "project");
  makeStandIn(standIn, folder, token);
  const stranger = spawn("/bin/sh", ["-c", "sleep 30; exit", `stranger-${token}`], {
    env: childEnvironment(options.environment),
    stdio: "ignore",
    detached: true,
  });
  stranger.on("error", () => undefined);
  try {
    await using tripwire = await listenForIntruders(join(folder, "agent.sock"));
    const attempts = probeAttempts({
      standIn,
      workspace: confinement.workspace,
      home: options.home,
      secretFolder: folder,
      secret: `secret-${token}`,
      port: tripwire.port,
      socketPath: join(folder, "agent.sock"),
      wasReached: tripwire.wasReached,
      agentSockets: agentSockets(options.environment),
      stranger: stranger.pid ?? 0,
      isStrangerAlive: () => stranger.exitCode === null && stranger.signalCode === null,
      token,
    });
    const onStandIn = attempts.filter(({ id }) => id !== "own-git");
    const own = attempts.filter(({ id }) => id === "own-git");
    const outputs = [
      await runAttempts(onStandIn, {
        ...options,
        confinement: {
          ...confinement,
          workspace: standIn,
          secret: [],
          // What the check makes and has taken back is nobody's to find: it goes with the check.
          folders: { ...confinement.folders, held: join(folder, "held") },
        },
      }),
      await runAttempts(own, options),
    ];
    return reportOf(attempts, outputs.join("\n"), options);
  } finally {
    endGroup(stranger.pid);
    for (const path of leavings(options, token)) rmSync(path, { force: true });
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs the attempts one after another, each in a shell of its own, and answers what they printed. */
async function runAttempts(
  attempts: readonly Attempt[],
  { confinement, runner }: ProbeOptions,
): Promise<string> {
  const lines = attempts.map(
    ({ id, script }) => `echo "#belay-check ${id}"; ( ${script} ) 2>&1 </dev/null`,
  );
  const request = {
    command: lines.join("\n"),
    cwd: confinement.workspace,
    signal: new AbortController().signal,
    onOutput: () => undefined,
    launcher: linuxLauncher(confinement),
  };
  return (await runner.run(request, patienceMs)).output;
}

function reportOf(
  attempts: readonly Attempt[],
  output: string,
  { confinement }: ProbeOptions,
): SandboxReport {
  const parts = output.split(title);
  const base = { workspace: confinement.workspace, mechanism: confinement.bubblewrap.version };
  if (parts.length === 1) return { ...base, passed: false, ...whyBroken(output), attempts: [] };
  const found = attempts.map((attempt) => {
    const { id, tried, mechanism } = attempt;
    const at = parts.indexOf(id);
    const where =
      at < 0 ? "it was not tried: the check ended before" : attempt.reached(parts[at + 1] ?? "");
    return { id, tried, mechanism, passed: where === null, reason: where ?? "blocked" };
  });
  const failed = found.filter(({ passed }) => !passed);
  return {
    ...base,
    passed: failed.length === 0,
    reason:
      failed.length === 0
        ? null
        : `The sandbox does not hold here: a command could ${failed.map(({ tried }) => tried).join("; ")}.`,
    remedy:
      failed.length === 0
        ? null
        : "Read each command before you allow it, and report this with `belay probe --json`.",
    attempts: found,
  };
}

function endGroup(group: number | undefined): void {
  try {
    if (group !== undefined) process.kill(-group, "SIGKILL");
  } catch {
    // Gone already: the sandbox did not hold, which the report says.
  }
}

/** With what the real thing has, all of it empty but the head, so that a change shows in the size. */
function makeStandIn(standIn: string, folder: string, token: string): void {
  for (const path of [".git/hooks", ".git/objects", ".git/refs/heads", ".vscode"])
    mkdirSync(join(standIn, path), { recursive: true, mode: 0o700 });
  for (const path of [".git/config", ".vscode/tasks.json", ".envrc"])
    writeFileSync(join(standIn, path), "");
  writeFileSync(join(standIn, ".git/HEAD"), "ref: refs/heads/main\n");
  writeFileSync(join(folder, "secret.txt"), `secret-${token}\n`, { mode: 0o600 });
}

/** What a broken sandbox let through. */
const leavings = ({ home, confinement }: ProbeOptions, token: string): string[] => [
  join(home, `.belay-check-${token}`),
  join(confinement.workspace, ".git", `belay-check-${token}`),
];

function agentSockets(environment: ProbeOptions["environment"]): readonly string[] {
  const runtime = environment["XDG_RUNTIME_DIR"] ?? "/run/user/0";
  return [
    environment["SSH_AUTH_SOCK"] ?? "",
    ...[
      "bus",
      "docker.sock",
      "podman/podman.sock",
      "keyring/control",
      "gnupg/S.gpg-agent",
      "wayland-0",
    ].map((name) => join(runtime, name)),
    "/run/dbus/system_bus_socket",
    "/var/run/docker.sock",
    "/run/containerd/containerd.sock",
    "/tmp/.X11-unix/X0",
  ].filter((path) => path !== "" && existsSync(path));
}
