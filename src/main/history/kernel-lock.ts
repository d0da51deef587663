import { existsSync, rmSync } from "node:fs";
import Database from "better-sqlite3";
import { sqliteCode } from "./sqlite-errors.ts";

/** A lock that the kernel drops when its process ends, however it ends. */
export interface KernelLock {
  /** The file stays: removing it would let one waiter lock the old file and another a new one. */
  release(): void;
}

/**
 * Takes the lock, waiting up to `waitMs`; null when somebody else holds it. An exclusive transaction on an empty database is
 * the one lock that is the same on every system and immune to process ids used twice.
 */
export function takeKernelLock(file: string, waitMs: number): KernelLock | null {
  const database = new Database(file, { timeout: waitMs });
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (sqliteCode(error).startsWith("SQLITE_BUSY")) return null;
    throw error;
  }
  return { release: () => database.close() };
}

/** Whether a living process holds the lock. Creates no file that is not there. */
export function isHeld(file: string): boolean {
  if (!existsSync(file)) return false;
  const lock = takeKernelLock(file, 0);
  lock?.release();
  return lock === null;
}

/** Removes a lock file that nobody will ever take again. */
export function removeLockFile(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // Windows: somebody asks whether it is held just now. An empty file left behind locks nobody out.
  }
}
