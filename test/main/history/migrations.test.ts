import { mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test, vi } from "vitest";
import { openDatabase } from "../../../src/main/history/open-database.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

const steps = [
  "CREATE TABLE notes (text TEXT)",
  "ALTER TABLE notes ADD COLUMN at TEXT",
  "CREATE INDEX notes_at ON notes (at)",
];

test("each migration is preceded by a private copy of the data, a first one by none", () => {
  using home = createTemporaryFolder();
  const place = { file: join(home.path, "history.db"), backups: join(home.path, "backups") };
  const first = openDatabase(place, steps.slice(0, 1)).database;
  first.exec("INSERT INTO notes VALUES ('kept')");
  first.close();
  expect(readdirSync(home.path)).not.toContain("backups");
  const second = openDatabase(place, steps).database;
  expect(second.prepare("SELECT text, at FROM notes").all()).toEqual([{ text: "kept", at: null }]);
  second.close();
  const copies = readdirSync(place.backups);
  expect(copies.map((name) => name.slice(0, 15))).toEqual(["history-schema1", "history-schema2"]);
  const copy = new Database(join(place.backups, copies[0] ?? ""), { readonly: true });
  expect(copy.prepare("SELECT * FROM notes").all()).toEqual([{ text: "kept" }]);
  copy.close();
  expect(statSync(join(place.backups, copies[0] ?? "")).mode & 0o777).toBe(0o600);
});

test("a new file gets the whole schema at once and no copy, and none of it where a step fails", () => {
  using home = createTemporaryFolder();
  const place = { file: join(home.path, "history.db"), backups: join(home.path, "backups") };
  expect(() => openDatabase(place, [...steps, "CREATE TABLE notes (a)"])).toThrow("already exists");
  const { database } = openDatabase(place, steps);
  expect(database.pragma("user_version", { simple: true })).toBe(steps.length);
  expect(database.prepare("SELECT text, at FROM notes").all()).toEqual([]);
  database.close();
  expect(readdirSync(home.path)).not.toContain("backups");
});

test("a failing migration leaves the schema and the data as they were", () => {
  using home = createTemporaryFolder();
  const place = { file: join(home.path, "history.db"), backups: join(home.path, "backups") };
  const first = openDatabase(place, steps.slice(0, 1)).database;
  first.exec("INSERT INTO notes VALUES ('kept')");
  first.close();
  const broken = [...steps.slice(0, 1), "DELETE FROM notes; CREATE TABLE notes (a)"];
  expect(() => openDatabase(place, broken)).toThrow("already exists");
  const again = openDatabase(place, steps.slice(0, 1)).database;
  expect(again.prepare("SELECT * FROM notes").all()).toEqual([{ text: "kept" }]);
  again.close();
});

test("of the copies the newest five are kept", () => {
  using home = createTemporaryFolder();
  const place = { file: join(home.path, "history.db"), backups: join(home.path, "backups") };
  const many = [
    "CREATE TABLE notes (a)",
    ...Array.from({ length: 9 }, (_, n) => `ALTER TABLE notes ADD COLUMN b${n}`),
  ];
  openDatabase(place, many.slice(0, 1)).database.close();
  openDatabase(place, many).database.close();
  const kept = readdirSync(place.backups).map((name) => name.slice(0, "history-schema0".length));
  expect(new Set(kept)).toEqual(
    new Set([5, 6, 7, 8, 9].map((schema) => `history-schema${schema}`)),
  );
  expect(kept).toHaveLength(5);
});

test("two that copy in the same millisecond do not take each other's copy", () => {
  using home = createTemporaryFolder();
  vi.useFakeTimers({ toFake: ["Date"] });
  try {
    for (const name of ["one", "two"]) {
      const place = { file: join(home.path, `${name}.db`), backups: join(home.path, "backups") };
      openDatabase(place, steps.slice(0, 1)).database.close();
      openDatabase(place, steps).database.close();
    }
  } finally {
    vi.useRealTimers();
  }
  expect(readdirSync(join(home.path, "backups"))).toHaveLength(4);
});

test("a copy that a killed process left unfinished is removed after a day, one in work is not", () => {
  using home = createTemporaryFolder();
  const place = { file: join(home.path, "history.db"), backups: join(home.path, "backups") };
  openDatabase(place, steps.slice(0, 1)).database.close();
  mkdirSync(place.backups);
  for (const name of ["old.db.tmp", "new.db.tmp"]) writeFileSync(join(place.backups, name), "half");
  const twoDaysAgo = Date.now() / 1000 - 2 * 86_400;
  utimesSync(join(place.backups, "old.db.tmp"), twoDaysAgo, twoDaysAgo);
  openDatabase(place, steps).database.close();
  const left = readdirSync(place.backups).filter((name) => name.endsWith(".tmp"));
  expect(left).toEqual(["new.db.tmp"]);
});
