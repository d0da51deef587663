import { constants, fstatSync, type BigIntStats } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { AppError } from "../../shared/errors.ts";
import { blobId } from "../workspace/blob-id.ts";
import { codeOf, isMissing, withParent } from "../workspace/confine.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { FileOps } from "./file-ops.ts";
import { absent, sameImage, type Image } from "./records.ts";

/** Files above this are refused: their bytes could not be kept. 64 MB, as the plan says. */
const largestFile = 64 * 1024 * 1024;

/** Mode of new files, as an editor makes them under the person's umask. */
export const newFileMode = 0o666 & ~process.umask();

const readingFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** What is at a path now. A file's descriptor stays open until `release`, so that late writes to it are still seen. */
export interface Held {
  readonly image: Image;
  /** The file's bytes or the link's target; null when absent. */
  readonly content: Buffer | null;
  readonly stats: BigIntStats | null;
  readonly handle: FileHandle | null;
  release(): Promise<void>;
}

/** What is, or is to be, at a path. `content` is null where there is none, or where the journal has it. */
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
    const image: Image = { type: "link", blob: blobId(target) };
    return { ...nothing, image, content: target, stats };
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
  const handle = await ops.open(entry, readingFlags);
  try {
    const content = await readWhole(handle, stats.size);
    const now = statsOf(handle);
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

/** Of an open file the system knows them at once: to hand that to another thread takes twenty times as long. */
export const statsOf = ({ fd }: FileHandle): BigIntStats => fstatSync(fd, { bigint: true });

/** What stands at a path; null when nothing does. */
export function lstatOrNull(ops: FileOps, path: string): BigIntStats | null {
  try {
    return ops.lstatSync(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/**
 * Holds again what was let go after a look. Null when it is not the file it was, or was written since. What was written without a trace,
 * within one step of the file system's clock, is found after the swap, through the descriptor.
 */
export async function holdAgain(entry: string, held: Held, ops: FileOps): Promise<Held | null> {
  const { stats, image } = held;
  if (image.type !== "file" || stats === null || held.handle !== null) return held;
  let handle: FileHandle;
  try {
    handle = await ops.open(entry, readingFlags);
  } catch (error) {
    if (isMissing(error) || codeOf(error) === "ELOOP") return null;
    throw error;
  }
  let isSame = false;
  try {
    isSame = isUntouched(held, statsOf(handle));
    return isSame ? { ...held, handle, release: () => handle.close() } : null;
  } finally {
    if (!isSame) await handle.close();
  }
}

/** The same for a file of which another name went meanwhile: that leaves a new change time, so its bytes and mode are read again. */
export async function holdRelinked(entry: string, held: Held, ops: FileOps): Promise<Held | null> {
  const now = await holdEntry(entry, { path: entry, ops }).catch((error: unknown) => {
    if (isMissing(error) || codeOf(error) === "ELOOP" || error instanceof AppError) return null;
    throw error;
  });
  if (now === null) return null;
  const isSame =
    now.stats?.dev === held.stats?.dev &&
    now.stats?.ino === held.stats?.ino &&
    sameImage(now.image, held.image);
  if (isSame) return { ...now, content: null };
  await now.release();
  return null;
}

/** The whole file from its start, wherever the descriptor stands. */
export async function readWhole(handle: FileHandle, expected?: bigint): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let position = 0;
  let size = Number(expected ?? statsOf(handle).size);
  for (;;) {
    // One byte more than is expected tells that nothing follows.
    const buffer = Buffer.allocUnsafe(Math.max(0, size - position) + 1);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
    if (bytesRead > 0) chunks.push(buffer.subarray(0, bytesRead));
    position += bytesRead;
    if (bytesRead < buffer.length && (bytesRead === 0 || position >= size))
      return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
    size = Number(statsOf(handle).size);
  }
}

/**
 * Whether a path still is what was held: same file, same size, not written since. Null stands for nothing there. Of a folder only
 * that it is the same one: its times change with what is in it.
 */
export function isUntouched(
  { stats: then }: Pick<Held, "stats">,
  now: BigIntStats | null,
): boolean {
  if (then === null || now === null) return then === now;
  if (then.isDirectory() && now.isDirectory()) return then.dev === now.dev && then.ino === now.ino;
  return (
    then.dev === now.dev &&
    then.ino === now.ino &&
    then.size === now.size &&
    then.mtimeNs === now.mtimeNs &&
    then.ctimeNs === now.ctimeNs
  );
}
