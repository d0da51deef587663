import { AppError } from "../../shared/errors.ts";
import type { EffectSite } from "./effect.ts";
import { holdPath, isUntouched } from "./image.ts";
import { inParallel } from "./in-parallel.ts";
import { blobOf, type Entry } from "./records.ts";
import type { Effects } from "./run-changes.ts";

/** How many files are read at once. */
const parallel = 8;

/**
 * Reads back what was placed. A file that is still the one placed and has other bytes was spoilt by the disk: AppError("unavailable"),
 * for everything to be put back. One that somebody else wrote since is theirs, and named in a line for the person.
 */
export async function verifyPlaced(
  site: EffectSite,
  entries: readonly Entry[],
  { placed }: Effects,
): Promise<readonly string[]> {
  const put = entries.filter(({ path, post }) => placed.has(path) && blobOf(post) !== null);
  const lines = await inParallel(put, parallel, (entry) => verify(site, entry, placed));
  return lines.flat();
}

async function verify(
  site: EffectSite,
  { path, post }: Entry,
  placed: Effects["placed"],
): Promise<string[]> {
  const held = await holdPath(site.workspace, path, { ops: site.ops, folders: true }).catch(
    (error: unknown) => {
      if (!(error instanceof AppError)) throw error;
    },
  );
  await held?.release();
  if (held !== undefined && blobOf(held.image) === blobOf(post)) return [];
  if (held !== undefined && isUntouched(held, placed.get(path) ?? null))
    throw new AppError(
      "unavailable",
      `${JSON.stringify(path)} does not hold what was just written to it. Nothing was changed: everything is put back. Check the disk, then retry.`,
    );
  return [`${path} was changed by somebody else right after it was put back. Their version stays.`];
}
