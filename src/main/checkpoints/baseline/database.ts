import { chmodSync, closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { messageOf } from "../../../shared/errors.ts";

/** Raised with every change of the tables or of the packed folders: a baseline of another version is begun anew. */
const schemaVersion = 1;

/**
 * `folders` has one row of packed entries for each folder; data is NULL where the folder went, until every process has seen that.
 * `blobs` counts how many entries need a content; `dropped` is the look at which the last one went. `contents` is apart, so that
 * counting does not rewrite bytes.
 */
const schema = `
CREATE TABLE state (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  generation INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  holder INTEGER,
  looks INTEGER NOT NULL,
  restarted INTEGER NOT NULL,
  mark TEXT,
  told_mark TEXT,
  told INTEGER NOT NULL,
  changes TEXT NOT NULL
);
INSERT INTO state VALUES (1, 0, 0, NULL, 0, 0, NULL, NULL, 0, '[]');
CREATE TABLE folders (path BLOB PRIMARY KEY, generation INTEGER NOT NULL, data BLOB);
CREATE INDEX folders_generation ON folders (generation);
CREATE TABLE blobs (key INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, refs INTEGER NOT NULL, dropped INTEGER);
CREATE INDEX blobs_dropped ON blobs (dropped) WHERE dropped IS NOT NULL;
CREATE TABLE contents (key INTEGER PRIMARY KEY, data BLOB NOT NULL);
`;

export const databaseFile = (storeFolder: string): string => join(storeFolder, "baseline.db");

/**
 * Opens the baseline's file, private to this user. It is a cache of what is on the disk: one that is damaged or of another version is
 * set aside (the newest such is kept as baseline.db.damaged) and begun anew, which its state tells.
 */
export function openDatabase(storeFolder: string): Database.Database {
  mkdirSync(storeFolder, { recursive: true, mode: 0o700 });
  const file = databaseFile(storeFolder);
  try {
    return openSound(file);
  } catch (error) {
    if (!isUseless(error)) throw error;
    setAside(file);
    const database = openSound(file);
    database.prepare("UPDATE state SET restarted = 1").run();
    return database;
  }
}

/** The file is no baseline that this version can read, as against busy, full or forbidden. */
class WrongVersion extends Error {}

/** Whether the database can only be begun anew. */
export function isUseless(error: unknown): boolean {
  if (error instanceof WrongVersion || error instanceof RangeError) return true;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return (
    code.startsWith("SQLITE_CORRUPT") ||
    code === "SQLITE_NOTADB" ||
    (code === "SQLITE_ERROR" && /no such (?:table|column)/.test(messageOf(error)))
  );
}

/** Moves the file away. Other processes that have it open notice at their next look that the name leads elsewhere. */
export function setAside(file: string): void {
  const aside = `${file}.damaged`;
  for (const suffix of ["-wal", "-shm", ""]) {
    rmSync(aside + suffix, { force: true });
    if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix);
  }
}

function openSound(file: string): Database.Database {
  // Created here and not by SQLite, so that no other user can open it even for a moment; -wal and -shm inherit the mode.
  if (existsSync(file)) chmodSync(file, 0o600);
  else closeSync(openSync(file, "a", 0o600));
  const database = new Database(file, { timeout: 5000 });
  try {
    database.pragma("auto_vacuum = INCREMENTAL");
    database.pragma("journal_mode = WAL");
    database.pragma("synchronous = NORMAL");
    // Fewer, larger checkpoints: each is two fsyncs that compete with those of the agent's writes.
    database.pragma("wal_autocheckpoint = 4000");
    // 2 MB: a look reads each row once, in order.
    database.pragma("cache_size = -2000");
    database.pragma("temp_store = MEMORY");
    createTables(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function createTables(database: Database.Database): void {
  const version = (): number => Number(database.pragma("user_version", { simple: true }));
  if (version() === schemaVersion) return;
  const create = database.transaction(() => {
    if (version() === schemaVersion) return;
    const tables = Number(database.prepare("SELECT count(*) FROM sqlite_schema").pluck().get());
    if (version() !== 0 || tables > 0)
      throw new WrongVersion(`Baseline of version ${version()}, this is ${schemaVersion}`);
    database.exec(schema);
    database.pragma(`user_version = ${schemaVersion}`);
  });
  create.immediate();
}
