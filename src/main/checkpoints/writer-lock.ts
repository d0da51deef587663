import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import Database from "better-sqlite3";
import { z } from "zod";
import { AppError } from "../../shared/errors.ts";
import type { Workspace } from "../workspace/workspace.ts";

const holderSchema = z.object({
  pid: z.int(),
  sessionId: z.string(),
  /** The command's line. */
  what: z.string(),
  since: z.string(),
});
/** Who keeps a workspace for long: a command at work. */
export type LockHolder = Readonly<z.infer<typeof holderSchema>>;

export interface HoldOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told to others while it is held; left out for what takes moments. */
  readonly holder?: LockHolder;
  /** Called once when it takes long until it is free. Null: it is not known who holds it. */
  readonly onWait?: ((holder: LockHolder | null) => void) | undefined;
}

/** One writer per workspace, over windows and processes. The kernel releases it, however its holder ends. */
export interface WriterLock {
  /** Runs `act` alone. Waits for others; AppError("cancelled") when the signal fires first. */
  hold<T>(options: HoldOptions, act: () => Promise<T>): Promise<T>;
  /** Who holds it for long, as they wrote down themselves; null when nobody does. */
  holder(): LockHolder | null;
  close(): void;
}

const longWaitMs = 1000;
const firstWaitMs = 2;
const longestWaitMs = 50;

/**
 * Exclusive on the workspace's own lock, shared on those of the folders above it that are workspaces too: a writer above meets
 * every writer below, two beside each other do not meet. Taken in path order, outermost first.
 */
export function createWriterLock(workspace: Workspace, lockFolder: string): WriterLock {
  const ownFile = lockFile(lockFolder, workspace.root);
  const own = new Database(ownFile, { timeout: 0 });
  const note = createHolderNote(ownFile.replace(/\.lock$/, ".holder"));
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
    hold({ signal, holder, onWait }, act) {
      const waiting = { isOver: false };
      const turn = queue.then(async () => {
        const held = await take(signal);
        waiting.isOver = true;
        if (holder !== undefined) note.write(holder);
        try {
          return await act();
        } finally {
          if (holder !== undefined) note.remove();
          release(held);
        }
      });
      queue = turn.catch(() => undefined);
      const tell = (): void => {
        if (!waiting.isOver) onWait?.(note.read());
      };
      return untilAborted(turn, { signal, waiting, tell });
    },
    holder: () => note.read(),
    close() {
      own.close();
      for (const database of above.values()) database.close();
    },
  };
}

interface Wait {
  readonly signal: AbortSignal | undefined;
  /** Over when the lock is held: from then on the signal is for whoever holds it. */
  readonly waiting: { readonly isOver: boolean };
  readonly tell: () => void;
}

/** Also who waits behind another writer of the same process can be stopped at once. */
async function untilAborted<T>(turn: Promise<T>, { signal, waiting, tell }: Wait): Promise<T> {
  const timer = setTimeout(tell, longWaitMs);
  timer.unref();
  const aborted = Promise.withResolvers<never>();
  const stop = (): void => {
    if (!waiting.isOver) aborted.reject(stopped());
  };
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted === true) stop();
  try {
    return await Promise.race([turn, aborted.promise]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

const stopped = (): AppError =>
  new AppError("cancelled", "Stopped while waiting for another writer of this folder");

function attempt<T>(act: () => T): T | null {
  try {
    return act();
  } catch {
    return null; // no room, or somebody else's: nobody is told then
  }
}

interface HolderNote {
  write(holder: LockHolder): void;
  read(): LockHolder | null;
  remove(): void;
}

/** Beside the lock: best effort, it only tells people whom they wait for. */
function createHolderNote(file: string): HolderNote {
  return {
    write: (holder) =>
      void attempt(() => writeFileSync(file, JSON.stringify(holder), { mode: 0o600 })),
    read: () =>
      attempt(() => {
        const holder = holderSchema.parse(JSON.parse(readFileSync(file, "utf8")));
        process.kill(holder.pid, 0); // throws when it was left by a crash
        return holder;
      }),
    remove: () => void attempt(() => rmSync(file, { force: true })),
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
    if (signal?.aborted === true) throw stopped();
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
