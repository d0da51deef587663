import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { RequestOutcome, RequestScope } from "../../../src/main/agent/ports.ts";
import type { History } from "../../../src/main/history/history.ts";
import { openHistory } from "../../../src/main/history/open-history.ts";
import { errorFor } from "../../../src/main/providers/error-table.ts";
import { createFreeQuota } from "../../../src/main/usage/free-quota.ts";
import { createPricing } from "../../../src/main/usage/pricing.ts";
import { createUsagePort } from "../../../src/main/usage/usage-port.ts";
import { FreeQuotaUsedError } from "../../../src/shared/errors.ts";
import { createRequestId, sessionIdSchema, turnIdSchema } from "../../../src/shared/ids.ts";
import { noTokens } from "../../../src/shared/usage.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

let history: History | null = null;
let home: ReturnType<typeof createTemporaryFolder> | null = null;
afterEach(async () => {
  await history?.close();
  home?.[Symbol.dispose]();
  history = home = null;
});

/** qwen3-coder-next has no cache: 300 nano-dollars a token of input, 1,500 of output up to 32,000 tokens. */
const model = "qwen3-coder-next";
const limit = { nano: 2_000_000n, currency: "USD" } as const;

interface Place {
  readonly since?: string | null;
  readonly at?: string;
}

/** Ports over one ledger, as after a new start each. */
async function open() {
  home = createTemporaryFolder();
  const place = { file: join(home.path, "history.db"), backups: join(home.path, "backups") };
  history = await openHistory(place);
  const { ledger } = history;
  const pricing = createPricing();
  return {
    ledger,
    portOf: ({ since = "2026-11-01", at = "2026-11-26T10:00:00Z" }: Place = {}) => {
      const now = (): Date => new Date(at);
      const price = (...asked: Parameters<typeof pricing.row>) => pricing.row(...asked);
      const freeQuota = createFreeQuota({ ledger, since: () => since, price, now });
      return createUsagePort({ ledger, pricing, freeQuota, now });
    },
  };
}

const scopeOf = (change: Partial<RequestScope> = {}): RequestScope => ({
  requestId: createRequestId(),
  sessionId: sessionIdSchema.parse("s-one"),
  turnId: turnIdSchema.parse("t-one"),
  workspace: "/w",
  model,
  region: "singapore",
  protocol: "openai",
  purpose: "chat",
  ...change,
});

const ended = (input: number, output: number): RequestOutcome => ({
  usage: { ...noTokens, inputTokens: input, outputTokens: output },
  explicitCache: false,
  status: "completed",
  errorCode: null,
  providerRequestId: null,
  firstTokenMs: 1,
  durationMs: 1,
});

type Port = ReturnType<Awaited<ReturnType<typeof open>>["portOf"]>;

/** One request that may take 100,000 tokens and takes these; answers what it cost and what was said before it. */
async function ask(port: Port, [input, output]: readonly [number, number], scope = scopeOf()) {
  const bounds = { inputBytes: 90_000, maxOutputTokens: 10_000 };
  const { turned = null } = await port.reserve(scope, bounds, null);
  const { cost } = await port.settle(scope, ended(input, output));
  return { cost: cost?.amount, turned };
}

test("while the quota lasts a request costs nothing, is under no limit and is counted", async () => {
  const { ledger, portOf } = await open();
  const port = portOf();
  const scope = scopeOf();
  // At its price it may cost 60 times the limit.
  await port.reserve(scope, { inputBytes: 90_000, maxOutputTokens: 65_536 }, limit);
  expect(await port.settle(scope, ended(1000, 200))).toMatchObject({
    inputTokens: 1000,
    cost: { amount: "0", currency: "USD" },
  });
  expect(await ledger.entries({})).toMatchObject([
    {
      billing: "free-quota",
      bound: { nano: 0n },
      cost: { nano: 0n },
      usage: { outputTokens: 200 },
    },
  ]);
  const begin = Date.parse("2026-11-01");
  expect(await ledger.count({ model, since: begin, billing: "free-quota" })).toMatchObject({
    requests: 1,
    tokens: 1200,
  });
});

test.each([
  ["no day was told", { since: null }, {}],
  ["its 90 days are over", { since: "2026-08-20" }, {}],
  ["the region has none", {}, { region: "virginia", model: "qwen3-coder-flash" }],
  ["what it caches is not covered", {}, { model: "qwen3-coder-flash" }],
])("where %s a request is paid as ever", async (_why, place: Place, change) => {
  const { ledger, portOf } = await open();
  const port = portOf(place);
  await ask(port, [1000, 200], scopeOf(change));
  const [entry] = await ledger.entries({});
  expect(entry?.billing).toBe("metered");
  expect(entry?.cost?.nano).not.toBe(0n);
});

test("what is left decides to the token, and money is told of before it is spent, once", async () => {
  const { portOf } = await open();
  const port = portOf();
  expect(await ask(port, [890_000, 0])).toEqual({ cost: "0", turned: null });
  // 110,000 are left, so that one that may take 100,000 is free beforehand.
  expect(await ask(port, [60_000, 0])).toEqual({ cost: "0", turned: null });
  // 50,000 are left: it may take more, which is told; it takes all of them, and is free after all.
  const last = await ask(port, [50_000, 0]);
  expect(last.cost).toBe("0");
  expect(last.turned).toMatch(
    /^The free quota of qwen3-coder-next is used up, or .* cost money\.$/,
  );
  expect(await ask(port, [1000, 200])).toEqual({ cost: "0.0006", turned: null });
});

test("one token more than what is left is paid, all of the request", async () => {
  const { portOf } = await open();
  const port = portOf();
  await ask(port, [980_000, 0]);
  expect((await ask(port, [20_001, 0])).cost).toBe("0.0060003");
});

test("a refusal for a free quota that is used up ends it here too, also after a new start", async () => {
  const { portOf } = await open();
  const port = portOf();
  await ask(port, [10, 10]);
  const refused = { ...ended(0, 0), status: "failed", errorCode: "free-quota-used" } as const;
  const scope = scopeOf();
  await port.reserve(scope, { inputBytes: 10, maxOutputTokens: 10 }, null);
  await port.settle(scope, refused);
  const next = await ask(port, [1000, 200]);
  expect(next.cost).toBe("0.0006");
  expect(next.turned).toContain("from here on requests cost money");
  expect((await ask(portOf(), [1000, 200])).cost).toBe("0.0006");
  // Another model has a quota of its own.
  const other = scopeOf({ model: "qwen3-coder-30b-a3b-instruct" });
  expect((await ask(port, [1000, 200], other)).cost).toBe("0");
});

test.each([
  ["AllocationQuota.FreeTierOnly", 403, "The free tier of the model has been exhausted."],
  ["insufficient_quota", 429, "Free allocated quota exceeded."],
])("the provider's %s is known as that", (code, status, message) => {
  const context = { host: "h", region: "singapore", model, successors: [], secret: "sk-x" };
  const refusal = { code, status, message } as Parameters<typeof errorFor>[0];
  expect(errorFor(refusal, context)).toBeInstanceOf(FreeQuotaUsedError);
});
