import { existsSync, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { SandboxAttempt } from "../../../shared/sandbox.ts";

/** What the attempts are about. */
export interface ProbePlaces {
  /** A project made for the check, so that nothing of the person's is lost where the sandbox fails. */
  readonly standIn: string;
  /** The person's own project. */
  readonly workspace: string;
  readonly home: string;
  /** A folder among the app's data with `secret.txt`. */
  readonly secretFolder: string;
  readonly secret: string;
  /** A port and a socket that are listened on, outside. */
  readonly port: number;
  readonly socketPath: string;
  wasReached(): boolean;
  /** Agents' sockets that are there outside. */
  readonly agentSockets: readonly string[];
  /** A process outside. */
  readonly stranger: number;
  isStrangerAlive(): boolean;
  /** Unlike any name of the person's. */
  readonly token: string;
}

/** What to run inside, and how to tell from outside, and from what it printed, whether it got somewhere. */
export interface Attempt extends Pick<SandboxAttempt, "id" | "tried" | "mechanism"> {
  readonly script: string;
  /** Null when it failed as it must; else what it reached. */
  reached(output: string): string | null;
}

const quoted = (path: string): string => `'${path.replaceAll("'", String.raw`'\''`)}'`;

/** Each a thing that a hostile command would try. Scripts that succeed do no harm: what they destroy was made for it. */
export function probeAttempts(places: ProbePlaces): readonly Attempt[] {
  return [...fileAttempts(places), ...gitAttempts(places), ...processAttempts(places)];
}

function fileAttempts(places: ProbePlaces): readonly Attempt[] {
  const { home, secretFolder, secret, token, standIn } = places;
  const homeFile = join(home, `.belay-check-${token}`);
  const secretFile = join(secretFolder, "secret.txt");
  const linked = join(secretFolder, `through-link-${token}`);
  return [
    {
      id: "home-write",
      tried: "write to the home folder",
      mechanism: "mounts",
      script: `mkdir -p ${quoted(home)}; echo x > ${quoted(homeFile)}`,
      reached: () => (existsSync(homeFile) ? `${homeFile} was written` : null),
    },
    {
      id: "secret-read",
      tried: "read a file outside of the project",
      mechanism: "mounts",
      script: `cat ${quoted(secretFile)} /proc/1/root${quoted(secretFile)} /proc/self/root${quoted(secretFile)}`,
      reached: (output) => (output.includes(secret) ? `${secretFile} was read` : null),
    },
    {
      id: "app-data",
      tried: "see Belay's own data",
      mechanism: "mounts",
      script: `ls -A ${quoted(secretFolder)} ${quoted(join(secretFolder, ".."))}`,
      reached: (output) => (output.includes("secret.txt") ? "its folder was listed" : null),
    },
    {
      id: "link-escape",
      tried: "write through a link that leads out",
      mechanism: "mounts",
      script: `ln -sfn ${quoted(secretFolder)} out; echo x > out/through-link-${token}; cat out/secret.txt`,
      reached: (output) =>
        existsSync(linked) || output.includes(secret) ? "what the link leads to was reached" : null,
    },
    {
      id: "steering-changed",
      tried: "change a file that steers what is executed",
      mechanism: "read-only mount",
      script: "echo x > .vscode/tasks.json; mv .vscode other; echo x > .envrc; rm -f .envrc",
      reached: () =>
        existsSync(join(standIn, "other")) || !isUntouched(join(standIn, ".envrc"), 0)
          ? "it was changed or moved"
          : null,
    },
    {
      id: "steering-missing",
      tried: "bring about a file that steers what is executed",
      mechanism: "taken back after the command",
      script:
        "echo x > .mcp.json; mkdir -p .cursor .github/workflows; echo x > .github/workflows/x.yml",
      reached: () =>
        [".mcp.json", ".cursor", ".github/workflows"].some((path) =>
          existsSync(join(standIn, path)),
        )
          ? "it stayed there"
          : null,
    },
  ];
}

function gitAttempts({ standIn, workspace, token }: ProbePlaces): readonly Attempt[] {
  const mark = join(workspace, ".git", `belay-check-${token}`);
  return [
    {
      id: "git-hook",
      tried: "write a git hook",
      mechanism: "read-only mount",
      script: "echo x > .git/hooks/pre-commit; echo x >> .git/config",
      reached: () =>
        existsSync(join(standIn, ".git/hooks/pre-commit")) ||
        !isUntouched(join(standIn, ".git/config"), 0)
          ? "it was written"
          : null,
    },
    {
      id: "git-removed",
      tried: "remove git's history",
      mechanism: "read-only mount",
      script: "rm -rf .git; mv .git old",
      reached: () =>
        readdirSync(standIn).includes(".git") && existsSync(join(standIn, ".git/HEAD"))
          ? null
          : "it was removed",
    },
    {
      id: "own-git",
      tried: "write into the project's own .git",
      mechanism: "read-only mount",
      script: `[ -d ${quoted(join(workspace, ".git"))} ] && echo x > ${quoted(mark)}`,
      reached: () => (existsSync(mark) ? "a file was written there" : null),
    },
  ];
}

function processAttempts(places: ProbePlaces): readonly Attempt[] {
  const { port, socketPath, agentSockets, stranger, token } = places;
  const sockets = [socketPath, ...agentSockets].map(quoted).join(" ");
  return [
    {
      id: "network",
      tried: "connect to the network and to this machine",
      mechanism: "own network namespace",
      script: `for to in 127.0.0.1/${port} 1.1.1.1/443 169.254.169.254/80; do (exec 3<>/dev/tcp/$to) && echo connected; done; grep -c : /proc/net/dev`,
      reached: (output) =>
        places.wasReached() || output.includes("connected") || !/^1$/m.test(output)
          ? "a connection was made, or there is more than loopback"
          : null,
    },
    {
      id: "sockets",
      tried: "reach D-Bus, the ssh agent or docker",
      mechanism: "mounts, own network namespace",
      script: `for one in ${sockets}; do [ -e "$one" ] && echo "found $one"; done; env | grep -E '^(SSH_AUTH_SOCK|DBUS_|DOCKER_HOST|GPG_AGENT)' && echo found; grep -q @ /proc/net/unix && echo found`,
      reached: (output) => (output.includes("found") ? output.trim().slice(0, 200) : null),
    },
    {
      id: "processes",
      tried: "see other processes",
      mechanism: "own process namespace",
      // The word is put together only when it runs, so that the check does not find itself.
      script: `cat /proc/[0-9]*/cmdline | tr '\\0' '\\n' | grep -c '^stran''ger-${token}$'`,
      reached: (output) => (/^[1-9]/m.test(output) ? "they were listed" : null),
    },
    {
      id: "kill",
      tried: "end a process of the person's",
      mechanism: "own process namespace",
      script: `kill -9 ${stranger}`,
      reached: () => (places.isStrangerAlive() ? null : "it was ended"),
    },
    {
      id: "privileges",
      tried: "hold a privilege or gain one",
      mechanism: "no capabilities, no new privileges, call filter",
      script:
        "grep -E '^(CapEff|CapBnd|NoNewPrivs|Seccomp):' /proc/self/status; mount -t tmpfs none /tmp && echo mounted; echo $(cat /proc/sys/kernel/core_pattern) > /proc/sys/kernel/core_pattern && echo changed",
      reached: (output) =>
        /mounted|changed|Cap(Eff|Bnd):\s*0*[1-9a-f]|NoNewPrivs:\s*0|Seccomp:\s*0/.test(output) ||
        !output.includes("NoNewPrivs")
          ? output.trim().slice(0, 200)
          : null,
    },
  ];
}

/** The stand-in's own files are made empty. */
const isUntouched = (path: string, size: number): boolean =>
  lstatSync(path, { throwIfNoEntry: false })?.size === size;
