import type { SandboxReport } from "../../../../shared/sandbox.ts";

type Limits = NonNullable<SandboxReport["limits"]>;

/** The shield in the title bar and what it opens. */
export const sandbox = {
  title: "Sandbox check",
  checking: "Checking the sandbox",
  checkingDetail: "Belay tries from inside to get out. Until that is done, every command asks.",
  proven: "Sandboxed",
  provenDetail: "Commands are kept to this project: every attempt to get out failed.",
  partly: "Sandbox leaks: every command asks",
  partlyDetail:
    "Some attempts to get out succeeded, so Autopilot is closed and every command asks.",
  missing: "No sandbox: every command asks",
  missingDetail:
    "Nothing keeps commands to this project, so Autopilot is closed and every command asks.",
  passedOf: (passed: number, of: number) => `${passed} of ${of} attempts failed to get out`,
  held: "held",
  got: "got out",
  mechanism: "Kept in by",
  again: "Check again",
  checkFailed: (reason: string) => `The check could not be run. ${reason}`,
  attempts: "Attempts from inside",
  limits: ({ together, memoryBytes, cpuSeconds }: Limits) =>
    together
      ? `All processes of a command together: ${(memoryBytes / 1e9).toFixed(1)} GB of memory, ${Math.round(cpuSeconds / 60)} minutes of processor time. Belay looks every second and ends what is over.`
      : "Nothing bounds the memory or processor time of commands on this system.",
  network: "Network of this session",
  networkNone: "Closed. A command that wants a host asks you for it.",
  networkDetail: "Commands reach these until Belay ends, and can send there what they can read.",
  isPrivate: "may lie in your private network",
  localPort: (port: number) => `Port ${port} of this computer`,
  takeBack: "Take back",
  takeBackNamed: (place: string) => `Take back ${place}`,
  widen: "Names below…",
  widenNamed: (place: string) => `Open names below ${place}…`,
  widenDetail: (host: string) =>
    `Commands could then reach every name that ends in .${host}, also one that somebody sets up tomorrow, and send there what they can read.`,
  widenNow: (place: string) => `Open ${place}`,
  widenNot: "Leave it",
  /** What an attempt of the check tries, by its id. */
  tried: {
    "home-write": "Write to the home folder",
    "secret-read": "Read a file outside of the project",
    "app-data": "See Belay's own data",
    "link-escape": "Write through a link that leads out",
    "steering-changed": "Change a file that steers what is run",
    "steering-missing": "Make a file that steers what is run",
    "git-hook": "Write a git hook",
    "git-removed": "Remove git's history",
    "own-git": "Write into this project's .git",
    network: "Connect to the network and to this computer",
    sockets: "Reach D-Bus, the SSH agent or Docker",
    processes: "See other processes",
    kill: "End another process",
    privileges: "Hold a privilege or gain one",
  } as Readonly<Record<string, string>>,
  mechanisms: {
    mounts: "file systems of its own",
    "read-only mount": "mounted read-only",
    "taken back after the command": "taken back after the command",
    "own network namespace": "a network of its own",
    "mounts, own network namespace": "file systems and network of its own",
    "own process namespace": "processes of its own",
    "no capabilities, no new privileges, call filter": "no privileges, filtered system calls",
  } as Readonly<Record<string, string>>,
};
