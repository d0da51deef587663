import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  realpathSync,
  type BigIntStats,
} from "node:fs";
import { codeOf } from "../confine.ts";
import { pathFromBytes, rawPath } from "../path-bytes.ts";
import { identityOf, kindOf, sameIdentity } from "./identity.ts";

/**
 * A folder of the workspace, open: whatever is swapped for a link meanwhile, its entries are read from this very folder.
 * All calls are synchronous, for a thread of their own.
 */
export interface ScanFolder {
  /** The folder itself, as it was before its names were listed. */
  readonly stats: BigIntStats;
  /** Names in code unit order. */
  readonly names: readonly string[];
  /** The entry itself, a link taken as a link; null when it is gone. */
  look(name: string): BigIntStats | null;
  /** Whether a folder in it holds that name. */
  holds(folder: string, name: string): boolean;
  /** Bytes of a file or target of a link, valid until the next call; null when it is no longer what `stats` says, or changed while it was read. */
  read(name: string, stats: BigIntStats): Buffer | "unreadable" | null;
  close(): void;
}

const isLinux = process.platform === "linux";
const folderFlags = constants.O_RDONLY | (constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0);
const fileFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const missingCodes = new Set(["ENOENT", "ENOTDIR", "ELOOP"]);

export const joinPath = (folder: string, name: string): string =>
  folder === "" ? name : `${folder}/${name}`;

/** Opens a folder by its path relative to `root`. "gone": nothing there, or no folder; "unreadable": the system refuses. */
export function openScanFolder(root: string, path: string): ScanFolder | "gone" | "unreadable" {
  const absolute = absolutePath(root, path);
  try {
    return isLinux ? openByDescriptor(absolute) : openByPath(absolute);
  } catch (error) {
    const code = codeOf(error);
    if (code !== undefined && missingCodes.has(code)) return "gone";
    if (code === "EACCES" || code === "EPERM" || code === "ENAMETOOLONG" || code === "EIO")
      return "unreadable";
    throw error;
  }
}

/**
 * A folder whose names are known: it is opened only when something in it must be read, which most are not. What is then no
 * longer there counts as changed.
 */
export function trustScanFolder(root: string, seen: KnownFolder): ScanFolder {
  const absolute = absolutePath(root, seen.path);
  let opened: ScanFolder | null | undefined;
  const open = (): ScanFolder | null => {
    if (opened === undefined) {
      const folder = openScanFolder(root, seen.path);
      opened = typeof folder === "string" ? null : folder;
    }
    return opened;
  };
  return {
    names: seen.names,
    stats: seen.stats,
    look: (name) => statOf(rawPath(joinPath(absolute, name))),
    holds: (folder, name) => open()?.holds(folder, name) ?? false,
    read: (name, stats) => open()?.read(name, stats) ?? null,
    close: () => opened?.close(),
  };
}

export interface KnownFolder {
  readonly path: string;
  readonly names: readonly string[];
  readonly stats: BigIntStats;
}

const absolutePath = (root: string, path: string): string =>
  path === "" ? root : joinPath(root === "/" ? "" : root, path);

/** The descriptor's own path tells whether a folder on the way was a link. */
function openByDescriptor(absolute: string): ScanFolder | "gone" {
  const descriptor = openSync(rawPath(absolute), folderFlags);
  const base = `/proc/self/fd/${descriptor}`;
  try {
    if (pathFromBytes(readlinkSync(base, "buffer")) !== absolute) {
      closeSync(descriptor);
      return "gone";
    }
    const stats = fstatSync(descriptor, { bigint: true });
    return createScanFolder({ base, absolute, stats, close: () => closeSync(descriptor) });
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

function openByPath(absolute: string): ScanFolder | "gone" {
  if (realpathSync.native(absolute) !== absolute) return "gone";
  const stats = lstatSync(absolute, { bigint: true });
  return createScanFolder({ base: absolute, absolute, stats, close: () => {} });
}

interface Place {
  /** The folder through its descriptor, where the system has such a path. */
  readonly base: string;
  readonly absolute: string;
  readonly stats: BigIntStats;
  readonly close: () => void;
}

function createScanFolder({ base, absolute, stats: own, close }: Place): ScanFolder {
  // Through the descriptor would be surer and half as fast. A wrong look shows at the next one; contents are never read this way.
  const named = (name: string): string | Buffer => rawPath(joinPath(absolute, name));
  const sure = (name: string): string | Buffer => rawPath(joinPath(base, name));
  return {
    stats: own,
    names: listNames(base),
    look: (name) => statOf(named(name)),
    holds: (folder, name) => existsSync(sure(joinPath(folder, name))),
    read(name, stats) {
      const path = sure(name);
      return kindOf(stats) === "link" ? readTarget(path, stats) : readFile(path, stats);
    },
    close,
  };
}

function statOf(path: string | Buffer): BigIntStats | null {
  try {
    return lstatSync(path, { bigint: true, throwIfNoEntry: false }) ?? null;
  } catch (error) {
    const code = codeOf(error) ?? "";
    if (missingCodes.has(code) || code === "EACCES" || code === "ENAMETOOLONG") return null;
    throw error;
  }
}

const isSame = (before: BigIntStats, after: BigIntStats): boolean =>
  before.mode === after.mode && sameIdentity(identityOf(before), identityOf(after));

/** Bytes are asked for only where a name is not valid UTF-8: decoding is cheaper in one go. */
function listNames(folder: string): readonly string[] {
  const names = readdirSync(folder);
  const exact = names.some((name) => name.includes("\ufffd"))
    ? readdirSync(folder, "buffer").map(pathFromBytes)
    : names;
  // The default order is by code units, which is what the stored rows are in.
  return exact.toSorted();
}

function readTarget(path: string | Buffer, stats: BigIntStats): Buffer | null {
  try {
    const target = readlinkSync(path, "buffer");
    const after = statOf(path);
    return after !== null && isSame(stats, after) ? target : null;
  } catch {
    return null; // no link any more
  }
}

function readFile(path: string | Buffer, stats: BigIntStats): Buffer | "unreadable" | null {
  let descriptor: number;
  try {
    descriptor = openSync(path, fileFlags);
  } catch (error) {
    const code = codeOf(error);
    if (code === "EACCES" || code === "EPERM") return "unreadable";
    return null; // gone, or a link or pipe now
  }
  try {
    if (!isSame(stats, fstatSync(descriptor, { bigint: true }))) return null;
    const content = readAll(descriptor, Number(stats.size));
    return content !== null && isSame(stats, fstatSync(descriptor, { bigint: true }))
      ? content
      : null;
  } catch (error) {
    if (codeOf(error) === "EIO") return "unreadable";
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** Of one thread, used again and again: memory outside the heap is given back too late for 50,000 files in a row. */
let scratch: Buffer | null = null;
const scratchBytes = 1024 * 1024;

/** Exactly so many bytes, valid until the next call; null when there are fewer. */
function readAll(descriptor: number, size: number): Buffer | null {
  scratch ??= Buffer.allocUnsafeSlow(scratchBytes);
  const content = size <= scratchBytes ? scratch.subarray(0, size) : Buffer.allocUnsafeSlow(size);
  let filled = 0;
  while (filled < size) {
    const count = readSync(descriptor, content, filled, size - filled, filled);
    if (count === 0) return null;
    filled += count;
  }
  return content;
}
