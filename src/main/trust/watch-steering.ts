import { watchFolders, type FolderChange } from "../workspace/watch-folders.ts";
import { steersCommands } from "./steering-files.ts";

export interface SteeringWatch {
  /** Where to look from now on: the folders of what was found, beside those in which such files mostly come. */
  follow(paths: readonly string[]): void;
  close(): void;
}

export interface SteeringWatchOptions {
  /** Told `settleMs` after a change, of all that came until then. */
  readonly onChange: () => void;
  readonly settleMs?: number;
}

/** In these such files appear. */
const usual = ["", ".git", ".git/hooks", ".git/info", ".github", ".vscode"];
const mostFolders = 64;

/**
 * Tells when a file that steers may have come, gone or changed in the folders that are followed. A hint, so that what is shown stays
 * true while somebody looks at it; who must be sure looks for himself.
 */
export function watchSteering(
  root: string,
  { onChange, settleMs = 300 }: SteeringWatchOptions,
): SteeringWatch {
  let timer: NodeJS.Timeout | undefined;
  const watch = watchFolders(root, (change) => {
    if (timer !== undefined || !mayMatter(change)) return;
    timer = setTimeout(() => {
      timer = undefined;
      onChange();
    }, settleMs);
    timer.unref();
  });
  return {
    follow(paths) {
      const inside = paths.filter((path) => !path.split("/").includes(".."));
      const folders = inside.map((path) => path.split("/").slice(0, -1).join("/"));
      watch.follow(new Set([...new Set([...usual, ...folders])].slice(0, mostFolders)));
    },
    close() {
      clearTimeout(timer);
      watch.close();
    },
  };
}

/** In a repository's own folder most writes mean nothing. Elsewhere the name decides, and a folder that comes may bring anything. */
function mayMatter({ folder, kind, name }: FolderChange): boolean {
  if (name === null) return true;
  if (folder === ".git") return /^(?:config(?:\.worktree)?|hooks|info|modules)$/.test(name);
  const path = folder === "" ? name : `${folder}/${name}`;
  const holdsSome = usual.includes(path) || steersCommands(`${path}/x`);
  return steersCommands(path) || (kind === "rename" && holdsSome);
}
