import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import type { History } from "../../../src/main/history/history.ts";
import { openDatabase } from "../../../src/main/history/open-database.ts";
import { migrations } from "../../../src/main/history/migrations.ts";
import { openHistory } from "../../../src/main/history/open-history.ts";
import type { NewSessionEvent, SessionEvent } from "../../../src/shared/events.ts";
import {
  createCallId,
  createRequestId,
  sessionIdSchema,
  turnIdSchema,
} from "../../../src/shared/ids.ts";
import { sessionEvents } from "../../support/history-events.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

const placeIn = (home: string) => ({
  file: join(home, "history.db"),
  backups: join(home, "backups"),
});

const open = (home: string): Promise<History> => openHistory(placeIn(home));

type Start = Extract<NewSessionEvent, { type: "tool-call-start" }>;
type End = Extract<NewSessionEvent, { type: "tool-call-end" }>;

/** The events of a session after its first two, in batches as they would come. */
function session(name: string) {
  const sessionId = sessionIdSchema.parse(name);
  const turnId = turnIdSchema.parse(`${name}-t1`);
  const base = { sessionId, turnId };
  let seq = 2;
  const numbered = (event: NewSessionEvent): SessionEvent => {
    seq += 1;
    return { ...event, seq, at: "2026-11-23T10:00:00.000Z" };
  };
  return {
    first: sessionEvents(name, { turns: 1, open: true }).slice(0, 2),
    served: (model: string, region = "singapore") =>
      numbered({
        ...base,
        type: "usage-add",
        requestId: createRequestId(),
        model,
        region,
        protocol: "openai",
        inputTokens: 1,
        cachedTokens: 0,
        cacheWriteTokens: 0,
        outputTokens: 1,
        reasoningTokens: 0,
        cost: null,
        priceVersion: null,
      }),
    started: (change: Partial<Start> = {}) =>
      numbered({
        ...base,
        type: "tool-call-start",
        callId: createCallId(),
        modelCallId: "1",
        name: "look",
        arguments: {},
        argumentsText: "{}",
        ...change,
      }),
    ended: (change: Partial<End> = {}) =>
      numbered({
        ...base,
        type: "tool-call-end",
        callId: createCallId(),
        status: "completed",
        result: "",
        durationMs: 1,
        ...change,
      }),
  };
}

test("calls are counted for the model and endpoint that made them, in whatever batches they come", async () => {
  using home = createTemporaryFolder();
  const history = await open(home.path);
  const one = session("s-one");
  await history.appendEvents([...one.first, one.served("a")]);
  await history.appendEvents([one.started({ malformed: true }), one.ended({ status: "failed" })]);
  await history.appendEvents([one.started({ repairs: ["text-call", "json"] })]);
  await history.appendEvents([one.ended({ repairs: ["escapes"] }), one.served("b")]);
  await history.appendEvents([one.started(), one.ended({ status: "denied" })]);
  const two = session("s-two");
  await history.appendEvents([...two.first, two.served("a", "beijing"), two.started()]);
  const three = session("s-three");
  await history.appendEvents([
    ...three.first,
    three.served("a"),
    three.started({ repairs: ["json"] }),
  ]);
  await history.appendEvents([session("s-four").first, []].flat());
  const expected = [
    { model: "a", region: "beijing", calls: 1, malformed: 0, failed: 0, repairs: {} },
    {
      model: "a",
      region: "singapore",
      calls: 3,
      malformed: 1,
      failed: 1,
      repairs: { "text-call": 1, escapes: 1, json: 2 },
    },
    { model: "b", region: "singapore", calls: 1, malformed: 0, failed: 0, repairs: {} },
  ].map((row) => ({ ...row, protocol: "openai" }));
  expect(await history.callHealth()).toEqual(expected);
  await history.close();
  const again = await open(home.path);
  expect(await again.callHealth()).toEqual(expected);
  await again.close();
});

test("events that are refused count nothing, and the demo's are not shown", async () => {
  using home = createTemporaryFolder();
  const history = await open(home.path);
  const one = session("s-one");
  const [served, started] = [one.served("a"), one.started()];
  await history.appendEvents([...one.first, served, started]);
  await expect(history.appendEvents([started])).rejects.toThrow("does not follow");
  expect(await history.callHealth()).toMatchObject([{ calls: 1 }]);
  const demo = session("s-demo");
  await history.appendEvents([...demo.first, demo.served("demo", "demo"), demo.started()]);
  expect(await history.callHealth()).toHaveLength(1);
  await history.close();
});

test("a history from before the counts goes on, and counts from then on", async () => {
  using home = createTemporaryFolder();
  const place = placeIn(home.path);
  const old = openDatabase(place, migrations.slice(0, 1)).database;
  const one = session("s-one");
  const events = [...one.first, one.served("a")];
  old.exec(
    "INSERT INTO sessions VALUES ('s-one','/w','chat','','2026','2026',1,'s-one-t1',NULL,3)",
  );
  for (const event of events)
    old
      .prepare("INSERT INTO events VALUES (?, ?, ?)")
      .run("s-one", event.seq, JSON.stringify(event));
  old.close();
  const history = await open(home.path);
  expect(await history.callHealth()).toEqual([]);
  await history.appendEvents([one.started()]);
  expect(await history.callHealth()).toMatchObject([{ model: "a", calls: 1 }]);
  await history.close();
  const file = new Database(place.file, { readonly: true });
  expect(file.pragma("user_version", { simple: true })).toBe(migrations.length);
  file.close();
});
