import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { Baseline, Look, LookChange } from "../../src/main/checkpoints/baseline/types.ts";
import {
  absent,
  sameImage,
  type Coverage,
  type Image,
} from "../../src/main/checkpoints/records.ts";
import { blobId } from "../../src/main/workspace/blob-id.ts";

/** What the file behind a baseline would hold: it outlives the service and is shared by processes. */
export interface FakeBaselineDisk {
  entries: Map<string, Image | "unknown">;
  confirmed: Map<string, Image | "unknown"> | null;
  mark: string | null;
  newestMark: string | null;
  readonly blobs: Map<string, Buffer>;
  coverage: Coverage;
  looks: number;
}

export const createFakeDisk = (): FakeBaselineDisk => ({
  entries: new Map(),
  confirmed: null,
  mark: null,
  newestMark: null,
  blobs: new Map(),
  coverage: { complete: true, files: 0, covered: 0, heavy: [], tooLarge: [], special: [] },
  looks: 0,
});

export interface FakeBaselineOptions {
  readonly disk?: FakeBaselineDisk;
  readonly capBytes?: number;
  /** Whether a file's bytes are ever kept. */
  readonly keeps?: (path: string) => boolean;
  /** Fails the look it is asked before. */
  readonly failLook?: (look: number) => Error | null;
}

/** The port by whole scans in memory: slow, plain and right. Its first look takes the folder in, as a finished build would. */
export function createFakeBaseline(root: string, options: FakeBaselineOptions = {}): Baseline {
  const { disk = createFakeDisk(), capBytes = 64 * 1024 * 1024, keeps = () => true } = options;
  function scan(mayBeGone = false): { images: Map<string, Image | "unknown">; coverage: Coverage } {
    const images = new Map<string, Image | "unknown">();
    const heavy: string[] = [];
    const tooLarge: { path: string; size: number }[] = [];
    const special: string[] = [];
    const walk = (folder: string): void => {
      for (const name of readdirSync(join(root, folder)).toSorted()) {
        const path = folder === "" ? name : `${folder}/${name}`;
        const stats = lstatSync(join(root, path));
        if (name === ".git") {
          // As the real one: another repository is named, the project's own is not.
          if (folder !== "") special.push(path);
          continue;
        }
        if (stats.isDirectory() && name === "node_modules") heavy.push(path);
        else if (stats.isDirectory()) {
          images.set(path, { type: "folder", mode: stats.mode & 0o7777 });
          walk(path);
        } else if (stats.isSymbolicLink()) {
          const target = readlinkSync(join(root, path), { encoding: "buffer" });
          disk.blobs.set(blobId(target), target);
          images.set(path, { type: "link", blob: blobId(target) });
        } else if (!stats.isFile()) special.push(path);
        else if (stats.size > capBytes) {
          tooLarge.push({ path, size: stats.size });
          images.set(path, "unknown");
        } else {
          const content = readFileSync(join(root, path));
          const blob = blobId(content);
          const mode = stats.mode & 0o7777;
          images.set(path, { type: "file", blob, mode, size: content.length });
          if (keeps(path)) disk.blobs.set(blob, content);
        }
      }
    };
    if (!mayBeGone || existsSync(root)) walk("");
    const files = [...images.values()].filter((one) => one === "unknown" || one.type !== "folder");
    const covered = files.length - tooLarge.length;
    const coverage = { complete: true, files: files.length, covered, heavy, tooLarge, special };
    return { images, coverage };
  }
  return {
    start: () => undefined,
    coverage: () => disk.coverage,
    onCoverage: () => () => undefined,
    settle: async () => disk.coverage,
    async look({ mark, mayBeGone }): Promise<Look> {
      disk.looks += 1;
      const failure = options.failLook?.(disk.looks) ?? null;
      if (failure !== null) throw failure;
      const { images, coverage } = scan(mayBeGone);
      const before = disk.confirmed ?? images;
      const changes: LookChange[] = [];
      for (const path of new Set([...before.keys(), ...images.keys()])) {
        const [old, now] = [before.get(path) ?? absent, images.get(path) ?? absent];
        const isKept = old === "unknown" || !("blob" in old) || disk.blobs.has(old.blob);
        const same = old === "unknown" || now === "unknown" ? old === now : sameImage(old, now);
        if (!same) changes.push({ path, before: isKept ? old : "unknown", after: now });
      }
      disk.entries = images;
      disk.coverage = coverage;
      disk.newestMark = mark;
      return { changes, coverage, previousMark: disk.mark };
    },
    async confirm() {
      disk.confirmed = disk.entries;
      disk.mark = disk.newestMark;
    },
    async object(blob) {
      const content = disk.blobs.get(blob);
      if (content === undefined) throw new Error(`no ${blob}`);
      return content;
    },
    size: async () => 0,
    close: async () => undefined,
  };
}
