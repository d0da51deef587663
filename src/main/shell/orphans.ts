import { readdir, readFile } from "node:fs/promises";
import { readFileSync, readlinkSync } from "node:fs";
import { killTree, markerName } from "./process-tree.ts";

/** Set in the environment of a command: which process of Belay answers for it. */
export const ownerName = "BELAY_COMMAND_OWNER";

/**
 * This process, so that no other is taken for it: its process namespace, its number there and when it was started. "" where there
 * is no /proc to tell.
 */
export function ownOwner(): string {
  try {
    const started = startOf(readFileSync("/proc/self/stat", "latin1"));
    return started === null ? "" : `${readlinkSync("/proc/self/ns/pid")}:${process.pid}:${started}`;
  } catch {
    return "";
  }
}

/**
 * Ends what commands of an earlier Belay left running: those whose owner was of this process namespace and is no more, and whose guard
 * did not end them either. Answers how many commands had left something. Without /proc there is nothing to go by, and nothing is done.
 */
export async function sweepOrphans(): Promise<number> {
  const mine = ownOwner();
  if (mine === "") return 0;
  const namespace = mine.slice(0, mine.indexOf("]:") + 1);
  const found = await Promise.all((await readdir("/proc")).map((name) => ownedBy(name)));
  const markers = new Set<string>();
  for (const one of found)
    if (one !== null && one.owner.startsWith(`${namespace}:`) && !(await isThere(one.owner)))
      markers.add(one.marker);
  // A Belay that was started by a command of another one does not end itself.
  markers.delete(process.env[markerName] ?? "");
  for (const marker of markers) await killTree({ pid: null, marker });
  return markers.size;
}

interface Owned {
  readonly marker: string;
  readonly owner: string;
}

/** Of a process that carries the marks of a command; null for any other, and for one that is not this user's to read. */
async function ownedBy(pid: string): Promise<Owned | null> {
  if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return null;
  try {
    const variables = (await readFile(`/proc/${pid}/environ`, "latin1")).split("\0");
    const valueOf = (name: string): string | undefined =>
      variables.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1);
    const [marker, owner] = [valueOf(markerName), valueOf(ownerName)];
    return marker === undefined || marker === "" || owner === undefined ? null : { marker, owner };
  } catch {
    return null; // another user's, or gone
  }
}

async function isThere(owner: string): Promise<boolean> {
  const [, pid = "", started = ""] = /:(\d+):(\d+)$/.exec(owner) ?? [];
  // What cannot be read as an owner is nobody's to end.
  if (pid === "") return true;
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "latin1");
    return startOf(stat) === started && !/^[ZX]/.test(afterName(stat));
  } catch {
    return false;
  }
}

/** The fields from the state on: the name before them may hold anything. */
const afterName = (stat: string): string => stat.slice(stat.lastIndexOf(")") + 2);

/** Ticks since the machine was started, at which the process was. */
const startOf = (stat: string): string | null => afterName(stat).split(" ")[19] ?? null;
