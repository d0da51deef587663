import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import Database from "better-sqlite3";
import { AppError } from "../../shared/errors.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { createHolderNote, type LockHolder } from "./holder-note.ts";

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

export interface LockPlace {
  /** Per user, the same for every process. */
  readonly lockFolder: string;
  readonly storeFolder: string;
}

/**
 * Exclusive on the workspace's own lock, shared on those of all folders above it: a writer above meets every writer below, two
 * beside each other do not meet. Taken in path order, outermost first. The store's own lock comes last: after a folder was moved,
 * Belays at its old and its new path write one history.
 */
export function createWriterLock(
  { root }: Pick<Workspace, "root">,
  { lockFolder, storeFolder }: LockPlace,
): WriterLock {
  const [name, above] = [lockName(root), ancestors(root).map(lockName)];
  const shared = above.map((other) => openLock(join(lockFolder, `${other}.lock`)));
  const exclusive = [
    openLock(join(lockFolder, `${name}.lock`)),
    openLock(join(storeFolder, "writer.lock")),
  ];
  const note = createHolderNote(lockFolder, { name, above });
  let queue: Promise<unknown> = Promise.resolve();

  async function take(signal: AbortSignal | undefined): Promise<Database.Database[]> {
    const held: Database.Database[] = [];
    const add = async (database: Database.Database, statement: string): Promise<void> => {
      await acquire(() => database.exec(statement), { database, signal });
      held.push(database);
    };
    try {
      for (const database of shared)
        await add(database, "BEGIN; SELECT count(*) FROM sqlite_schema");
      for (const database of exclusive) await add(database, "BEGIN EXCLUSIVE");
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
      for (const database of [...shared, ...exclusive]) database.close();
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

/** An empty file has no page that could be locked for reading. */
function createPage(database: Database.Database): void {
  try {
    // There is nothing in it that would have to be durable.
    database.pragma("synchronous = OFF");
    database.pragma("journal_mode = MEMORY");
    database.exec("CREATE TABLE IF NOT EXISTS belay_lock (page)");
  } catch (error) {
    // Somebody else is making it, or already holds it: then it has its page.
    if (!isBusy(error)) throw error;
  }
}

/** One that a power cut left unsound locks nobody out: it cannot be held, so it goes. */
function openLock(file: string): Database.Database {
  try {
    return openSoundLock(file);
  } catch (error) {
    if (!hasCode(error, /^SQLITE_(?:NOTADB|CORRUPT)/)) throw error;
    rmSync(file, { force: true });
    return openSoundLock(file);
  }
}

function openSoundLock(file: string): Database.Database {
  const database = new Database(file, { timeout: 0 });
  try {
    createPage(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
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

const isBusy = (error: unknown): boolean => hasCode(error, /^SQLITE_BUSY/);

const hasCode = (error: unknown, code: RegExp): boolean =>
  error instanceof Error && "code" in error && code.test(String(error.code));

function ancestors(root: string): string[] {
  const folders: string[] = [];
  for (let folder = dirname(root); folder !== dirname(folder); folder = dirname(folder))
    folders.unshift(folder);
  return folders;
}

/** By real path alone: whatever folder is there, also one that was put in the place of another, has one writer. */
const lockName = (folder: string): string =>
  createHash("sha256").update(folder).digest("hex").slice(0, 32);
