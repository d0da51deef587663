import {
  chmod,
  open,
  lstat,
  link,
  mkdir,
  readdir,
  readlink,
  rename,
  rmdir,
  symlink,
  unlink,
  type FileHandle,
} from "node:fs/promises";
import { constants, existsSync, linkSync, lstatSync, renameSync, type BigIntStats } from "node:fs";
import { dirname } from "node:path";
import { codeOf } from "../workspace/confine.ts";
import { pathFromBytes, rawPath } from "../workspace/path-bytes.ts";

/**
 * Every file-system call that a write or an undo makes: one door, so that a test can count, cut and fail each of them. Names are
 * texts as in `workspace/path-bytes.ts`; here they become bytes again.
 */
export interface FileOps {
  readonly open: (path: string, flags: number, mode?: number) => Promise<FileHandle>;
  /** All of the bytes, from that position on. */
  readonly write: (handle: FileHandle, bytes: Uint8Array, position: number) => Promise<void>;
  readonly truncate: (handle: FileHandle, length: number) => Promise<void>;
  readonly fsync: (handle: FileHandle) => Promise<void>;
  readonly lstat: (path: string) => Promise<BigIntStats>;
  readonly readlink: (path: string) => Promise<Buffer>;
  readonly symlink: (target: Buffer, path: string) => Promise<void>;
  readonly readdir: (path: string) => Promise<readonly string[]>;
  readonly mkdir: (path: string, mode?: number) => Promise<void>;
  /** Never through a link; also where its owner may not read it. A file gets its mode before it gets its name. */
  readonly chmodFolder: (path: string, mode: number) => Promise<void>;
  readonly rmdir: (path: string) => Promise<void>;
  readonly unlink: (path: string) => Promise<void>;
  readonly link: (existing: string, path: string) => Promise<void>;
  readonly rename: (from: string, to: string) => Promise<void>;
  /**
   * Puts `temporary` where `path` is, in three calls without a pause between them: `path` goes to `aside` (when it exists), then
   * `temporary` gets the name `path`. Never replaces anything: what appeared meanwhile makes it throw EEXIST, `aside` in place.
   */
  exchange(names: {
    readonly path: string;
    readonly temporary: string;
    readonly aside: string | null;
  }): void;
  readonly lstatSync: (path: string) => BigIntStats;
  /** Makes the names in a folder durable: what was made, renamed or removed there before. */
  readonly syncFolder: (path: string) => Promise<void>;
}

/** The real file system. */
export const nodeFileOps: FileOps = {
  open: (path, flags, mode) => open(rawPath(path), flags, mode),
  write: writeAll,
  truncate: (handle, length) => handle.truncate(length),
  fsync: (handle) => handle.sync(),
  lstat: (path) => lstat(rawPath(path), { bigint: true }),
  readlink: (path) => readlink(rawPath(path), { encoding: "buffer" }),
  readdir: async (path) =>
    (await readdir(rawPath(path), { encoding: "buffer" })).map(pathFromBytes),
  symlink: (target, path) => symlink(target, rawPath(path)),
  mkdir: (path, mode) => mkdir(rawPath(path), { mode }),
  chmodFolder,
  rmdir: (path) => rmdir(rawPath(path)),
  unlink: (path) => unlink(rawPath(path)),
  link: (existing, path) => link(rawPath(existing), rawPath(path)),
  rename: (from, to) => rename(rawPath(from), rawPath(to)),
  exchange({ path, temporary, aside }) {
    if (aside !== null) renameSync(rawPath(path), rawPath(aside));
    linkSync(rawPath(temporary), rawPath(path));
  },
  lstatSync: (path) => lstatSync(rawPath(path), { bigint: true }),
  async syncFolder(path) {
    // NTFS logs its names itself, and Windows gives no handle of a folder to sync.
    if (process.platform === "win32") return;
    const handle = await open(rawPath(path), constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      await handle.sync();
    } catch (error) {
      // Some network and FUSE file systems know no fsync of a folder.
      if (!unsupported.has(codeOf(error) ?? "")) throw error;
    } finally {
      await handle.close();
    }
  },
};

const unsupported = new Set(["EINVAL", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"]);

/** On Linux: names a folder without the right to read it. Node has no name for it. */
const pathOnly = 0x200000;

async function chmodFolder(path: string, mode: number): Promise<void> {
  const isLinux = process.platform === "linux";
  const flags = (constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0);
  const handle = await open(rawPath(path), flags | (isLinux ? pathOnly : constants.O_RDONLY));
  try {
    if (isLinux) await chmod(`/proc/self/fd/${handle.fd}`, mode);
    else await handle.chmod(mode);
  } finally {
    await handle.close();
  }
}

/** Makes a folder of Belay's own, with those above it, so that no power cut takes it and what it holds. */
export async function makeDurableFolder(folder: string, ops: FileOps): Promise<void> {
  if (existsSync(folder)) return;
  const above = dirname(folder);
  await makeDurableFolder(above, ops);
  await ops.mkdir(folder, 0o700).catch((error: unknown) => {
    if (codeOf(error) !== "EEXIST") throw error;
  });
  await ops.syncFolder(above);
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const { bytesWritten } = await handle.write(
      bytes,
      written,
      bytes.length - written,
      position + written,
    );
    written += bytesWritten;
  }
}
