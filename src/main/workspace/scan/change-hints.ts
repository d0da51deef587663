import { basename, dirname, join } from "node:path";
import { watch, type ChokidarOptions, type FSWatcher } from "chokidar";
import { temporaryPrefix } from "../confine.ts";

/**
 * Tells that something changed between two looks, and never that nothing did. Watching a whole tree takes chokidar 4 s of the
 * processor and 300 MB at 50,000 files, which is more than twenty looks: watched are the root, git's HEAD and index, and the folders in
 * which the newest looks found changes.
 */
export interface ChangeHints {
  /** Adds folders, relative to the root, as far as there is room. */
  follow(folders: Iterable<string>): void;
  /** False since the system had no more watches to give, or it was closed. */
  readonly isOn: () => boolean;
  close(): Promise<void>;
}

export interface HintOptions {
  readonly root: string;
  readonly onChange: () => void;
  /** chokidar's own unless a test puts another in its place. */
  readonly start?: (paths: string[], options: ChokidarOptions) => FSWatcher;
}

/** How many folders are watched at most: inotify's watches are shared by all programs of a person (8,192 on old systems). */
const mostFolders = 64;

/**
 * chokidar 6 drains its own queue as it closes, and that can wait for itself for ever once followed folders were moved while it
 * looked at them. What it leaves behind then keeps neither a thread nor a process alive.
 */
const longestCloseMs = 1000;

export function watchForHints({ root, onChange, start = watch }: HintOptions): ChangeHints {
  const git = join(root, ".git");
  const gitFiles = new Set(["HEAD", "index"].map((name) => join(git, name)));
  const followed = new Set<string>([root, git]);
  // Only what lies directly in a followed folder; of git's only what says that its state moved.
  const isIgnored = (path: string): boolean =>
    !followed.has(path) &&
    (!followed.has(dirname(path)) ||
      basename(path).startsWith(temporaryPrefix) ||
      (dirname(path) === git && !gitFiles.has(path)));
  const watcher = start([root, git], {
    depth: 0,
    ignored: isIgnored,
    ignoreInitial: true,
    followSymlinks: false,
    persistent: false,
    atomic: false,
    backend: "native",
  });
  let isOn = true;
  async function close(): Promise<void> {
    isOn = false;
    const over = Promise.withResolvers<void>();
    const timer = setTimeout(over.resolve, longestCloseMs);
    // A watch that cannot be given back is no trouble of who closes a folder.
    await Promise.race([watcher.close().catch(() => undefined), over.promise]);
    clearTimeout(timer);
  }
  watcher.on("all", () => {
    if (isOn) onChange();
  });
  // ENOSPC and EMFILE: no more watches to give. Whatever it is, looks do not need hints.
  watcher.on("error", () => void close());
  return {
    isOn: () => isOn,
    close,
    follow(folders) {
      for (const folder of folders) {
        if (!isOn || followed.size >= mostFolders) return;
        const path = folder === "" ? root : join(root, folder);
        if (followed.has(path) || !path.isWellFormed()) continue;
        followed.add(path);
        watcher.add(path);
      }
    },
  };
}
