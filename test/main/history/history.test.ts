import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { openHistory } from "../../../src/main/history/open-history.ts";
import type { History } from "../../../src/main/history/history.ts";
import { sessionIdSchema } from "../../../src/shared/ids.ts";
import { sessionEvents } from "../../support/history-events.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

const one = sessionIdSchema.parse("s-one");

function open(home: string): Promise<History> {
  return openHistory({ file: join(home, "history.db"), backups: join(home, "backups") });
}

test("events come back as they were, after a restart too", async () => {
  using home = createTemporaryFolder();
  const events = sessionEvents("s-one", { turns: 3 });
  const first = await open(home.path);
  await first.appendEvents(events.slice(0, 4));
  await first.appendEvents(events.slice(4));
  await first.close();
  const second = await open(home.path);
  expect(await second.loadEvents(one)).toEqual(events);
  expect(await second.loadEvents(one, 8)).toEqual(events.slice(8));
  expect(await second.nextSeq(one)).toBe(events.length + 1);
  expect(await second.nextSeq(sessionIdSchema.parse("s-new"))).toBe(1);
  expect(second.warnings).toEqual([]);
  expect(await second.check()).toBeNull();
  await second.close();
});

test("a list shows title, turns and how the last turn ended, newest first", async () => {
  using home = createTemporaryFolder();
  const history = await open(home.path);
  await history.appendEvents(sessionEvents("s-one", { turns: 1 }));
  await history.appendEvents([
    ...sessionEvents("s-two", { turns: 2, open: true }),
    {
      sessionId: sessionIdSchema.parse("s-two"),
      seq: 7,
      at: "2027-01-01T00:00:00.000Z",
      type: "session-update",
      title: "New name",
    },
  ]);
  const list = await history.listSessions({ workspace: "/home/person/shop" });
  expect(list.map(({ title, turns, lastTurn }) => [title, turns, lastTurn?.status])).toEqual([
    ["New name", 2, null],
    ["Title of s-one", 1, "completed"],
  ]);
  expect(await history.listSessions({ workspace: "/elsewhere" })).toEqual([]);
  expect(await history.listSessions({ limit: 1 })).toHaveLength(1);
  await history.close();
});

test.each([
  [
    "an event that is stored already",
    (events: ReturnType<typeof sessionEvents>) => events.slice(3),
  ],
  ["a gap", (events: ReturnType<typeof sessionEvents>) => events.slice(5)],
  [
    "a bad last event after good ones",
    (events: ReturnType<typeof sessionEvents>) => [...events.slice(4, 6), ...events.slice(0, 1)],
  ],
])("%s is a conflict and nothing of its batch is stored", async (_name, pick) => {
  using home = createTemporaryFolder();
  const events = sessionEvents("s-one", { turns: 2 });
  const history = await open(home.path);
  await history.appendEvents(events.slice(0, 4));
  await expect(history.appendEvents(pick(events))).rejects.toMatchObject({ code: "conflict" });
  expect(await history.loadEvents(one)).toEqual(events.slice(0, 4));
  await history.close();
});

test("a session that does not begin with its start is a conflict, one that is not there is not found", async () => {
  using home = createTemporaryFolder();
  const history = await open(home.path);
  const events = sessionEvents("s-one", { turns: 1 });
  const second = events.slice(1).map((event, index) => Object.assign(event, { seq: index + 1 }));
  await expect(history.appendEvents(second)).rejects.toMatchObject({ code: "conflict" });
  await expect(history.loadEvents(one)).rejects.toMatchObject({ code: "not-found" });
  await history.close();
});

test("two processes cannot hold one session, and a closed one lets go", async () => {
  using home = createTemporaryFolder();
  const first = await open(home.path);
  const second = await open(home.path);
  await first.appendEvents(sessionEvents("s-one", { turns: 1, open: true }));
  const claim = await first.claimSession(one);
  await expect(second.claimSession(one)).rejects.toMatchObject({ code: "conflict" });
  const next = {
    sessionId: one,
    seq: 4,
    at: "2026-01-02T00:00:00.000Z",
    type: "session-update",
    title: "x",
  } as const;
  await expect(second.appendEvents([next])).rejects.toMatchObject({ code: "conflict" });
  expect(await second.interruptedSessions()).toEqual([]);
  await claim.release();
  await second.claimSession(one);
  await expect(first.appendEvents([next])).rejects.toMatchObject({ code: "conflict" });
  await second.close();
  expect((await first.interruptedSessions()).map((session) => session.sessionId)).toEqual([one]);
  await first.appendEvents([next]);
  await first.close();
  expect(readdirSync(join(home.path, "processes"))).toEqual([]);
});

test("a file that is no database is kept aside, and a warning says so", async () => {
  using home = createTemporaryFolder();
  const garbage = Buffer.alloc(10_000, "not a database ");
  writeFileSync(join(home.path, "history.db"), garbage);
  const [first, second] = await Promise.all([open(home.path), open(home.path)]);
  const warnings = [...first.warnings, ...second.warnings];
  expect(warnings).toHaveLength(1);
  const aside = readdirSync(home.path).filter((name) => /^history\.db\.corrupt-[^/]*Z$/.test(name));
  expect(aside).toHaveLength(1);
  expect(warnings[0]).toContain(aside[0]);
  expect(readFileSync(join(home.path, aside[0] ?? ""))).toEqual(garbage);
  await first.appendEvents(sessionEvents("s-one", { turns: 1 }));
  expect(await second.nextSeq(one)).toBe(5);
  await Promise.all([first.close(), second.close()]);
});

test("a schema from a newer Belay is refused and left alone", async () => {
  using home = createTemporaryFolder();
  await (await open(home.path)).close();
  const database = new Database(join(home.path, "history.db"));
  database.pragma("user_version = 99");
  database.close();
  await expect(open(home.path)).rejects.toThrow(/newer Belay \(schema 99.*Update Belay/);
  expect(readdirSync(home.path).some((name) => name.includes("corrupt"))).toBe(false);
});

test("damage found later names the remedy", async () => {
  using home = createTemporaryFolder();
  const file = join(home.path, "history.db");
  const first = await open(home.path);
  for (let turn = 0; turn < 40; turn += 1)
    await first.appendEvents(sessionEvents(`s-${turn}`, { turns: 3, text: "x".repeat(3000) }));
  await first.close();
  const bytes = readFileSync(file);
  // Not the beginning, where the schema is: that would be found at once.
  writeFileSync(
    file,
    bytes.fill(0xff, Math.floor(bytes.length / 8192) * 4096, bytes.length - 8192),
  );
  const second = await open(home.path);
  expect(second.warnings).toEqual([]);
  expect(await second.check()).not.toBeNull();
  await second.close();
});

test("the database is readable by its user only", async () => {
  using home = createTemporaryFolder();
  const file = join(home.path, "history.db");
  writeFileSync(file, "");
  chmodSync(file, 0o644);
  const history = await open(home.path);
  await history.appendEvents(sessionEvents("s-one", { turns: 1 }));
  for (const name of ["history.db", "history.db-wal", "history.db-shm"])
    expect(statSync(join(home.path, name)).mode & 0o777).toBe(0o600);
  await history.close();
});

test("stored events cannot be changed, whoever asks", async () => {
  using home = createTemporaryFolder();
  const history = await open(home.path);
  await history.appendEvents(sessionEvents("s-one", { turns: 1 }));
  await history.close();
  const database = new Database(join(home.path, "history.db"));
  expect(() => database.exec("UPDATE events SET event = '{}'")).toThrow("never changed");
  database.close();
});

test("after close every call says that the history is closed", async () => {
  using home = createTemporaryFolder();
  const history = await open(home.path);
  await Promise.all([history.close(), history.close()]);
  await expect(history.nextSeq(one)).rejects.toMatchObject({ code: "unavailable" });
});
