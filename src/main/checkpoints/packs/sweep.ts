import { stat } from "node:fs/promises";
import { join } from "node:path";
import { isMissing } from "../../workspace/confine.ts";
import type { FileOps } from "../file-ops.ts";
import { temporaryLog } from "../journal/log-writer.ts";
import type { Manifest } from "../journal/manifest.ts";
import { damagedPrefix, namesIn } from "../journal/open-tail.ts";

/** Names that other processes may be giving a file just now: only after so long they are left over. */
const hour = 3_600_000;

export interface SweepPlace {
  readonly folder: string;
  readonly ops: FileOps;
}

/**
 * Removes what folds and drops that were cut off left behind: nothing of it is named by the journal, and whoever holds the lock of
 * folds knows that nobody else is at work on it. Answers how many files went.
 */
export async function sweepStore(
  place: SweepPlace,
  manifest: Manifest,
  options: { readonly now: number; readonly keepDamagedMs: number },
): Promise<number> {
  const packs = join(place.folder, "objects/pack");
  const segments = join(place.folder, "segments");
  const named = new Set([
    ...manifest.segments.map(({ name }) => name),
    ...manifest.packs.flatMap(({ name }) => [`${name}.pack`, `${name}.idx`]),
  ]);
  const packNames = await namesIn(packs);
  // Where packs are missing that should be there, somebody else repacked: what is there may be all there is.
  const isOurs = manifest.packs.every(({ name }) => packNames.includes(`${name}.idx`));
  const stale = [
    ...packNames
      .filter(
        (name) => name.startsWith("tmp_pack_") || (isOurs && isPack(name) && !named.has(name)),
      )
      // The index goes first: without it git does not look at a pack.
      .toSorted((a, b) => Number(b.endsWith(".idx")) - Number(a.endsWith(".idx")))
      .map((name) => join(packs, name)),
    ...(await namesIn(segments))
      .filter(
        (name) => name.startsWith(temporaryLog) || (name.endsWith(".log") && !named.has(name)),
      )
      .map((name) => join(segments, name)),
    ...(await olderThan(place.folder, temporaryLog, options.now - hour)),
    ...(await olderThan(join(place.folder, "objects"), "tmp_obj_", options.now - hour)),
    ...(await olderThan(place.folder, damagedPrefix, options.now - options.keepDamagedMs)),
  ];
  for (const file of stale) await removeFile(file, place.ops);
  return stale.length;
}

const isPack = (name: string): boolean => /^pack-[0-9a-f]{40}\.(?:pack|idx)$/.test(name);

async function olderThan(folder: string, prefix: string, time: number): Promise<string[]> {
  const found: string[] = [];
  for (const name of await namesIn(folder)) {
    if (!name.startsWith(prefix)) continue;
    const file = join(folder, name);
    const stats = await stat(file).catch(() => undefined);
    if (stats !== undefined && stats.mtimeMs < time) found.push(file);
  }
  return found;
}

/** Gone is gone, whoever removed it. */
export async function removeFile(file: string, ops: FileOps): Promise<void> {
  await ops.unlink(file).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
  });
}

/** Removes the loose copies of objects that are in a pack. */
export async function removePackedLoose(
  { folder, ops }: SweepPlace,
  isPacked: (id: string) => Promise<boolean>,
): Promise<void> {
  const objects = join(folder, "objects");
  for (const first of (await namesIn(objects)).filter((name) => /^[0-9a-f]{2}$/.test(name))) {
    for (const rest of await namesIn(join(objects, first)))
      if (/^[0-9a-f]{38}$/.test(rest) && (await isPacked(first + rest)))
        await removeFile(join(objects, first, rest), ops);
  }
}

/** Removes the refs of sessions of which nothing is left. */
export async function sweepRefs(
  { folder, ops }: SweepPlace,
  sessions: ReadonlySet<string>,
): Promise<void> {
  const refs = join(folder, "refs/belay");
  for (const name of await namesIn(refs))
    if (!sessions.has(name)) await removeFile(join(refs, name), ops);
}
