import { open } from "node:fs/promises";
import { AppError, messageOf } from "../shared/errors.ts";

export interface ChosenFile {
  readonly bytes: Uint8Array;
  /** When it was last written, Unix milliseconds. */
  readonly writtenAt: number;
}

/**
 * A file that the person named, whole; null where it is larger than allowed. Throws AppError("unavailable") where it cannot be read
 * or is no file.
 */
export async function readChosenFile(path: string, mostBytes: number): Promise<ChosenFile | null> {
  try {
    await using file = await open(path, "r");
    const stats = await file.stat();
    if (!stats.isFile()) throw new AppError("unavailable", `${path} is no file.`);
    const { size, mtimeMs } = stats;
    if (size > mostBytes) return null;
    const bytes = new Uint8Array(size);
    let filled = 0;
    while (filled < size) {
      const { bytesRead } = await file.read(bytes, filled, size - filled, filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return { bytes: bytes.subarray(0, filled), writtenAt: mtimeMs };
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError("unavailable", messageOf(cause), { cause });
  }
}
