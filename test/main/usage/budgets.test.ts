import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { RequestOutcome, RequestScope } from "../../../src/main/agent/ports.ts";
import { createCatalogue } from "../../../src/main/catalogue/catalogue.ts";
import { mostThinkingTokens } from "../../../src/main/catalogue/model-facts.ts";
import { openHistory } from "../../../src/main/history/open-history.ts";
import type { History } from "../../../src/main/history/history.ts";
import { createPricing } from "../../../src/main/usage/pricing.ts";
import { createUsagePort } from "../../../src/main/usage/usage-port.ts";
import type { StandingLimits } from "../../../src/main/usage/budgets.ts";
import { createRequestId, sessionIdSchema, turnIdSchema } from "../../../src/shared/ids.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

let history: History | null = null;
let home: ReturnType<typeof createTemporaryFolder> | null = null;
afterEach(async () => {
  await history?.close();
  home?.[Symbol.dispose]();
  history = home = null;
});

/** A port over a ledger of its own, with the real prices: flash costs 300 nano-dollars a token of input (375 to cache it), 1,500 of output. */
async function portWith(limits: StandingLimits, now: () => Date = () => new Date()) {
  home = createTemporaryFolder();
  const place = { file: join(home.path, "history.db"), backups: join(home.path, "backups") };
  history = await openHistory(place);
  const { ledger } = history;
  return {
    ledger,
    port: createUsagePort({ ledger, pricing: createPricing(), limits: () => limits, now }),
  };
}

const usd = (nano: number) => ({ nano: BigInt(nano), currency: "USD" }) as const;

const scopeOf = (change: Partial<RequestScope> = {}): RequestScope => ({
  requestId: createRequestId(),
  sessionId: sessionIdSchema.parse("s-one"),
  turnId: turnIdSchema.parse("t-one"),
  workspace: "/w",
  model: "qwen3-coder-flash",
  region: "singapore",
  protocol: "openai",
  purpose: "chat",
  ...change,
});

const usage = {
  inputTokens: 0,
  cachedTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
};
const ended = (outputTokens: number | null): RequestOutcome => ({
  usage: outputTokens === null ? null : { ...usage, outputTokens },
  explicitCache: false,
  status: outputTokens === null ? "cancelled" : "completed",
  errorCode: null,
  providerRequestId: "r-1",
  firstTokenMs: null,
  durationMs: 1,
});

// 1,000 bytes are at most 375,000 nano-dollars, so that 4,096 tokens fit into 6,519,000 and no nano less.
const bounds = {
  inputBytes: 1000,
  maxOutputTokens: 65_536,
  least: { output: 4096, thinking: 0 },
} as const;

test("what a limit leaves becomes the output limit, down to its floor and to the nano", async () => {
  const { port } = await portWith({});
  expect(await port.reserve(scopeOf(), bounds, usd(375_000 + 1500 * 65_536))).toEqual({
    maxOutputTokens: 65_536,
    thinkingTokens: 0,
    limit: null,
  });
  const other = { sessionId: sessionIdSchema.parse("s-two") };
  expect(await port.reserve(scopeOf(other), bounds, usd(375_000 + 1500 * 5000 + 1499))).toEqual({
    maxOutputTokens: 5000,
    thinkingTokens: 0,
    limit: "the session's limit of $0.0079",
  });
  const third = { sessionId: sessionIdSchema.parse("s-three") };
  const enough = 375_000 + 1500 * 4096;
  await expect(port.reserve(scopeOf(third), bounds, usd(enough - 1))).rejects.toMatchObject({
    code: "budget",
    message: expect.stringContaining("exceed the session's limit"),
    // All that the request may cost, at 65,536 tokens of output, rounded up to what is shown of it.
    raise: { limit: "session", to: { amount: "0.1044", currency: "USD" } },
  });
  expect(await port.reserve(scopeOf(third), bounds, usd(enough))).toMatchObject({
    maxOutputTokens: 4096,
  });
});

test("thinking is reserved too, and shortened after the answer", async () => {
  const { port } = await portWith({});
  const thinks = { ...bounds, thinkingTokens: 30_000, least: { output: 4096, thinking: 4096 } };
  const reserve = (session: string, tokens: number) =>
    port.reserve(
      scopeOf({ sessionId: sessionIdSchema.parse(session) }),
      thinks,
      usd(375_000 + 1500 * tokens),
    );
  expect(await reserve("s-1", 95_536)).toMatchObject({ maxOutputTokens: 65_536, limit: null });
  expect(await reserve("s-2", 50_000)).toMatchObject({
    maxOutputTokens: 20_000,
    thinkingTokens: 30_000,
  });
  expect(await reserve("s-3", 20_000)).toMatchObject({
    maxOutputTokens: 4096,
    thinkingTokens: 15_904,
  });
  await expect(reserve("s-4", 8191)).rejects.toMatchObject({ code: "budget" });
});

test("project, day and month are limits of all sessions together, each by its own count", async () => {
  let now = new Date(2026, 10, 30, 23, 59, 59, 999);
  const one = 375_000 + 1500 * 100;
  const small = { inputBytes: 1000, maxOutputTokens: 100 };
  const limits = { workspace: usd(4 * one), day: usd(2 * one), month: usd(3 * one) };
  const { port } = await portWith(limits, () => now);
  let count = 0;
  const send = (workspace = "/w") => {
    count += 1;
    return port.reserve(
      scopeOf({ workspace, sessionId: sessionIdSchema.parse(`s-${count}`) }),
      small,
      null,
    );
  };
  await send();
  await send();
  await expect(send("/other")).rejects.toThrow("today's limit");
  // A new day and month, by this machine's clock.
  now = new Date(2026, 11, 1);
  await send();
  await send();
  await expect(send("/other")).rejects.toThrow("today's limit");
  now = new Date(2026, 11, 2);
  await expect(send()).rejects.toThrow("the project's limit");
  await send("/other");
  await expect(send("/other")).rejects.toThrow("this month's limit");
});

test("a plan and a server of one's own are counted, cost nothing, and are under no limit", async () => {
  const { port, ledger } = await portWith({ day: usd(1) });
  for (const region of ["coding-plan", "token-plan-china", "ollama", "demo"]) {
    const scope = scopeOf({ region, model: "whatever-1" });
    await port.reserve(scope, bounds, { nano: 1n, currency: "CNY" });
    expect(await port.settle(scope, ended(70))).toMatchObject({ cost: { amount: "0" } });
  }
  const entries = await ledger.entries({});
  expect(entries.map(({ billing }) => billing)).toEqual(["plan", "plan", "local", "local"]);
  expect(entries.map(({ cost }) => cost)).toEqual([
    usd(0),
    { nano: 0n, currency: "CNY" },
    usd(0),
    usd(0),
  ]);
  expect(await ledger.count({ since: 0, billing: "plan" })).toEqual({ requests: 2, tokens: 140 });
});

test("a request without usage is unknown, at most what was reserved, and counts against every limit", async () => {
  const { port, ledger } = await portWith({ day: usd(600_000) });
  const scope = scopeOf();
  const small = { inputBytes: 1000, maxOutputTokens: 100 };
  await port.reserve(scope, small, null);
  expect(await port.settle(scope, ended(null))).toMatchObject({
    cost: null,
    unknown: { mostTokens: 1100, mostCost: { amount: "0.000525", currency: "USD" } },
  });
  await expect(port.reserve(scopeOf(), small, null)).rejects.toThrow(/up to .* without usage/);
  expect(await ledger.entries({})).toMatchObject([
    { usage: null, cost: null, mostTokens: { input: 1000, output: 100 }, providerRequestId: "r-1" },
  ]);
});

test("an answer beyond its output limit is told", async () => {
  const { port } = await portWith({});
  for (const [tokens, told] of [
    [100, undefined],
    [101, { limitTokens: 100 }],
  ] as const) {
    const scope = scopeOf();
    await port.reserve(scope, { inputBytes: 10, maxOutputTokens: 100 }, null);
    expect((await port.settle(scope, ended(tokens))).beyondLimit).toEqual(told);
  }
});

const thinkingOf = (model: string) => {
  const facts = createCatalogue().find(model)?.thinking;
  if (facts === undefined) throw new Error(`no ${model}`);
  return facts;
};

test.each([
  ["qwen3-coder-plus", null, 0],
  ["qwen3.7-plus", null, 262_144],
  ["qwen3.7-plus", "off", 0],
  ["qwen3.7-plus", "low", 4096],
  ["qwen3.7-plus", { budgetTokens: 9000 }, 9000],
  ["qwen3.5-plus", { budgetTokens: 90_000 }, 81_920],
  // Of some no largest budget is known.
  ["qwen3.7-max", null, 131_072],
  ["qwen3.8-max", null, 131_072],
  ["qwen-plus", null, 0],
] as const)("%s, asked for %j, thinks at most %d tokens", (model, wish, most) => {
  expect(mostThinkingTokens(wish, thinkingOf(model))).toBe(most);
});

test("an unknown price is in no limit once the person lets it go, and its use is counted apart", async () => {
  const { port, ledger } = await portWith({ day: usd(1000) });
  const model = "a-model-of-no-known-price";
  await expect(port.reserve(scopeOf({ model }), bounds, null)).rejects.toMatchObject({
    code: "budget",
    unkept: "unknown-price",
  });
  const scope = scopeOf({ model, anyPrice: true });
  expect(await port.reserve(scope, bounds, null)).toMatchObject({ maxOutputTokens: 65_536 });
  expect(await port.settle(scope, ended(70))).toMatchObject({ cost: null, outputTokens: 70 });
  expect(await ledger.entries({})).toMatchObject([{ model, cost: null, bound: null }]);
  // A known price is kept all the same, and so is a limit in the other currency.
  await expect(port.reserve(scopeOf({ anyPrice: true }), bounds, null)).rejects.toMatchObject({
    message: expect.stringContaining("would exceed today's limit"),
  });
  await expect(
    port.reserve(scopeOf({ region: "beijing", anyPrice: true }), bounds, null),
  ).rejects.toMatchObject({
    unkept: "other-currency",
    message: expect.stringMatching(/paid in CNY.*Give that limit in CNY, such as 0\.01 CNY/),
  });
});
