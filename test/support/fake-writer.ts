import {
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
  lstatSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type {
  CheckpointWriter,
  Expectation,
  FileEffect,
} from "../../src/main/checkpoints/types.ts";
import { blobId } from "../../src/main/workspace/blob-id.ts";
import { AppError } from "../../src/shared/errors.ts";
import { createCheckpointId } from "../../src/shared/ids.ts";

/** Applies effects directly, with the writer's promise about `expect`, and keeps what it was asked to do. */
export function createFakeWriter(
  root: string,
): CheckpointWriter & { readonly applied: FileEffect[] } {
  const applied: FileEffect[] = [];
  return {
    applied,
    async apply(scope, effects) {
      const checkpointId = createCheckpointId();
      const paths = effects.map((effect) => (effect.kind === "move" ? effect.from : effect.path));
      await scope.onCheckpoint({ checkpointId, commit: "0".repeat(40), paths });
      for (const effect of effects) {
        applyEffect(root, effect);
        applied.push(effect);
      }
      return { checkpointId, notes: [] };
    },
  };
}

function applyEffect(root: string, effect: FileEffect): void {
  const path = join(root, effect.kind === "move" ? effect.from : effect.path);
  assertExpected(path, effect.expect);
  if (effect.kind === "delete") return rmSync(path);
  const target = effect.kind === "move" ? join(root, effect.to) : path;
  mkdirSync(dirname(target), { recursive: true });
  if (effect.kind === "move") renameSync(path, target);
  else writeFileSync(path, effect.content);
}

function assertExpected(path: string, expect: Expectation): void {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  const link = stats?.isSymbolicLink() === true;
  const now =
    stats === undefined
      ? "absent"
      : blobId(link ? Buffer.from(readlinkSync(path)) : readFileSync(path));
  if (now !== (expect === "absent" ? "absent" : expect.blobId))
    throw new AppError("conflict", `${path} changed`);
}
