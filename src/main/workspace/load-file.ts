import { createHash } from "node:crypto";
import { AppError } from "../../shared/errors.ts";
import { blobId } from "./blob-id.ts";
import { openForReading } from "./confine.ts";
import type { ReadableFile } from "./read-page.ts";
import type { Workspace } from "./workspace.ts";

/** A file's bytes and their git blob id. */
export interface LoadedFile {
  readonly content: Buffer;
  readonly blobId: string;
}

/** The largest file that a tool edits or replaces. */
export const editableBytes = 32 * 1024 * 1024;

/** All bytes of a regular file; null when there is nothing at the path. AppError for a folder, a device, a file over 32 MB. */
export async function loadFile(workspace: Workspace, path: string): Promise<LoadedFile | null> {
  return withFile(workspace, path, async (file) => {
    const { size } = await file.stat();
    if (size > editableBytes) {
      throw new AppError(
        "invalid-input",
        `${path} is too large to edit as a whole (${size} bytes). Use a command for it.`,
      );
    }
    const content = await file.readFile();
    return { content, blobId: blobId(content) };
  });
}

/** The git blob id and size in bytes of a file of any size; null when there is nothing at the path. */
export async function hashFile(
  workspace: Workspace,
  path: string,
): Promise<{ readonly blobId: string; readonly size: number } | null> {
  return withFile(workspace, path, async (file) => {
    const { size } = await file.stat();
    const hash = createHash("sha1").update(`blob ${size}\0`);
    const chunk = Buffer.allocUnsafe(256 * 1024);
    for (let position = 0; ;) {
      const { bytesRead } = await file.read(chunk, 0, chunk.length, position);
      if (bytesRead === 0) break;
      hash.update(chunk.subarray(0, bytesRead));
      position += bytesRead;
    }
    return { blobId: hash.digest("hex"), size };
  });
}

interface WholeFile extends ReadableFile {
  readFile(): Promise<Buffer>;
}

async function withFile<T>(
  workspace: Workspace,
  path: string,
  use: (file: WholeFile) => Promise<T>,
): Promise<T | null> {
  let opened;
  try {
    opened = await openForReading(workspace, path);
  } catch (error) {
    if (error instanceof AppError && error.code === "not-found") return null;
    throw error;
  }
  await using file = opened;
  return await use(file);
}
