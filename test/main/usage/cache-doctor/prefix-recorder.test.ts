import { join } from "node:path";
import Database from "better-sqlite3";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ModelMessage, RequestScope } from "../../../../src/main/agent/ports.ts";
import type { History } from "../../../../src/main/history/history.ts";
import { migrations } from "../../../../src/main/history/migrations.ts";
import { openDatabase } from "../../../../src/main/history/open-database.ts";
import { openHistory } from "../../../../src/main/history/open-history.ts";
import { createPrefixStore } from "../../../../src/main/history/prefix-store.ts";
import {
  createHashText,
  hashPrefix,
  type SentPrefix,
} from "../../../../src/main/usage/cache-doctor/prefix-parts.ts";
import {
  createPrefixRecorder,
  type PrefixRecorderOptions,
} from "../../../../src/main/usage/cache-doctor/prefix-recorder.ts";
import { createRequestId, sessionIdSchema, turnIdSchema } from "../../../../src/shared/ids.ts";
import { noTokens } from "../../../../src/shared/usage.ts";
import { createTemporaryFolder } from "../../../support/temporary-folder.ts";

const open = (home: string, secrets: readonly string[] = []): Promise<History> =>
  openHistory({
    file: join(home, "history.db"),
    backups: join(home, "backups"),
    secrets: () => secrets,
  });

const text = (value: string) => [{ type: "text" as const, text: value }];
const said = (value: string): ModelMessage => ({ role: "user", content: text(value) });
const tools = [{ name: "read_file", description: "reads", parameters: {} }];
const prefix = (...words: readonly string[]): SentPrefix => ({
  messages: [{ role: "system", content: text("system") }, ...words.map(said)],
  tools,
});

const scopeOf = (change: Partial<RequestScope> = {}): RequestScope => ({
  requestId: createRequestId(),
  sessionId: sessionIdSchema.parse("s-one"),
  turnId: turnIdSchema.parse("t-one"),
  workspace: "/shop",
  model: "qwen3-coder-plus",
  region: "singapore",
  protocol: "openai",
  purpose: "chat",
  ...change,
});

/** In the ledger as answered, or as failed without usage. */
async function settle(history: History, scope: RequestScope, input: number | null): Promise<void> {
  const { requestId, sessionId, turnId, workspace, model, region, protocol, purpose } = scope;
  const entry = {
    requestId,
    sessionId,
    turnId,
    workspace,
    model,
    region,
    protocol,
    purpose,
    retryOf: null,
    retries: 0,
    at: "2026-11-20T10:00:00Z",
    keyFingerprint: null,
    billing: "metered" as const,
    bound: null,
    mostTokens: null,
  };
  await history.ledger.reserve(entry, []);
  await history.ledger.settle(entry, {
    requestId,
    providerRequestId: null,
    errorCode: null,
    explicitCache: true,
    cost: null,
    priceVersion: null,
    firstTokenMs: 10,
    durationMs: 2000,
    status: input === null ? "failed" : "completed",
    usage: input === null ? null : { ...noTokens, inputTokens: input },
  });
}

const fail = (error: unknown): never => {
  throw error;
};

test("whatever was sent comes back part by part, also after a restart", async () => {
  using home = createTemporaryFolder();
  const place = { file: join(home.path, "history.db"), backups: join(home.path, "backups") };
  const { database } = openDatabase(place, migrations);
  const sql = createPrefixStore(database);
  const store: PrefixRecorderOptions["store"] = {
    key: async () => sql.prefixKey(),
    remember: async (record) => sql.rememberPrefix(record),
    newest: async (sessionId, chain) => sql.newestPrefixes(sessionId, chain),
  };
  const hash = createHashText(sql.prefixKey());
  const words = fc.array(fc.constantFrom("a", "b", "c", "a longer word"), { maxLength: 8 });
  const request = fc.tuple(words, fc.constantFrom("qwen3-coder-plus", "other"), fc.boolean());
  await fc.assert(
    fc.asyncProperty(fc.array(request, { maxLength: 12 }), async (all) => {
      const sessionId = sessionIdSchema.parse(createRequestId());
      let recorder = createPrefixRecorder({ store, onTrouble: fail });
      const sent: { readonly scope: RequestScope; readonly prefix: SentPrefix }[] = [];
      for (const [heard, model, restarts] of all) {
        const one = { scope: scopeOf({ sessionId, model }), prefix: prefix(...heard) };
        sent.push(one);
        recorder.sent(one.scope, one.prefix);
        if (!restarts) continue;
        await recorder.settled();
        recorder = createPrefixRecorder({ store, onTrouble: fail });
      }
      await recorder.settled();
      for (const { scope, prefix: whole } of sent)
        expect(sql.prefixParts(scope.requestId)).toEqual(hashPrefix(whole, hash, null).parts);
    }),
    { numRuns: 60 },
  );
  database.close();
});

test("neither the text nor a key known to this run is in what is kept", async () => {
  using home = createTemporaryFolder();
  const history = await open(home.path, ["sk-very-secret"]);
  const recorder = createPrefixRecorder({ store: history.prefixes, onTrouble: fail });
  recorder.sent(scopeOf(), {
    ...prefix("the words of the person"),
    tools: [{ name: "tool-sk-very-secret", description: "d", parameters: {} }],
  });
  await recorder.settled();
  await history.close();
  const database = new Database(join(home.path, "history.db"), { readonly: true });
  const rows = JSON.stringify(database.prepare("SELECT * FROM prefixes").all());
  database.close();
  expect(rows).toContain("tool-[key]");
  expect(rows).not.toMatch(/words of the person|sk-very-secret/);
});

test("a request is compared with the last one that was answered", async () => {
  using home = createTemporaryFolder();
  const history = await open(home.path);
  let recorder = createPrefixRecorder({ store: history.prefixes, onTrouble: fail });
  const send = async (sent: SentPrefix, input: number | null, change = {}) => {
    const scope = scopeOf(change);
    recorder.sent(scope, sent);
    await recorder.settled();
    await settle(history, scope, input);
    if (input === null) recorder.unanswered(scope);
    const [facts] = await history.prefixes.facts([scope.requestId]);
    return facts;
  };
  expect(await send(prefix("one"), 5000)).toMatchObject({ base: null, explicitCache: true });
  expect(await send(prefix("one", "two"), null)).toMatchObject({
    base: { usage: { inputTokens: 5000 }, endedAt: Date.parse("2026-11-20T10:00:02Z") },
    record: { isWhole: true, changes: [] },
  });
  // Tried again, and then gone on: both stand to the first, of which the failed one had all.
  for (const again of [prefix("one", "two"), prefix("one", "two", "three")])
    expect(await send(again, null)).toMatchObject({
      base: { usage: { inputTokens: 5000 } },
      record: { isWhole: true, keptBytes: 6 + 16 + 3 + 16 + toolBytes },
    });
  // What a summary asked for is not what the next prompt goes on from.
  await send(prefix("one", "two"), 6000);
  await send(prefix("one", "summarise"), 5500, { purpose: "compaction" });
  expect(await send(prefix("one", "two", "three"), 7000)).toMatchObject({
    base: { usage: { inputTokens: 6000 } },
    record: { isWhole: true, changes: [] },
  });
  // After a restart, which knows nothing of failures, what failed is looked through.
  await send(prefix("one", "two", "three"), null);
  recorder = createPrefixRecorder({ store: history.prefixes, onTrouble: fail });
  expect(await send(prefix("one", "two", "three"), 7000)).toMatchObject({
    base: { usage: { inputTokens: 7000 } },
    record: { isWhole: true, changes: [] },
  });
  // To another model, and back.
  const other = { model: "qwen3-coder-flash" };
  expect(await send(prefix("one", "two", "three"), 7100, other)).toMatchObject({
    base: { model: "qwen3-coder-plus", usage: { inputTokens: 7000 } },
  });
  for (let count = 0; count < 6; count += 1)
    await send(prefix("one", "two", "three", "four"), 7200, other);
  expect(await send(prefix("one", "two", "three", "four"), 7300)).toMatchObject({
    base: { model: "qwen3-coder-plus", usage: { inputTokens: 7000 } },
  });
  await history.close();
});

/** Frame and JSON of the one tool, without the system message's own. */
const toolBytes = JSON.stringify(tools[0]).length;

test("a request of another session, or without a record, is told apart", async () => {
  using home = createTemporaryFolder();
  const history = await open(home.path);
  const scope = scopeOf();
  await settle(history, scope, 100);
  expect(await history.prefixes.facts([scope.requestId, createRequestId()])).toEqual([
    { requestId: scope.requestId, explicitCache: true, record: null, base: null },
  ]);
  expect(await history.prefixes.parts(scope.requestId)).toBeNull();
  const recorder = createPrefixRecorder({ store: history.prefixes, onTrouble: fail });
  const others = ["s-two", "s-three"].map((id) =>
    scopeOf({ sessionId: sessionIdSchema.parse(id) }),
  );
  for (const other of others) recorder.sent(other, prefix("one"));
  await recorder.settled();
  for (const other of others) await settle(history, other, 100);
  const facts = await history.prefixes.facts(others.map(({ requestId }) => requestId));
  expect(facts.map(({ base }) => base)).toEqual([null, null]);
  await history.close();
});

test("what cannot be kept fails nothing", async () => {
  const troubles: unknown[] = [];
  const recorder = createPrefixRecorder({
    store: {
      key: () => Promise.resolve(new Uint8Array(32)),
      newest: () => Promise.resolve([]),
      remember: () => Promise.reject(new Error("full")),
    },
    onTrouble: (error) => troubles.push(error),
  });
  recorder.sent(scopeOf(), prefix("one"));
  recorder.sent(scopeOf(), prefix("one", "two"));
  await recorder.settled();
  expect(troubles).toHaveLength(2);
});

test("old rows go, and what hung on them is told as not recorded", () => {
  using home = createTemporaryFolder();
  const place = { file: join(home.path, "history.db"), backups: join(home.path, "backups") };
  const { database } = openDatabase(place, migrations);
  const store = createPrefixStore(database, 10);
  const hash = createHashText(store.prefixKey());
  const ids = Array.from({ length: 25 }, () => createRequestId());
  const sizes = { keptBytes: 0, knownBytes: 0, totalBytes: 20, changes: [] };
  const { parts } = hashPrefix(prefix("one"), hash, null);
  for (const [index, requestId] of ids.entries())
    store.rememberPrefix({
      requestId,
      sessionId: sessionIdSchema.parse("s-one"),
      at: index,
      chain: "c",
      ...sizes,
      base: ids[index - 1] ?? null,
      kept: index === 0 ? 0 : parts.length,
      tail: index === 0 ? parts : [],
    });
  const count = database.prepare<[], number>("SELECT count(*) FROM prefixes").pluck().get();
  expect(count).toBeLessThanOrEqual(20);
  expect(store.prefixParts(ids[24] ?? createRequestId())).toBeNull();
  expect(store.newestPrefixes(sessionIdSchema.parse("s-one"), "c")).toEqual([]);
  database.close();
});
