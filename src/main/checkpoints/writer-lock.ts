import { createHash } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import Database from "better-sqlite3";
import { AppError } from "../../shared/errors.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** One writer per workspace, over windows and processes. The kernel releases it, however its holder ends. */
export interface WriterLock {
  /** Runs `act` alone. Waits for others; AppError("cancelled") when the signal fires first. */
  hold<T>(signal: AbortSignal | undefined, act: () => Promise<T>): Promise<T>;
  close(): void;
}

const firstWaitMs = 2;
const longestWaitMs = 50;

/**
 * Exclusive on the workspace's own lock, shared on those of the folders above it that are workspaces too: a writer above meets
 * every writer below, two beside each other do not meet. Taken in path order, outermost first.
 */
export function createWriterLock(workspace: Workspace, lockFolder: string): WriterLock {
  const own = new Database(lockFile(lockFolder, workspace.root), { timeout: 0 });
  createPage(own);
  const above = new Map<string, Database.Database>();
  let queue: Promise<unknown> = Promise.resolve();

  function parents(): Database.Database[] {
    const files = ancestors(workspace.root)
      .map((folder) => lockFile(lockFolder, folder))
      .filter((file) => existsSync(file));
    for (const file of files)
      if (!above.has(file)) above.set(file, new Database(file, { timeout: 0 }));
    return files.flatMap((file) => above.get(file) ?? []);
  }

  async function take(signal: AbortSignal | undefined): Promise<Database.Database[]> {
    const held: Database.Database[] = [];
    try {
      for (const database of parents()) {
        await acquire(() => database.exec("BEGIN; SELECT count(*) FROM sqlite_schema"), {
          database,
          signal,
        });
        held.push(database);
      }
      await acquire(() => own.exec("BEGIN EXCLUSIVE"), { database: own, signal });
      held.push(own);
      return held;
    } catch (error) {
      release(held);
      throw error;
    }
  }

  return {
    hold(signal, act) {
      const turn = queue.then(async () => {
        const held = await take(signal);
        try {
          return await act();
        } finally {
          release(held);
        }
      });
      queue = turn.catch(() => undefined);
      return turn;
    },
    close() {
      own.close();
      for (const database of above.values()) database.close();
    },
  };
}

/** An empty file has no page that could be locked for reading. */
function createPage(database: Database.Database): void {
  try {
    database.exec("CREATE TABLE IF NOT EXISTS belay_lock (page)");
  } catch (error) {
    // Somebody else is making it, or already holds it: then it has its page.
    if (!isBusy(error)) throw error;
  }
}

function release(held: readonly Database.Database[]): void {
  for (const database of held.toReversed()) if (database.inTransaction) database.exec("ROLLBACK");
}

interface Waiting {
  readonly database: Database.Database;
  readonly signal: AbortSignal | undefined;
}

async function acquire(begin: () => void, { database, signal }: Waiting): Promise<void> {
  for (let delay = firstWaitMs; ; delay = Math.min(delay * 2, longestWaitMs)) {
    if (signal?.aborted === true)
      throw new AppError("cancelled", "Stopped while waiting for another writer of this folder");
    try {
      begin();
      return;
    } catch (error) {
      if (database.inTransaction) database.exec("ROLLBACK");
      if (!isBusy(error)) throw error;
    }
    await wait(delay);
  }
}

const isBusy = (error: unknown): boolean =>
  error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_BUSY");

function ancestors(root: string): string[] {
  const folders: string[] = [];
  for (let folder = dirname(root); folder !== dirname(folder); folder = dirname(folder))
    folders.unshift(folder);
  return folders;
}

/** Keyed by real path, device and inode: a folder put in the place of another is another workspace. */
function lockFile(lockFolder: string, folder: string): string {
  const stats = statSync(folder, { bigint: true });
  return join(
    lockFolder,
    `${createHash("sha256").update(`${folder}\0${stats.dev}\0${stats.ino}`).digest("hex").slice(0, 32)}.lock`,
  );
}
