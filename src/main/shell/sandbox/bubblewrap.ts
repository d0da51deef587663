import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import type { BubblewrapFeatures } from "./bubblewrap-arguments.ts";

export interface Bubblewrap {
  readonly program: string;
  readonly version: string;
  readonly features: BubblewrapFeatures;
}

/** Fixed places: a search path may lead into a project. */
const places = [
  "/usr/bin/bwrap",
  "/bin/bwrap",
  "/usr/local/bin/bwrap",
  "/run/current-system/sw/bin/bwrap",
  "/home/linuxbrew/.linuxbrew/bin/bwrap",
];

/** The installed bubblewrap; null when there is none that answers. */
export async function findBubblewrap(
  candidates: readonly string[] = places,
): Promise<Bubblewrap | null> {
  const program = candidates.find((path) => existsSync(path));
  if (program === undefined) return null;
  const [version, help] = await Promise.all([
    answer(program, "--version"),
    answer(program, "--help"),
  ]);
  if (version === "") return null;
  return {
    program,
    version: version.trim(),
    features: {
      bindsDescriptors: help.includes("--ro-bind-fd"),
      disablesNamespaces: help.includes("--disable-userns"),
    },
  };
}

function answer(program: string, option: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, [option], { timeout: 5000, env: {} }, (_error, stdout) => resolve(stdout));
  });
}
