import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import Database from "better-sqlite3";
import { AppError } from "../../shared/errors.ts";
import { takeKernelLock } from "./kernel-lock.ts";
import { migrations as knownMigrations } from "./migrations.ts";
import { isDamaged, wasSetAside } from "./sqlite-errors.ts";

export interface DatabasePlace {
  readonly file: string;
  /** Folder for the copies made before each migration. */
  readonly backups: string;
}

export interface OpenedDatabase {
  readonly database: Database.Database;
  readonly warnings: readonly string[];
}

const keptBackups = 5;

/** No copy takes so long. */
const staleMs = 24 * 3_600_000;

/**
 * Opens the database, brings it up to date and makes it private to this user. A damaged file is set aside and a fresh one begun,
 * with a warning. Throws AppError("unavailable") for a schema that this version does not know.
 */
export function openDatabase(
  place: DatabasePlace,
  migrations: readonly string[] = knownMigrations,
): OpenedDatabase {
  mkdirSync(dirname(place.file), { recursive: true, mode: 0o700 });
  try {
    return { database: openSound(place, migrations), warnings: [] };
  } catch (error) {
    if (!isDamaged(error) && !wasSetAside(error)) throw error;
    return recover(place, migrations);
  }
}

function openSound(place: DatabasePlace, migrations: readonly string[]): Database.Database {
  // Created here and not by SQLite, so that no other user can open it even for a moment; -wal and -shm inherit the mode.
  createPrivate(place.file);
  const database = new Database(place.file, { timeout: 5000 });
  try {
    database.pragma("journal_mode = WAL");
    database.pragma("foreign_keys = ON");
    database.prepare("SELECT count(*) FROM sqlite_schema").get();
    migrate(database, place, migrations);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** An existing file is not opened: closing it would drop this process's SQLite locks on it (POSIX advisory locks). */
function createPrivate(file: string): void {
  if (existsSync(file)) chmodSync(file, 0o600);
  else closeSync(openSync(file, "a", 0o600));
}

function versionOf(database: Database.Database): number {
  return Number(database.pragma("user_version", { simple: true }));
}

function migrate(
  database: Database.Database,
  place: DatabasePlace,
  migrations: readonly string[],
): void {
  for (;;) {
    const version = versionOf(database);
    if (version > migrations.length)
      throw new AppError(
        "unavailable",
        `The history in ${place.file} was written by a newer Belay (schema ${version}; this one knows ${migrations.length}). Update Belay, or set BELAY_HOME to another folder.`,
      );
    const migration = migrations[version];
    if (migration === undefined) return;
    if (version > 0) backUp(database, place.backups, version);
    // A new file gets all of them at once: there is nothing yet that a copy would keep.
    const next = version === 0 ? migrations : [migration];
    // Another process may have migrated while the copy was made: then this round does nothing.
    const step = database.transaction(() => {
      if (versionOf(database) !== version) return;
      for (const one of next) database.exec(one);
      database.pragma(`user_version = ${version + next.length}`);
    });
    step.immediate();
  }
}

function timeStamp(): string {
  return new Date().toISOString().replaceAll(/[:.]/g, "-");
}

/** By time, and copies of one moment by their schema. */
function ageOf(backup: string): string {
  const [, schema = "", time = ""] = /^history-schema(\d+)-(.*Z)-/.exec(backup) ?? [];
  return `${time} ${schema.padStart(6, "0")}`;
}

function backUp(database: Database.Database, folder: string, version: number): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Threads of one process open the history in the same millisecond too: neither time nor process tells their copies apart.
  const name = `history-schema${version}-${timeStamp()}-${randomBytes(6).toString("hex")}.db`;
  const temporary = join(folder, `${name}.tmp`);
  removeStale(folder);
  closeSync(openSync(temporary, "wx", 0o600));
  database.prepare("VACUUM INTO ?").run(temporary);
  renameSync(temporary, join(folder, name));
  const copies = readdirSync(folder).filter((entry) => /^history-schema\d+-.*\.db$/.test(entry));
  const oldestFirst = copies.toSorted((a, b) => ageOf(a).localeCompare(ageOf(b)));
  for (const old of oldestFirst.slice(0, -keptBackups)) rmSync(join(folder, old), { force: true });
}

/** A copy that was never finished, because its process was killed: it would stay for ever, as large as the history. */
function removeStale(folder: string): void {
  for (const entry of readdirSync(folder)) {
    if (!entry.endsWith(".db.tmp")) continue;
    const file = join(folder, entry);
    const changedAt = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - changedAt > staleMs) rmSync(file, { force: true });
  }
}

/** One process at a time: a second one that saw the damage too must not set the fresh file aside. */
function recover(place: DatabasePlace, migrations: readonly string[]): OpenedDatabase {
  const lock = takeKernelLock(`${place.file}.recovery-lock`, 10_000);
  if (lock === null)
    throw new AppError(
      "unavailable",
      `Another Belay process is repairing ${place.file}. Wait for it and try again.`,
    );
  try {
    return { database: openSound(place, migrations), warnings: [] };
  } catch (error) {
    if (!isDamaged(error)) throw error;
    const aside = `${place.file}.corrupt-${timeStamp()}`;
    for (const suffix of ["-wal", "-shm", ""]) moveAside(place.file + suffix, aside + suffix);
    const warning = `The history was damaged and could not be read. It was kept as ${basename(aside)} in ${dirname(place.file)}, and a new one was begun: earlier sessions and costs are not shown, and budgets count from now.`;
    return { database: openSound(place, migrations), warnings: [warning] };
  } finally {
    lock.release();
  }
}

function moveAside(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
}
