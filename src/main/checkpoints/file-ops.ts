import {
  open,
  lstat,
  link,
  mkdir,
  readlink,
  rename,
  rmdir,
  symlink,
  unlink,
  type FileHandle,
} from "node:fs/promises";
import { linkSync, lstatSync, renameSync, type BigIntStats } from "node:fs";

/** Every file-system call that a write or an undo makes: one door, so that a test can count, cut and fail each of them. */
export interface FileOps {
  readonly open: (path: string, flags: number, mode?: number) => Promise<FileHandle>;
  readonly fsync: (handle: FileHandle) => Promise<void>;
  readonly lstat: (path: string) => Promise<BigIntStats>;
  readonly readlink: (path: string) => Promise<Buffer>;
  readonly symlink: (target: Buffer, path: string) => Promise<void>;
  readonly mkdir: (path: string) => Promise<void>;
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
}

/** The real file system. */
export const nodeFileOps: FileOps = {
  open,
  fsync: (handle) => handle.sync(),
  lstat: (path) => lstat(path, { bigint: true }),
  readlink: (path) => readlink(path, { encoding: "buffer" }),
  symlink: (target, path) => symlink(target, path),
  mkdir: (path) => mkdir(path),
  rmdir,
  unlink,
  link,
  rename,
  exchange({ path, temporary, aside }) {
    if (aside !== null) renameSync(path, aside);
    linkSync(temporary, path);
  },
  lstatSync: (path) => lstatSync(path, { bigint: true }),
};
