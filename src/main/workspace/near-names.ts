import { AppError } from "../../shared/errors.ts";
import { findFiles } from "./find-files.ts";
import { listFiles } from "./list-files.ts";
import type { Workspace } from "./workspace.ts";

const shown = 5;

/** Paths that a missing one may have meant: the same name elsewhere, or a like name in the same folder. */
export async function nearNames(
  workspace: Workspace,
  path: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const cut = path.lastIndexOf("/") + 1;
  const folder = path.slice(0, cut).replace(/\/$/, "");
  const name = path.slice(cut);
  const [same, beside] = await Promise.all([
    quiet(
      async () => (await findFiles(workspace, name.replaceAll(/[*?[\]{}]/g, "?"), signal)).paths,
    ),
    quiet(async () =>
      (await listFiles(workspace, { path: folder, depth: 1 })).entries.map((entry) => entry.name),
    ),
  ]);
  const like = beside
    .map((other) => ({ other, score: likeness(other.toLowerCase(), name.toLowerCase()) }))
    .filter(({ score }) => score >= 0.5)
    .toSorted((a, b) => b.score - a.score)
    .map(({ other }) => (folder === "" ? other : `${folder}/${other}`));
  return [...new Set([...same, ...like])].slice(0, shown);
}

/** A suggestion must not turn "missing" into another failure. */
async function quiet(look: () => Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof AppError) return [];
    throw error;
  }
}

/** 0 to 1: the share of letter pairs that two texts have in common (Dice's coefficient). */
export function likeness(a: string, b: string): number {
  if (a === b) return 1;
  const pairs = new Map<string, number>();
  for (let index = 0; index < a.length - 1; index += 1) {
    const pair = a.slice(index, index + 2);
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  let common = 0;
  for (let index = 0; index < b.length - 1; index += 1) {
    const pair = b.slice(index, index + 2);
    const left = pairs.get(pair) ?? 0;
    if (left > 0) common += 1;
    pairs.set(pair, left - 1);
  }
  return (2 * common) / Math.max(1, a.length + b.length - 2);
}
