import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** Set in the environment of a command: its descendants carry it even when they leave the group and lose their parent. */
export const markerName = "BELAY_COMMAND_ID";

/** What a tree grew from. */
export interface TreeRoot {
  /** Null: only what carries the marker, and its children. */
  readonly pid: number | null;
  readonly marker: string;
}

interface Seen {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly marked: boolean;
  /** Bubblewrap itself: the sandbox ends with it, without the grace that its processes are given. */
  readonly holdsSandbox: boolean;
}

const graceMs = 2000;
const rounds = 10;

/**
 * Ends every process of the tree: SIGTERM, then SIGKILL to what is left after two seconds. Found by group, by parents and
 * by marker, so also daemons. Resolves with how many processes there were to end.
 */
export async function killTree(root: TreeRoot): Promise<number> {
  if (process.platform === "win32") return root.pid === null ? 0 : killOnWindows(root.pid);
  const first = await findTree(root);
  if (first.length === 0) return 0;
  send(await findTree(root, (one) => !one.holdsSandbox), "SIGTERM");
  const deadline = Date.now() + graceMs;
  while (Date.now() < deadline && (await findTree(root)).length > 0) await sleep(25);
  // A fork can win against one scan, not against one after each kill.
  for (let round = 0; round < rounds; round += 1) {
    const left = await findTree(root);
    if (left.length === 0) break;
    send(left, "SIGKILL");
    await sleep(10);
  }
  return first.length;
}

/** Processes of the tree that are alive now (zombies are not), the root among them while it lives. */
export async function findTree(
  root: TreeRoot,
  wanted: (one: Seen) => boolean = () => true,
): Promise<readonly number[]> {
  const all = await (process.platform === "linux" ? seenByProc(root) : seenByPs());
  // Group 0 is everybody whose group is not of this namespace, in a container half of the machine; 1 is the first of all processes.
  const isRoot = (number: number): boolean => number > 1 && number === root.pid;
  const found = new Set(
    all.flatMap((one) => (one.marked || isRoot(one.group) || isRoot(one.pid) ? [one.pid] : [])),
  );
  let size = -1;
  while (size !== found.size) {
    size = found.size;
    for (const one of all) if (found.has(one.parent)) found.add(one.pid);
  }
  found.delete(process.pid);
  return all.flatMap((one) => (found.has(one.pid) && wanted(one) ? [one.pid] : []));
}

function send(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // Gone since it was listed, which is what was wanted.
    }
  }
}

async function seenByProc(root: TreeRoot): Promise<readonly Seen[]> {
  const names = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const seen = await Promise.all(names.map((name) => readProcess(name, root.marker)));
  return seen.filter((one) => one !== undefined);
}

async function readProcess(pid: string, marker: string): Promise<Seen | undefined> {
  try {
    // The name in parentheses may hold anything, so fields are counted after the last parenthesis: state, parent, group.
    const stat = await readFile(`/proc/${pid}/stat`, "latin1");
    const [state, parent, group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (state === "Z" || state === "X") return undefined;
    const environment = await readFile(`/proc/${pid}/environ`, "latin1").catch(() => "");
    const marked = environment.split("\0").includes(`${markerName}=${marker}`);
    const holdsSandbox = stat.slice(stat.indexOf("("), stat.lastIndexOf(")")) === "(bwrap";
    return { pid: Number(pid), parent: Number(parent), group: Number(group), marked, holdsSandbox };
  } catch {
    return undefined; // ended while it was being read
  }
}

async function seenByPs(): Promise<readonly Seen[]> {
  const text = await output("ps", ["-axo", "pid=,ppid=,pgid=,stat="]);
  return text.split("\n").flatMap((line) => {
    const [pid, parent, group, state] = line.trim().split(/\s+/);
    if (pid === undefined || pid === "" || state === undefined || state.startsWith("Z")) return [];
    return [
      {
        pid: Number(pid),
        parent: Number(parent),
        group: Number(group),
        marked: false,
        holdsSandbox: false,
      },
    ];
  });
}

async function killOnWindows(pid: number): Promise<number> {
  await output("taskkill", ["/pid", String(pid), "/T", "/F"]);
  return 1;
}

function output(program: string, values: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, [...values], { timeout: 5000 }, (_error, stdout) => resolve(stdout));
  });
}
