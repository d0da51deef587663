import { watch, type FSWatcher } from "node:fs";
import { createHeadReader, type HeadState } from "./read-head.ts";

export interface HeadWatch {
  close(): void;
}

/**
 * Tells whenever the repository of a folder moves to another branch, or, detached, to another commit. Where there is no repository, or
 * the system has no watch to give, nothing is told: who needs to be sure reads HEAD.
 */
export function watchHead(folder: string, onHead: (head: HeadState) => void): HeadWatch {
  const heads = createHeadReader(folder);
  let isOpen = true;
  let watcher: FSWatcher | undefined;
  let told: string | undefined;
  let last: Promise<void> = start().catch(() => undefined);

  async function start(): Promise<void> {
    const place = await heads.place();
    if (place === null || !isOpen) return;
    watcher = watch(place, { persistent: false });
    // Git writes beside HEAD and renames; a system that names nothing may mean it.
    watcher.on("change", (_kind, name) => {
      if (name === null || name === "HEAD") last = last.then(look).catch(() => undefined);
    });
    watcher.on("error", close);
    told = nameOf(await heads.read());
  }

  async function look(): Promise<void> {
    const head = await heads.read();
    const name = nameOf(head);
    if (!isOpen || head === null || name === told) return;
    told = name;
    onHead(head);
  }

  function close(): void {
    isOpen = false;
    watcher?.close();
  }

  return { close };
}

/** The commit of a branch moves with the work on it: that is no other place. */
const nameOf = (head: HeadState | null): string | undefined =>
  head === null ? undefined : (head.branch ?? `commit ${head.commit}`);
