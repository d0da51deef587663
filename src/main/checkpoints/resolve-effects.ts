import { sep } from "node:path";
import { AppError } from "../../shared/errors.ts";
import { blobId } from "../workspace/blob-id.ts";
import {
  assertNoGitFolder,
  assertWritable,
  followInside,
  resolveInside,
} from "../workspace/confine.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { EffectPlace } from "./effect.ts";
import type { PlannedChange } from "./effect.ts";
import { foldedName } from "./plan-paths.ts";
import { holdPath, newFileMode, stateOf, type Held, type State } from "./image.ts";
import { absent } from "./records.ts";
import type { Expectation, FileEffect } from "./types.ts";

/** Confines, reads and checks what a tool wants done. On an error nothing stays open. */
export async function resolveEffects(
  place: EffectPlace,
  effects: readonly FileEffect[],
  privateFolders: readonly string[],
): Promise<PlannedChange[]> {
  const changes: PlannedChange[] = [];
  try {
    for (const effect of effects) await resolveEffect(place, { effect, privateFolders, changes });
    assertDistinct(changes);
    return changes;
  } catch (error) {
    for (const change of changes) await change.held.release();
    throw error;
  }
}

interface Resolving {
  readonly effect: FileEffect;
  readonly privateFolders: readonly string[];
  readonly changes: PlannedChange[];
}

async function resolveEffect(
  place: EffectPlace,
  { effect, privateFolders, changes }: Resolving,
): Promise<void> {
  const target = async (path: string, follow: boolean): Promise<{ path: string; held: Held }> => {
    const confined = await resolveInside(place.workspace, path);
    const final = follow ? await followInside(place.workspace, confined) : confined;
    assertWritable(final);
    assertNoGitFolder(place.workspace, final);
    assertPublic(final.absolute, privateFolders);
    return {
      path: final.relative,
      held: await holdPath(place.workspace, final.relative, place),
    };
  };
  if (effect.kind === "move") {
    const from = await target(effect.from, false);
    changes.push({ ...from, post: { image: absent, content: null } });
    assertExpected(from, effect.expect);
    if (from.held.image.type === "absent")
      throw new AppError("not-found", `There is no file ${JSON.stringify(effect.from)}.`);
    const to = await target(effect.to, false);
    changes.push({ ...to, post: stateOf(from.held) });
    if (isOneFile(from, to))
      throw new AppError(
        "conflict",
        `On this volume ${JSON.stringify(effect.from)} and ${JSON.stringify(effect.to)} are one name. Move it to another name first, then to this one. Nothing was moved.`,
      );
    if (to.held.image.type !== "absent")
      throw new AppError(
        "conflict",
        `${JSON.stringify(effect.to)} exists already. Nothing was moved.`,
      );
    return;
  }
  const one = await target(effect.path, effect.kind === "write");
  changes.push({ ...one, post: postOf(effect, one.held) });
  if (effect.kind === "write") assertNotReadOnly(one);
  assertExpected(one, effect.expect);
  if (effect.kind === "delete" && one.held.image.type === "absent")
    throw new AppError("not-found", `There is no file ${JSON.stringify(effect.path)}.`);
}

type Target = Pick<PlannedChange, "path" | "held">;

/** Whether a volume that folds the case of letters, or the form of accents, finds the same file under both names. */
function isOneFile(from: Target, to: Target): boolean {
  const [a, b] = [from.held.stats, to.held.stats];
  if (a === null || b === null || from.path === to.path) return false;
  return a.dev === b.dev && a.ino === b.ino && foldedName(from.path) === foldedName(to.path);
}

function postOf(effect: Exclude<FileEffect, { kind: "move" }>, held: Held): State {
  if (effect.kind === "delete") return { image: absent, content: null };
  const content = Buffer.from(effect.content);
  const mode = held.image.type === "file" ? held.image.mode : newFileMode;
  return { image: { type: "file", blob: blobId(content), mode, size: content.length }, content };
}

function assertNotReadOnly({ path, held }: { readonly path: string; readonly held: Held }): void {
  if (held.image.type === "file" && (held.image.mode & 0o200) === 0)
    throw new AppError(
      "denied",
      `${JSON.stringify(path)} is read-only (mode ${held.image.mode.toString(8)}). Ask the person before changing that.`,
    );
}

/** The stale-write guard's last word, under the lock. A link has no content of its own to have been read. */
function assertExpected(
  { path, held }: { readonly path: string; readonly held: Held },
  expect: Expectation,
): void {
  if (expect === "absent") {
    if (held.image.type !== "absent")
      throw new AppError(
        "conflict",
        `${JSON.stringify(path)} exists already. Read it first, then change it.`,
      );
    return;
  }
  if (held.image.type === "absent")
    throw new AppError(
      "conflict",
      `${JSON.stringify(path)} is gone: somebody deleted or moved it since you read it.`,
    );
  if (held.image.type === "file" && held.image.blob !== expect.blobId) {
    throw new AppError(
      "conflict",
      `${JSON.stringify(path)} changed since you read it. Read it again, then make the change to what is there now.`,
    );
  }
}

/** By any case of the letters: the volume may fold them. */
function assertPublic(absolute: string, privateFolders: readonly string[]): void {
  const path = absolute.toLowerCase();
  if (privateFolders.some((folder) => path === folder || path.startsWith(folder + sep))) {
    throw new AppError("denied", "That folder holds Belay's own data. Tools cannot touch it.");
  }
}

function assertDistinct(changes: readonly PlannedChange[]): void {
  if (new Set(changes.map((change) => change.path)).size < changes.length)
    throw new AppError("invalid-input", "The same file is named twice in one call.");
}

/** Of these real paths those that tools must not reach although they lie inside the workspace, in lower case. */
export function privateIn(workspace: Workspace, folders: readonly string[]): readonly string[] {
  return folders
    .filter((folder) => folder.startsWith(workspace.root))
    .map((folder) => folder.toLowerCase());
}
