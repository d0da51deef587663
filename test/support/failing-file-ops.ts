import { linkSync, renameSync } from "node:fs";
import { rawPath } from "../../src/main/workspace/path-bytes.ts";
import { nodeFileOps, type FileOps } from "../../src/main/checkpoints/file-ops.ts";

/** File operations that count, and from one call on do nothing any more: the process has died there, as far as the disk can tell. */
export interface FailingFileOps {
  readonly ops: FileOps;
  /** Counts from here; the call of this number (from 0) and all after it fail. */
  armAt(call: number, error: Error): void;
  /** Only the call of this number fails. */
  failOnceAt(call: number, error: Error): void;
  /** Just before the call of this number, something else happens. */
  interruptAt(call: number, act: () => void): void;
  disarm(): void;
  calls(): number;
}

export function createFailingFileOps(): FailingFileOps {
  let [count, from, to] = [0, Infinity, Infinity];
  let failure = new Error("disarmed");
  let interrupt: { readonly call: number; readonly act: () => void } | undefined;
  const pass = (): void => {
    const call = count;
    count += 1;
    if (call === interrupt?.call) interrupt.act();
    if (call >= from && call <= to) throw failure;
  };
  const guard =
    <Args extends unknown[], Result>(act: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      pass();
      return act(...args);
    };
  return {
    ops: {
      open: guard(nodeFileOps.open),
      write: guard(nodeFileOps.write),
      truncate: guard(nodeFileOps.truncate),
      // A test outlives no power cut: the syncs count, and are not waited for.
      fsync: guard(async () => {}),
      lstat: guard(nodeFileOps.lstat),
      readlink: guard(nodeFileOps.readlink),
      symlink: guard(nodeFileOps.symlink),
      readdir: guard(nodeFileOps.readdir),
      mkdir: guard(nodeFileOps.mkdir),
      chmodFolder: guard(nodeFileOps.chmodFolder),
      rmdir: guard(nodeFileOps.rmdir),
      unlink: guard(nodeFileOps.unlink),
      link: guard(nodeFileOps.link),
      rename: guard(nodeFileOps.rename),
      exchange({ path, temporary, aside }) {
        pass();
        if (aside !== null) renameSync(rawPath(path), rawPath(aside));
        // A death between the two halves is tried too.
        pass();
        linkSync(rawPath(temporary), rawPath(path));
      },
      lstatSync(path) {
        pass();
        return nodeFileOps.lstatSync(path);
      },
      syncFolder: guard(async () => {}),
    },
    armAt(call, error) {
      [count, from, to, failure] = [0, call, Infinity, error];
    },
    failOnceAt(call, error) {
      [count, from, to, failure] = [0, call, call, error];
    },
    interruptAt(call, act) {
      [count, from, to, interrupt] = [0, Infinity, Infinity, { call, act }];
    },
    disarm() {
      interrupt = undefined;
      [count, from, to] = [0, Infinity, Infinity];
    },
    calls: () => count,
  };
}
