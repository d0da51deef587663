import type Database from "better-sqlite3";
import { AppError } from "../../../shared/errors.ts";
import { blobId } from "../../workspace/blob-id.ts";
import { pathFromBytes, rawPath } from "../../workspace/path-bytes.ts";
import { inflateContent } from "./content.ts";
import { PackedFolder } from "./packed-folder.ts";

/** The one row that says where the baseline stands. */
export interface BaselineState {
  /** Raised by every change of a folder. */
  readonly generation: number;
  /** Odd while a foreground window is open; `holder` is the process that opened it. */
  readonly epoch: number;
  readonly holder: number | null;
  readonly looks: number;
  readonly restarted: boolean;
  /** Of the newest look, and of the newest one whose changes are recorded elsewhere. */
  readonly mark: string | null;
  readonly told_mark: string | null;
  /** The newest look up to which all changes are recorded elsewhere. */
  readonly told: number;
  /** JSON of the changes since then. */
  readonly changes: string;
}

/** Null where the folder is gone. */
export type FolderUpdates = ReadonlyMap<string, PackedFolder | null>;

/** The SQL of the baseline. Every method but `transaction` is one step, and the caller makes the transaction. */
export interface BaselineStore {
  /** Runs the steps as one, alone among all processes. With `durable`, synced to the disk before it returns. */
  transaction<T>(durable: boolean, steps: () => T): T;
  state(): BaselineState;
  setState(change: Partial<BaselineState>): void;
  /** Rows that are newer than a generation. */
  foldersSince(generation: number): Iterable<readonly [string, PackedFolder | null]>;
  folder(path: string): PackedFolder | null;
  /** Stores folders as of the state's generation, and counts what their entries need. `look` dates what nothing needs any more. */
  putFolders(updates: FolderUpdates, generation: number, look: number): void;
  /** Adds deflated contents, by id, that no entry needs yet. */
  addContents(contents: ReadonlyMap<string, Buffer>, look: number): void;
  hasContent(id: string): boolean;
  content(id: string): Buffer;
  /** Deletes what nothing has needed since `look` or longer; whether there was anything. */
  sweep(look: number): boolean;
  /** Gives free pages back to the disk. */
  shrink(): void;
}

const keyOf = (path: string): Buffer => Buffer.from(rawPath(path));
const idBytes = (id: string): Buffer => Buffer.from(id, "hex");

export function createBaselineStore(database: Database.Database): BaselineStore {
  const statements = prepare(database);
  return {
    ...createStateSteps(database, statements),
    ...createFolderSteps(statements),
    ...createContentSteps(statements),
    shrink: () => void database.pragma("incremental_vacuum(2000)"),
  };
}

type Statements = ReturnType<typeof prepare>;

interface StateRow extends Omit<BaselineState, "restarted"> {
  readonly restarted: number;
}

interface FolderRow {
  readonly path: Buffer;
  readonly data: Buffer | null;
}

function prepare(database: Database.Database) {
  return {
    state: database.prepare<[], StateRow>("SELECT * FROM state"),
    setState: database.prepare(
      `UPDATE state SET generation = @generation, epoch = @epoch, holder = @holder, looks = @looks,
       restarted = @restarted, mark = @mark, told_mark = @told_mark, told = @told, changes = @changes`,
    ),
    since: database.prepare<[number], FolderRow>(
      "SELECT path, data FROM folders WHERE generation > ?",
    ),
    folder: database.prepare<[Buffer], FolderRow>("SELECT path, data FROM folders WHERE path = ?"),
    putFolder: database.prepare<[Buffer, number, Buffer | null]>(
      "INSERT INTO folders VALUES (?, ?, ?) ON CONFLICT (path) DO UPDATE SET generation = excluded.generation, data = excluded.data",
    ),
    count: database.prepare<[number, Buffer]>(
      "UPDATE blobs SET refs = refs + ?, dropped = NULL WHERE id = ?",
    ),
    drop: database.prepare<[number, Buffer]>(
      "UPDATE blobs SET dropped = ? WHERE id = ? AND refs <= 0",
    ),
    key: database.prepare<[Buffer], { key: number }>("SELECT key FROM blobs WHERE id = ?"),
    addBlob: database.prepare<[Buffer, number]>(
      "INSERT INTO blobs (id, refs, dropped) VALUES (?, 0, ?) ON CONFLICT (id) DO NOTHING",
    ),
    addContent: database.prepare<[number | bigint, Buffer]>("INSERT INTO contents VALUES (?, ?)"),
    content: database.prepare<[Buffer], { data: Buffer }>(
      "SELECT data FROM blobs JOIN contents USING (key) WHERE id = ?",
    ),
    sweepContents: database.prepare<[number]>(
      "DELETE FROM contents WHERE key IN (SELECT key FROM blobs WHERE dropped <= ?)",
    ),
    sweepBlobs: database.prepare<[number]>("DELETE FROM blobs WHERE dropped <= ?"),
  };
}

function createStateSteps(
  database: Database.Database,
  statements: Statements,
): Pick<BaselineStore, "transaction" | "state" | "setState"> {
  function state(): BaselineState {
    const row = statements.state.get();
    if (row === undefined) throw new RangeError("The baseline has lost its state");
    return { ...row, restarted: row.restarted !== 0 };
  }
  return {
    state,
    setState(change) {
      const next = { ...state(), ...change };
      statements.setState.run({ ...next, restarted: Number(next.restarted) });
    },
    transaction(durable, steps) {
      database.pragma(`synchronous = ${durable ? "FULL" : "NORMAL"}`);
      return database.transaction(steps).immediate();
    },
  };
}

const unpack = (data: Buffer | null): PackedFolder | null =>
  data === null ? null : new PackedFolder(data);

function createFolderSteps(
  statements: Statements,
): Pick<BaselineStore, "foldersSince" | "folder" | "putFolders"> {
  const folder = (path: string): PackedFolder | null =>
    unpack(statements.folder.get(keyOf(path))?.data ?? null);
  return {
    *foldersSince(generation) {
      for (const row of statements.since.iterate(generation))
        yield [pathFromBytes(row.path), unpack(row.data)];
    },
    folder,
    putFolders(updates, generation, look) {
      const needs = new Map<string, number>();
      for (const [path, next] of updates) {
        countNeeds(needs, folder(path), -1);
        countNeeds(needs, next, 1);
        statements.putFolder.run(keyOf(path), generation, next?.bytes ?? null);
      }
      for (const [id, change] of needs) {
        if (change === 0) continue;
        statements.count.run(change, idBytes(id));
        if (change < 0) statements.drop.run(look, idBytes(id));
      }
    },
  };
}

function countNeeds(needs: Map<string, number>, folder: PackedFolder | null, by: number): void {
  for (let index = 0; index < (folder?.count ?? 0); index += 1) {
    const id = folder?.blob(index);
    if (typeof id === "string") needs.set(id, (needs.get(id) ?? 0) + by);
  }
}

function createContentSteps(
  statements: Statements,
): Pick<BaselineStore, "addContents" | "hasContent" | "content" | "sweep"> {
  return {
    addContents(contents, look) {
      for (const [id, deflated] of contents) {
        const { changes, lastInsertRowid } = statements.addBlob.run(idBytes(id), look);
        if (changes > 0) statements.addContent.run(lastInsertRowid, deflated);
      }
    },
    hasContent: (id) => statements.key.get(idBytes(id)) !== undefined,
    content(id) {
      const row = statements.content.get(idBytes(id));
      const content = row === undefined ? null : inflateContent(row.data);
      if (content === null || blobId(content) !== id)
        throw new AppError(
          "not-found",
          `The baseline has no content ${id}: it was never kept, or nothing needs it any more.`,
        );
      return content;
    },
    sweep(look) {
      statements.sweepContents.run(look);
      return statements.sweepBlobs.run(look).changes > 0;
    },
  };
}
