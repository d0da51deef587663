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

export interface ReadPart {
  readonly bytes: Buffer;
  /** Whether there is no other part. */
  readonly isOnly: boolean;
}

export type ReadEnd = "whole" | "changed" | "unreadable";

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
  /**
   * Bytes of a file or target of a link, part by part, each valid until the next step. At the end whether that was all of it: "changed"
   * when it is no longer what `stats` says, or changed while it was read.
   */
  read(name: string, stats: BigIntStats): Generator<ReadPart, ReadEnd>;
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
    read: (name, stats) => open()?.read(name, stats) ?? readNothing(),
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
    read: (name, stats) =>
      kindOf(stats) === "link" ? readTarget(sure(name), stats) : readFile(sure(name), stats),
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

// oxlint-disable-next-line require-yield -- there is no part
function* readNothing(): Generator<ReadPart, ReadEnd> {
  return "changed";
}

function* readTarget(path: string | Buffer, stats: BigIntStats): Generator<ReadPart, ReadEnd> {
  let target: Buffer;
  try {
    target = readlinkSync(path, "buffer");
  } catch {
    return "changed"; // no link any more
  }
  yield { bytes: target, isOnly: true };
  const after = statOf(path);
  return after !== null && isSame(stats, after) ? "whole" : "changed";
}

function* readFile(path: string | Buffer, stats: BigIntStats): Generator<ReadPart, ReadEnd> {
  let descriptor: number;
  try {
    descriptor = openSync(path, fileFlags);
  } catch (error) {
    const code = codeOf(error);
    // Else gone, or a link or pipe now.
    return code === "EACCES" || code === "EPERM" ? "unreadable" : "changed";
  }
  try {
    const isStill = (): boolean => isSame(stats, fstatSync(descriptor, { bigint: true }));
    if (!isStill()) return "changed";
    if (!(yield* readParts(descriptor, Number(stats.size)))) return "changed";
    return isStill() ? "whole" : "changed";
  } catch (error) {
    if (codeOf(error) === "EIO") return "unreadable";
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** Of one thread, used again and again: memory outside the heap is given back too late for 50,000 files in a row. */
let scratch: Buffer | null = null;
const partBytes = 1024 * 1024;

/** Exactly so many bytes; false when there are fewer. */
function* readParts(descriptor: number, size: number): Generator<ReadPart, boolean> {
  const parts = Math.max(1, Math.ceil(size / partBytes));
  for (let index = 0; index < parts; index += 1) {
    const from = index * partBytes;
    scratch ??= Buffer.allocUnsafeSlow(partBytes);
    const part = scratch.subarray(0, Math.min(partBytes, size - from));
    for (let filled = 0; filled < part.length;) {
      const count = readSync(descriptor, part, filled, part.length - filled, from + filled);
      if (count === 0) return false;
      filled += count;
    }
    yield { bytes: part, isOnly: parts === 1 };
  }
  return true;
}
