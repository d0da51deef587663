import { statSync } from "node:fs";
import type Database from "better-sqlite3";
import { databaseFile, isUseless, openDatabase, setAside } from "./database.ts";
import { createBaselineStore, type BaselineStore } from "./store.ts";
import { createBaselineTree, type BaselineTree } from "./tree.ts";

/** The baseline's file, opened, and opened anew when it turns out to be damaged or was set aside by another process. */
export interface BaselineFile {
  store(): BaselineStore;
  tree(): BaselineTree;
  /** Runs one step. Damage is answered by beginning anew, once: the step then runs in an empty baseline. */
  readonly sound: <T>(act: () => T) => T;
  /** Bytes on disk. */
  size(): number;
  close(): void;
}

interface Opened {
  readonly database: Database.Database;
  readonly store: BaselineStore;
  readonly tree: BaselineTree;
  readonly ino: bigint;
}

/** Throws SQLite's errors for a file that is busy, full or forbidden. */
export function openBaselineFile(storeFolder: string): BaselineFile {
  const file = databaseFile(storeFolder);
  let opened = open(storeFolder);

  function reopen(): void {
    opened.database.close();
    opened = open(storeFolder);
  }
  function restart(): void {
    opened.database.close();
    if (inodeOf(file) === opened.ino) setAside(file);
    opened = open(storeFolder);
    opened.store.setState({ restarted: true });
  }
  return {
    store: () => opened.store,
    tree: () => opened.tree,
    sound(act) {
      if (inodeOf(file) !== opened.ino) reopen();
      try {
        return act();
      } catch (error) {
        if (!isUseless(error)) throw error;
        restart();
        return act();
      }
    },
    size: () => ["", "-wal", "-shm"].reduce((sum, suffix) => sum + sizeOf(file + suffix), 0),
    close: () => void opened.database.close(),
  };
}

function open(storeFolder: string): Opened {
  const database = openDatabase(storeFolder);
  return {
    database,
    store: createBaselineStore(database),
    tree: createBaselineTree(),
    ino: inodeOf(databaseFile(storeFolder)),
  };
}

const inodeOf = (file: string): bigint =>
  statSync(file, { bigint: true, throwIfNoEntry: false })?.ino ?? -1n;

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
