import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { randomBytes } from "node:crypto";
import { basename, dirname } from "node:path";
import type { z } from "zod";
import { AppError } from "../shared/errors.ts";

/** Something read from disk; `warning` says what was lost and where it was kept. */
export interface Read<T> {
  readonly value: T;
  readonly warning: string | null;
}

/** A file of the app's; one that cannot be understood is set aside beside itself, and named in the warning. */
export function readJson<T>(file: string, schema: z.ZodType<T>, fallback: () => T): Read<T> {
  const text = readText(file);
  if (text === null) return { value: fallback(), warning: null };
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return { value: parsed.data, warning: null };
  const kept = file.replace(/\.json$/, `.broken-${timeStamp()}.json`);
  renameSync(file, kept);
  const warning = `${basename(file)} could not be understood and was replaced by the defaults. The old one is kept as ${kept}.`;
  return { value: fallback(), warning };
}

/** Null when there is no such file. Throws AppError("unavailable") when it cannot be read. */
export function readText(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (isMissing(error)) return null;
    throw new AppError("unavailable", `Belay cannot read ${file}. Check whose it is.`, {
      cause: error,
    });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // fits no schema, so the caller sets the file aside
  }
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

function timeStamp(): string {
  return new Date().toISOString().replaceAll(/[:.]/g, "-");
}

/** Replaces a file whole and durably: a crash leaves the old one or the new one. Throws AppError("unavailable"). */
export function writeAtomically(file: string, text: string): void {
  const temporary = `${file}.${process.pid}-${randomBytes(4).toString("hex")}.tmp`;
  try {
    const descriptor = openSync(temporary, "wx", 0o600);
    try {
      writeFileSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new AppError(
      "unavailable",
      `Belay cannot write ${file}. Check the disk's free space and whose folder it is.`,
      { cause: error },
    );
  }
  syncFolder(dirname(file));
}

/** Makes the rename itself durable. Windows cannot sync a folder, and journals the rename. */
function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** A folder for such files, for this user only. */
export function makeFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
}

/** With all that is in it; nothing happens where it is not there. */
export function removeFolder(path: string): void {
  rmSync(path, { recursive: true, force: true });
}
