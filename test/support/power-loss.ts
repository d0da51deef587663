import {
  constants,
  fstatSync,
  linkSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { rawPath } from "../../src/main/workspace/path-bytes.ts";
import {
  survivorsOf,
  type Body,
  type Event,
  type Inode,
  type Recorded,
  type Survivor,
} from "./surviving-disks.ts";
import { nodeFileOps, type FileOps } from "../../src/main/checkpoints/file-ops.ts";

/** A disk below a folder, every change of which is written down as it passes the door. */
export interface RecordedDisk {
  readonly ops: FileOps;
  /** What was synced, of files and folders: one path each, in order. */
  syncs(): readonly string[];
  /** The disks that a power cut can leave: before every fsync, and at the end. `isWhole`: everything had been done. */
  survivors(): readonly Survivor[];
  /** A person's program writes the file in place, and syncs it. */
  save(path: string, bytes: Buffer): void;
}

/** Records what happens below `base`. The fsync of the number `skipped` (from 0) is told as done and seals nothing. */
export function recordDisk(base: string, skipped = -1): RecordedDisk {
  const recorder = createRecorder(base, skipped);
  const first = recorder.events.length - 1;
  return {
    ops: recordingOps(recorder),
    syncs: () => recorder.syncs(),
    survivors: () => survivorsOf(recorder, first),
    save(path, bytes) {
      writeFileSync(path, bytes);
      recorder.body(recorder.inodeAt(path), path);
      recorder.seal(recorder.inodeAt(path));
    },
  };
}

interface Recorder extends Recorded {
  inodeAt(path: string): Inode;
  inodeOf(handle: FileHandle): Inode;
  /** The path is a new file, folder or link. */
  make(path: string): void;
  body(inode: Inode, path: string): void;
  names(path: string, set: readonly (readonly [string, Inode | null])[]): void;
  sync(inode: Inode, path: string): void;
  /** A sync of somebody else, which is never skipped. */
  seal(inode: Inode): void;
  syncs(): readonly string[];
}

function createRecorder(base: string, skipped: number): Recorder {
  const events: Event[] = [];
  const known = new Map<bigint, Inode>();
  const syncs: string[] = [];
  let last = 0;
  const inodeOf = (ino: bigint): Inode => {
    const inode = known.get(ino) ?? (last += 1);
    known.set(ino, inode);
    return inode;
  };
  const inodeAt = (path: string): Inode => inodeOf(lstatSync(path, { bigint: true }).ino);
  const body = (inode: Inode, path: string): void =>
    void events.push({ is: "body", inode, body: readBody(path) });
  const names = (path: string, set: readonly (readonly [string, Inode | null])[]): void =>
    void events.push({ is: "names", folder: inodeAt(dirname(path)), set });
  const make = (path: string): void => {
    known.delete(lstatSync(path, { bigint: true }).ino);
    const inode = inodeAt(path);
    body(inode, path);
    // What a link says, and that a folder is one, comes with its name.
    if (!lstatSync(path).isFile()) events.push({ is: "sync", inode });
    names(path, [[basename(path), inode]]);
  };
  const root = inodeAt(base);
  const keep = (folder: string): void => {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      make(path);
      events.push({ is: "sync", inode: inodeAt(path) });
      if (lstatSync(path).isDirectory()) keep(path);
    }
    events.push({ is: "sync", inode: inodeAt(folder) });
  };
  events.push({ is: "body", inode: root, body: readBody(base) }, { is: "sync", inode: root });
  keep(base);
  return {
    root,
    events,
    inodeAt,
    inodeOf: (handle) => inodeOf(fstatSync(handle.fd, { bigint: true }).ino),
    make,
    body,
    names,
    seal: (inode) => void events.push({ is: "sync", inode, isOthers: true }),
    sync(inode, path) {
      if (syncs.length !== skipped) events.push({ is: "sync", inode });
      syncs.push(relative(base, path));
    },
    syncs: () => syncs,
  };
}

function readBody(path: string): Body {
  const isOpen = path.startsWith("/proc/self/fd/");
  const stats = isOpen ? statSync(path) : lstatSync(path);
  const mode = stats.mode & 0o7777;
  if (stats.isDirectory()) return { kind: "folder", mode };
  return stats.isSymbolicLink()
    ? { kind: "link", target: readlinkSync(path, { encoding: "buffer" }) }
    : { kind: "file", bytes: readFileSync(path), mode };
}

/** Folders are named through their descriptors: the path that stands for now. */
const plain = (path: string): string =>
  path.replace(/^\/proc\/self\/fd\/\d+/, (open) => readlinkSync(open));

function recordingOps(recorder: Recorder): FileOps {
  const change = (handle: FileHandle): void =>
    recorder.body(recorder.inodeOf(handle), `/proc/self/fd/${handle.fd}`);
  return {
    ...nodeFileOps,
    async open(path, flags, mode) {
      const name = plain(path);
      const isNew =
        (flags & constants.O_CREAT) !== 0 &&
        lstatSync(name, { throwIfNoEntry: false }) === undefined;
      const handle = await nodeFileOps.open(path, flags, mode);
      if (isNew) recorder.make(name);
      const [write, chmod] = [handle.writeFile.bind(handle), handle.chmod.bind(handle)];
      handle.writeFile = async (...given) => {
        await write(...given);
        change(handle);
      };
      handle.chmod = async (to) => {
        await chmod(to);
        change(handle);
      };
      return handle;
    },
    async write(handle, bytes, position) {
      await nodeFileOps.write(handle, bytes, position);
      change(handle);
    },
    async truncate(handle, length) {
      await nodeFileOps.truncate(handle, length);
      change(handle);
    },
    async fsync(handle) {
      recorder.sync(recorder.inodeOf(handle), readlinkSync(`/proc/self/fd/${handle.fd}`));
    },
    async syncFolder(path) {
      recorder.sync(recorder.inodeAt(plain(path)), plain(path));
    },
    async symlink(target, path) {
      await nodeFileOps.symlink(target, path);
      recorder.make(plain(path));
    },
    async mkdir(path, mode) {
      await nodeFileOps.mkdir(path, mode);
      recorder.make(plain(path));
    },
    ...recordingNames(recorder),
  };
}

function recordingNames(
  recorder: Recorder,
): Pick<FileOps, "rmdir" | "unlink" | "link" | "rename" | "exchange"> {
  const remove = (path: string): void => recorder.names(path, [[basename(path), null]]);
  const add = (path: string): void =>
    recorder.names(path, [[basename(path), recorder.inodeAt(path)]]);
  const move = (from: string, to: string): void =>
    recorder.names(to, [
      [basename(from), null],
      [basename(to), recorder.inodeAt(to)],
    ]);
  return {
    async rmdir(path) {
      await nodeFileOps.rmdir(path);
      remove(plain(path));
    },
    async unlink(path) {
      await nodeFileOps.unlink(path);
      remove(plain(path));
    },
    async link(existing, path) {
      await nodeFileOps.link(existing, path);
      add(plain(path));
    },
    async rename(from, to) {
      await nodeFileOps.rename(from, to);
      if (dirname(plain(from)) === dirname(plain(to))) move(plain(from), plain(to));
      else {
        remove(plain(from));
        add(plain(to));
      }
    },
    exchange({ path, temporary, aside }) {
      if (aside !== null) {
        renameSync(rawPath(path), rawPath(aside));
        move(plain(path), plain(aside));
      }
      linkSync(rawPath(temporary), rawPath(path));
      add(plain(path));
    },
  };
}
