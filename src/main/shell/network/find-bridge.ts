import { existsSync } from "node:fs";
import { perlBridge, pythonBridge } from "./bridge-scripts.ts";

/** What passes a command's connections out of its sandbox: a program and what comes before its list of places. */
export type Bridge = readonly string[];

/** Fixed places of the system, which every sandbox shows: a search path may lead into a project. */
const bridges: readonly Bridge[] = [
  ["/usr/bin/perl", "-e", perlBridge, "--"],
  // Isolated, without site packages: nothing of the project or the home folder is read.
  ["/usr/bin/python3", "-I", "-S", "-c", pythonBridge],
];

/** The first that is here; null where none is: then commands have no network, whatever is granted. */
export function findBridge(candidates: readonly Bridge[] = bridges): Bridge | null {
  return candidates.find(([program = ""]) => existsSync(program)) ?? null;
}

export const noBridge =
  "Commands have no network here, because nothing can pass their connections on. Install perl or python3 as a package of the system.";
