import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createCatalogue } from "../../../src/main/catalogue/catalogue.ts";
import { createForecastDesk } from "../../../src/main/core/forecast-desk.ts";
import type { History } from "../../../src/main/history/history.ts";
import { openHistory } from "../../../src/main/history/open-history.ts";
import { createFreeQuota } from "../../../src/main/usage/free-quota.ts";
import { createPricing } from "../../../src/main/usage/pricing.ts";
import { createRequestId, turnIdSchema } from "../../../src/shared/ids.ts";
import { parseNano } from "../../../src/shared/money.ts";
import { noTokens, type TokenUsage } from "../../../src/shared/usage.ts";
import { createAgentFixture, play, type AgentFixture } from "../../support/agent-fixture.ts";
import { someUsage } from "../../support/fake-model.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

const catalogue = createCatalogue(() => new Date("2026-09-01T00:00:00Z"));
const pricing = createPricing();
const model = "qwen3-coder-plus";

let home: ReturnType<typeof createTemporaryFolder>;
let history: History;

beforeEach(async () => {
  home = createTemporaryFolder();
  history = await openHistory({
    file: join(home.path, "history.db"),
    backups: join(home.path, "backups"),
    secrets: () => [],
  });
});

afterEach(async () => {
  await history.close();
  home[Symbol.dispose]();
});

/** The desk over a real ledger, for a session of the fixture. */
function deskOver(fixture: AgentFixture, since: string | null = null) {
  const desk = createForecastDesk({
    models: {
      catalogue,
      place: () => ({ baseUrl: "https://here/v1", region: "singapore", protocol: "openai" }),
    },
    sessions: { open: async () => fixture.session },
    pricing,
    prefixes: history.prefixes,
    reads: history.usage,
    freeQuota: createFreeQuota({
      ledger: history.ledger,
      since: () => since,
      price: (one, region) => pricing.row(one, region),
      now: () => new Date("2026-09-01T00:00:00Z"),
    }),
  });
  const { sessionId } = fixture.session.log.state();
  const forecast = (promptBytes: number) => desk.forecast(sessionId, promptBytes);
  /** A request of the session, in the ledger. */
  const used = async (turn: string, usage: Partial<TokenUsage>, change = {}): Promise<void> => {
    const requestId = createRequestId();
    const entry = {
      requestId,
      sessionId,
      turnId: turnIdSchema.parse(turn),
      workspace: "/shop",
      model,
      region: "singapore",
      protocol: "openai" as const,
      purpose: "chat" as const,
      retryOf: null,
      retries: 0,
      at: "2026-08-31T10:00:00Z",
      keyFingerprint: null,
      billing: "metered" as const,
      bound: null,
      mostTokens: null,
      ...change,
    };
    const whole = { ...noTokens, ...usage };
    const cost = pricing.cost(model, "singapore", whole, false);
    await history.ledger.reserve(entry, []);
    await history.ledger.settle(entry, {
      requestId,
      providerRequestId: null,
      errorCode: null,
      explicitCache: false,
      cost: cost === null ? null : { nano: parseNano(cost.amount) ?? 0n, currency: cost.currency },
      priceVersion: "2026",
      firstTokenMs: 10,
      durationMs: 2000,
      status: "completed",
      usage: whole,
    });
  };
  return { forecast, used };
}

/** A session whose newest request had so many tokens of input. */
async function weighing(inputTokens: number): Promise<AgentFixture> {
  const answer = { text: "Well. ".repeat(400), usage: { ...someUsage, inputTokens } };
  const fixture = createAgentFixture([answer, answer, answer]);
  fixture.session.update({ model });
  await play(fixture, "Hello");
  await play(fixture, "Go on");
  await play(fixture, "And on");
  return fixture;
}

test("a large first prompt is told of before it is sent: its cost, and the edge that it passes", async () => {
  const fixture = createAgentFixture([]);
  fixture.session.update({ model });
  const { forecast } = deskOver(fixture);
  const small = await forecast(100);
  expect(small).toMatchObject({ isNotable: false, crossing: null, saving: null });
  expect(small.cost).not.toBeNull();
  // 400,000 bytes are about 100,000 tokens, at 1,800 nano each: some $0.18.
  const large = await forecast(400_000);
  expect(large.tokens.likely).toBeGreaterThanOrEqual(100_000);
  expect(large.tokens.likely).toBeLessThan(110_000);
  expect(large).toMatchObject({
    isNotable: true,
    crossing: { edgeTokens: 32_000, factor: 1.8 },
    saving: null,
  });
  expect(Number(large.cost?.likely.amount)).toBeGreaterThan(0.18);
});

test("an edge is told where the prompt before stayed below it, with what compacting first saves", async () => {
  const fixture = await weighing(33_000);
  const { forecast, used } = deskOver(fixture);
  // Of the prompt before: three requests, which went over the edge by themselves.
  await used("t-1", { inputTokens: 20_000, outputTokens: 500 });
  for (const inputTokens of [31_000, 33_000, 33_000])
    await used("t-2", { inputTokens, outputTokens: 500 });
  const told = await forecast(200);
  expect(told.crossing).toEqual({ edgeTokens: 32_000, factor: 1.8 });
  // Four requests over two prompts.
  expect(told.saving?.requests).toBe(2);
  expect(Number(told.saving?.cost.amount)).toBeGreaterThan(0);
  expect(told.tokens.least).toBeLessThan(told.tokens.likely);
  // The next prompt begins above the edge: it is no news any more.
  await used("t-3", { inputTokens: 33_500, outputTokens: 500 });
  expect((await forecast(200)).crossing).toBeNull();
});

test("a request of three times the cost of the last is told of, also a small one", async () => {
  const fixture = await weighing(12_000);
  const { forecast, used } = deskOver(fixture);
  await used("t-1", { inputTokens: 12_000, cachedTokens: 11_900, outputTokens: 50 });
  const told = await forecast(200);
  // Nothing of it is in the prefixes: the cache is taken for cold.
  expect(told).toMatchObject({ isNotable: true, crossing: null });
});

test("what a quota covers costs nothing, and beyond it money", async () => {
  const fixture = await weighing(140_000);
  // The quota covers no explicit cache, and this model has none.
  fixture.session.update({ model: "qwen3-coder-next" });
  expect((await deskOver(fixture).forecast(200)).cost).not.toBeNull();
  const { forecast, used } = deskOver(fixture, "2026-08-20");
  expect(await forecast(200)).toMatchObject({ cost: null, isNotable: false, crossing: null });
  const free = { billing: "free-quota", model: "qwen3-coder-next" };
  await used("t-1", { inputTokens: 870_000, outputTokens: 0 }, free);
  const paid = await forecast(200);
  expect(paid.cost).not.toBeNull();
  expect(paid.isNotable).toBe(true);
});

test("nothing is foretold of a price that nobody knows", async () => {
  const fixture = await weighing(40_000);
  fixture.session.update({ model: "somebody's" });
  const { forecast } = deskOver(fixture);
  expect(await forecast(200)).toMatchObject({ cost: null, isNotable: false, crossing: null });
});
