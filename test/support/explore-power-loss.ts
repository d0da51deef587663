import { realpathSync } from "node:fs";
import { join } from "node:path";
import {
  createCheckpointService,
  type CheckpointServiceOptions,
} from "../../src/main/checkpoints/create-checkpoint-service.ts";
import type { FileOps } from "../../src/main/checkpoints/file-ops.ts";
import type { CheckpointService } from "../../src/main/checkpoints/types.ts";
import { createFailingFileOps } from "./failing-file-ops.ts";
import type { RecordedDisk } from "./power-loss.ts";
import type { Survivor } from "./surviving-disks.ts";
import { createTemporaryFolder } from "./temporary-folder.ts";
import { treeOf } from "./tree-hash.ts";

/** The service of the folder `project` below `base`. */
export const openAt = (
  base: string,
  ops: FileOps,
  options: Pick<CheckpointServiceOptions, "storageLimits"> = {},
): Promise<CheckpointService> =>
  createCheckpointService({
    workspace: { root: join(base, "project"), id: "w" },
    storeFolder: join(base, "data/store"),
    lockFolder: join(base, "data/locks"),
    ops,
    ...options,
  });

/** Neither synced nor recorded. */
export const quick = (): FileOps => createFailingFileOps().ops;

export const projectOf = (base: string) => treeOf(join(base, "project"));

export interface Played {
  readonly disk: RecordedDisk;
  /** Throws where a disk that survived does not hold what was promised. `left`: the recovered service. */
  readonly check: (base: string, left: CheckpointService, isWhole: boolean) => Promise<void>;
}

export type Scenario = (base: string, skipped: number) => Promise<Played>;

/**
 * Opening seals the journal's name twice and its first bytes once: any later fsync of the two does it as well. The folder of packs
 * matters when there are some.
 */
export const isOpening = (path: string): boolean =>
  /^data\/store(?:\/(?:tmp_log_\w+|objects))?$/.test(path);

/** What is wrong with the disks that a power cut leaves, one line each; with `isFirst` only the first. */
export async function explore(
  scenario: Scenario,
  skipped = -1,
): Promise<{
  readonly found: string[];
  readonly syncs: readonly string[];
  readonly tried: number;
}> {
  using folder = createTemporaryFolder();
  const { disk, check } = await scenario(realpathSync(folder.path), skipped);
  const found: string[] = [];
  let tried = 0;
  // The last ones are where what was told must hold: a missing fsync shows there first.
  for (const survivor of disk.survivors().toReversed()) {
    if (skipped >= 0 && found.length > 0) break;
    tried += 1;
    const wrong = await judge(survivor, check);
    if (wrong !== null) found.push(`${survivor.name}: ${wrong}`);
  }
  return { found, syncs: disk.syncs(), tried };
}

async function judge(survivor: Survivor, check: Played["check"]): Promise<string | null> {
  using folder = createTemporaryFolder();
  const base = realpathSync(folder.path);
  survivor.write(base);
  let service: CheckpointService | undefined;
  try {
    service = await openAt(base, quick());
    await service.recover();
    await check(base, service, survivor.isWhole);
    return null;
  } catch (error) {
    return String(error);
  } finally {
    await service?.close();
  }
}

/** The fsyncs that can be left out without any disk showing it, but for those that are spare: none, when each is needed. */
export async function unmissedSyncs(
  scenario: Scenario,
  isSpare: (path: string, index: number) => boolean,
): Promise<readonly string[]> {
  const { syncs } = await explore(scenario);
  const unmissed: string[] = [];
  for (const [skipped, path] of syncs.entries())
    if (!isSpare(path, skipped) && (await explore(scenario, skipped)).found.length === 0)
      unmissed.push(`${skipped} of ${syncs.length}: ${path}`);
  return unmissed;
}
