import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../../shared/errors.ts";
import { isHeld, removeLockFile, takeKernelLock, type KernelLock } from "./kernel-lock.ts";

/** This process as others see it in claims and reservations, and a way to ask whether another still lives. */
export interface ProcessOwner {
  /** Takes the lock on first use: a process that only reads leaves no file. */
  id(): string;
  isOwn(owner: string): boolean;
  /** Ask inside a write transaction: two processes that ask at once would see each other's question as a holder. */
  isAlive(owner: string): boolean;
  close(): void;
}

/** `folder` holds one lock file per process. */
export function createProcessOwner(folder: string): ProcessOwner {
  const own = randomUUID();
  let lock: KernelLock | null = null;
  const fileOf = (owner: string): string => join(folder, `${owner}.lock`);
  return {
    id: () => {
      if (lock !== null) return own;
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      lock = takeKernelLock(fileOf(own), 0);
      if (lock === null) throw new AppError("internal", `Somebody else holds ${fileOf(own)}.`);
      return own;
    },
    isOwn: (owner) => owner === own,
    isAlive: (owner) => {
      if (owner === own || isHeld(fileOf(owner))) return true;
      removeLockFile(fileOf(owner)); // ids are never used again
      return false;
    },
    close: () => {
      if (lock === null) return;
      lock.release();
      lock = null;
      removeLockFile(fileOf(own));
    },
  };
}
