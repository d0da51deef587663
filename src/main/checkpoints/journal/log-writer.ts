import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { FileOps } from "../file-ops.ts";
import { encodeHead, encodeRecord, newSalt, type RecordParts } from "./log-format.ts";
import type { Manifest } from "./manifest.ts";

/** A file of records under a temporary name, to be given its own name when it is whole. */
export interface LogWriter {
  readonly salt: Buffer;
  readonly handle: FileHandle;
  readonly temporary: string;
  /** Where the first record starts. */
  readonly start: number;
  end(): number;
  add(parts: RecordParts): Promise<void>;
  /** Durable under its own name, in the place of what had it. The handle stays open. */
  finish(file: string): Promise<void>;
  /** Closes and removes it. */
  discard(): Promise<void>;
}

/** Names of files of Belay's own that are not whole yet. Under the lock of folds nobody else makes or needs one. */
export const temporaryLog = "tmp_log_";

export async function createLogWriter(
  folder: string,
  head: Manifest,
  ops: FileOps,
): Promise<LogWriter> {
  const salt = newSalt();
  const temporary = join(folder, `${temporaryLog}${randomBytes(8).toString("hex")}`);
  const handle = await ops.open(
    temporary,
    constants.O_RDWR | constants.O_CREAT | constants.O_EXCL,
    0o600,
  );
  const bytes = encodeHead(salt, head);
  let end = bytes.length;
  const discard = async (): Promise<void> => {
    await handle.close();
    await ops.unlink(temporary).catch(() => undefined);
  };
  try {
    await ops.write(handle, bytes, 0);
  } catch (error) {
    await discard();
    throw error;
  }
  return {
    salt,
    handle,
    temporary,
    start: bytes.length,
    end: () => end,
    async add(parts) {
      const record = encodeRecord(salt, end, parts);
      await ops.write(handle, record, end);
      end += record.length;
    },
    async finish(file) {
      await ops.fsync(handle);
      await ops.rename(temporary, file);
      await ops.syncFolder(dirname(file));
    },
    discard,
  };
}
