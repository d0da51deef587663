import { constants, type BigIntStats } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { AppError } from "../../shared/errors.ts";
import { blobId } from "../workspace/blob-id.ts";
import { codeOf, isMissing, withParent } from "../workspace/confine.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { FileOps } from "./file-ops.ts";
import { absent, type Image } from "./records.ts";

/** Files above this are refused: their bytes could not be kept. 64 MB, as the plan says. */
const largestFile = 64 * 1024 * 1024;

/** Mode of new files, as an editor makes them under the person's umask. */
export const newFileMode = 0o666 & ~process.umask();

/** What is at a path now. A file's descriptor stays open until `release`, so that late writes to it are still seen. */
export interface Held {
  readonly image: Image;
  /** The file's bytes or the link's target; null when absent. */
  readonly content: Buffer | null;
  readonly stats: BigIntStats | null;
  readonly handle: FileHandle | null;
  release(): Promise<void>;
}

/** What is, or is to be, at a path. */
export interface State {
  readonly image: Image;
  readonly content: Buffer | null;
}

export const stateOf = (held: Held): State => ({ image: held.image, content: held.content });

/** Held where there is nothing. */
export const nothing: Held = {
  image: absent,
  content: null,
  stats: null,
  handle: null,
  release: async () => {},
};

export interface HoldOptions {
  readonly ops: FileOps;
  /** A folder is an image too, not an error. */
  readonly folders?: boolean;
}

/** Reads what is at a path without following a link. Folders (unless wanted), devices and too large files are AppErrors. */
export async function holdPath(
  workspace: Workspace,
  path: string,
  { ops, folders = false }: HoldOptions,
): Promise<Held> {
  try {
    return await withParent(workspace, path, ({ entry }) =>
      holdEntry(entry, { path, ops, folders }),
    );
  } catch (error) {
    if (isMissing(error)) return nothing;
    if (codeOf(error) === "EACCES")
      throw new AppError(
        "denied",
        `${JSON.stringify(path)} cannot be read, so it could not be undone. Nothing was written.`,
        { cause: error },
      );
    throw error;
  }
}

interface Named extends HoldOptions {
  readonly path: string;
}

/** The same for an entry of an open folder. */
export async function holdEntry(
  entry: string,
  { path, ops, folders = false }: Named,
): Promise<Held> {
  const stats = await ops.lstat(entry);
  if (stats.isSymbolicLink()) {
    const target = await ops.readlink(entry);
    return { ...nothing, image: { type: "link", blob: blobId(target) }, content: target, stats };
  }
  if (stats.isDirectory() && folders)
    return { ...nothing, image: { type: "folder", mode: Number(stats.mode & 0o7777n) }, stats };
  if (stats.isDirectory())
    throw new AppError("invalid-input", `${JSON.stringify(path)} is a folder. Name a file in it.`);
  if (!stats.isFile())
    throw new AppError(
      "denied",
      `${JSON.stringify(path)} is no regular file (a pipe, socket or device).`,
    );
  if (stats.size > largestFile)
    throw new AppError(
      "denied",
      `${JSON.stringify(path)} is larger than 64 MB, so it cannot be kept for undo. Nothing was written.`,
    );
  const handle = await ops.open(
    entry,
    constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
  );
  try {
    const content = await readWhole(handle);
    const now = await handle.stat({ bigint: true });
    const image: Image = {
      type: "file",
      blob: blobId(content),
      mode: Number(now.mode & 0o7777n),
      size: content.length,
    };
    return { image, content, stats: now, handle, release: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** The whole file from its start, wherever the descriptor stands. */
export async function readWhole(handle: FileHandle): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let position = 0;
  for (;;) {
    const { size } = await handle.stat();
    const buffer = Buffer.allocUnsafe(Math.max(1, size - position));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) return Buffer.concat(chunks);
    chunks.push(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
}

/** Whether a path still is what was held: same file, same size, not written since. Null stands for nothing there. */
export function isUntouched(held: Held, now: BigIntStats | null): boolean {
  const then = held.stats;
  if (then === null || now === null) return then === now;
  return (
    then.dev === now.dev &&
    then.ino === now.ino &&
    then.size === now.size &&
    then.mtimeNs === now.mtimeNs &&
    then.ctimeNs === now.ctimeNs
  );
}
