import { rmSync, statSync } from "node:fs";
import Database from "better-sqlite3";
import { sqliteCode } from "./sqlite-errors.ts";

/** A lock that the kernel drops when its process ends, however it ends. */
export interface KernelLock {
  /** Removes the file too: nobody else may wait for it. */
  release(): void;
}

/**
 * Takes the lock, waiting up to `waitMs`; null when somebody else holds it. An exclusive transaction on an empty database is
 * the one lock that is the same on every system and immune to process ids used twice.
 */
export function takeKernelLock(file: string, waitMs: number): KernelLock | null {
  for (;;) {
    const database = new Database(file, { timeout: waitMs });
    try {
      database.exec("BEGIN EXCLUSIVE");
    } catch (error) {
      database.close();
      if (sqliteCode(error).startsWith("SQLITE_BUSY")) return null;
      throw error;
    }
    // Whoever held it before may have removed the file after it was opened here: that lock would guard nothing.
    if (statSync(file, { throwIfNoEntry: false }) !== undefined)
      return {
        release: () => release(file, database),
      };
    database.close();
  }
}

/** Removes the file while the lock still holds; Windows cannot remove an open file, nor one that another has just opened. */
function release(file: string, database: Database.Database): void {
  if (process.platform === "win32") database.close();
  try {
    rmSync(file, { force: true });
  } catch {
    // Somebody else has the file open and will remove it; an empty file left behind locks nobody out.
  }
  database.close();
}

/** Whether a living process holds the lock. Removes the file of a dead one. */
export function isHeld(file: string): boolean {
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return false;
  const lock = takeKernelLock(file, 0);
  lock?.release();
  return lock === null;
}
