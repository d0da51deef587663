import { randomBytes } from "node:crypto";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { PrivateStorage } from "../../../shared/storage.ts";
import { AppError } from "../../../shared/errors.ts";
import { isRunning } from "./private-folders.ts";

const day = 86_400_000;
/** No copy goes before this, whatever the limits say. */
const leastDays = 30;

/** As for checkpoints: see `StorageLimits`. */
export interface HeldLimits {
  /** Of 2^20 bytes. */
  readonly megabytes: number;
  readonly days: number;
}

export const leastHeld: HeldLimits = { megabytes: 2048, days: leastDays };

/** What the private folders of a workspace take on the disk, in bytes. `base` may be missing. */
export async function privateStorage(base: string): Promise<PrivateStorage> {
  const held = heldCopies(base);
  const sizes = await Promise.all(held.map(({ path }) => bytesIn(path)));
  return {
    caches: (await bytesIn(join(base, "home"))) + (await bytesIn(join(base, "tmp"))),
    held: sizes.reduce((sum, bytes) => sum + bytes, 0),
    heldCopies: held.length,
  };
}

/**
 * Empties the home and the temporary folder that a workspace's commands see, package caches with them. What they hold can be made or fetched
 * again. AppError("conflict") while a command of the workspace runs, in this process or another: it would lose what it works on.
 */
export async function clearCaches(
  base: string,
  isBusy = false,
): Promise<{ readonly bytes: number }> {
  if (isBusy || hasRunningCommand(base))
    throw new AppError(
      "conflict",
      "A prompt or a command is at work in this project. Wait for its end or stop it, then clear the caches.",
    );
  const { caches } = await privateStorage(base);
  for (const name of ["home", "tmp"]) {
    const path = join(base, name);
    if (!existsSync(path)) continue;
    // At once for who looks, however long the removal takes; what a crash leaves of it goes with the next one.
    renameSync(path, join(base, `gone-${randomBytes(6).toString("hex")}`));
    mkdirSync(path, { mode: 0o700 });
  }
  if (existsSync(base))
    for (const name of readdirSync(base))
      if (name.startsWith("gone-")) removeTree(join(base, name));
  return { bytes: caches };
}

/** Each running command has a folder of sockets, which begins with its Belay's number. */
function hasRunningCommand(base: string): boolean {
  const folder = join(base, "run");
  return (
    existsSync(folder) && readdirSync(folder).some((name) => isRunning(Number.parseInt(name, 10)))
  );
}

/** Folders that were made read-only (Go's module cache is) do not let go of what is in them. Links are removed, never followed. */
function removeTree(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    openFolders(path);
    rmSync(path, { recursive: true, force: true });
  }
}

function openFolders(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  chmodSync(path, 0o700);
  for (const name of readdirSync(path)) openFolders(join(path, name));
}

interface HeldCopy {
  readonly path: string;
  readonly takenAt: number;
}

/** What was taken back from commands, oldest first. */
function heldCopies(base: string): readonly HeldCopy[] {
  const folder = join(base, "held");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((name) => {
      const path = join(folder, name);
      const found = lstatSync(path, { throwIfNoEntry: false });
      return found?.isDirectory() === true ? [{ path, takenAt: found.mtimeMs }] : [];
    })
    .toSorted((one, other) => one.takenAt - other.takenAt);
}

/**
 * Drops copies of what was taken back from commands: what is older than the days, and the oldest while all together are over the size; none
 * of the last 30 days. A note on a card names the folder: in its place a file says what was there and when it went.
 */
export async function sweepHeld(
  base: string,
  { days, megabytes }: HeldLimits,
  now = Date.now(),
): Promise<void> {
  const copies = heldCopies(base);
  const sizes = await Promise.all(copies.map(({ path }) => bytesIn(path)));
  let total = sizes.reduce((sum, bytes) => sum + bytes, 0);
  for (const [at, { path, takenAt }] of copies.entries()) {
    const age = (now - takenAt) / day;
    const isOver = total > megabytes * 2 ** 20;
    if (age < leastDays || (age < days && !isOver)) continue;
    const names = readdirSync(path);
    removeTree(path);
    const when = new Date(now).toISOString().slice(0, 10);
    writeFileSync(
      path,
      `${names.join(", ")} lay here and was removed on ${when}, after ${Math.floor(age)} days.\n`,
    );
    total -= sizes[at] ?? 0;
  }
}

/** Of a file, or of all files below a folder; 0 for nothing. Links count by themselves. */
async function bytesIn(path: string): Promise<number> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isDirectory() !== true) return found?.size ?? 0;
  const names = await readdir(path).catch(() => []);
  let sum = 0;
  for (const name of names) sum += await bytesIn(join(path, name));
  return sum;
}
