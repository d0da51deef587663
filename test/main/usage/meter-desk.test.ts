import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { History } from "../../../src/main/history/history.ts";
import { openHistory } from "../../../src/main/history/open-history.ts";
import type { StandingLimits } from "../../../src/main/usage/budgets.ts";
import type { Amount, LedgerReservation } from "../../../src/main/usage/ledger.ts";
import { createMeterDesk } from "../../../src/main/usage/meter-desk.ts";
import { createRequestId, sessionIdSchema, turnIdSchema } from "../../../src/shared/ids.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

let history: History | null = null;
let home: ReturnType<typeof createTemporaryFolder> | null = null;
afterEach(async () => {
  await history?.close();
  home?.[Symbol.dispose]();
  history = home = null;
});

const usd = (nano: bigint): Amount => ({ nano, currency: "USD" });
const cny = (nano: bigint): Amount => ({ nano, currency: "CNY" });
const sessionId = sessionIdSchema.parse("s-one");
const here = { sessionId, workspace: "/shop", model: "qwen3-coder-plus" };

interface Facts {
  readonly region?: string;
  readonly limits?: StandingLimits & { readonly session?: Amount | null };
  readonly modelStudio?: string | null;
}

const deskOver = (
  { ledger, usage }: Pick<History, "ledger" | "usage">,
  { region = "singapore", limits, modelStudio = null }: Facts,
) =>
  createMeterDesk({
    ledger,
    reads: usage,
    region: () => region,
    rateLimits: (model) =>
      model === "qwen3-coder-plus" ? { model, scope: "s", rpm: 2400, tpm: 2_000_000 } : null,
    limits: () => ({ session: null, ...limits }),
    since: () => ({ modelStudio, plan: null }),
  });

async function deskWith(facts: Facts = {}) {
  home = createTemporaryFolder();
  history = await openHistory({
    file: join(home.path, "history.db"),
    backups: join(home.path, "backups"),
  });
  return { ledger: history.ledger, desk: deskOver(history, facts) };
}

interface Made {
  readonly session?: string;
  readonly workspace?: string;
  readonly model?: string;
  readonly at?: number;
  readonly bound?: Amount;
  /** null: no usage came; undefined: it is under way. */
  readonly cost?: Amount | null | undefined;
  readonly billing?: LedgerReservation["billing"];
  readonly region?: string;
}

/** One request, as far as it has come. */
async function put({ ledger }: Pick<History, "ledger">, made: Made): Promise<void> {
  const { cost, bound = usd(50n), model = "qwen3-coder-plus" } = made;
  const entry: LedgerReservation = {
    requestId: createRequestId(),
    retryOf: null,
    retries: 0,
    at: new Date(made.at ?? Date.now()).toISOString(),
    workspace: made.workspace ?? "/shop",
    sessionId: sessionIdSchema.parse(made.session ?? "s-one"),
    turnId: turnIdSchema.parse("t-one"),
    purpose: "chat",
    model,
    region: made.region ?? "singapore",
    protocol: "openai",
    keyFingerprint: null,
    billing: made.billing ?? "metered",
    bound,
    mostTokens: null,
  };
  await ledger.reserve(entry, []);
  if (cost === undefined) return;
  await ledger.settle(entry, {
    requestId: entry.requestId,
    providerRequestId: null,
    status: "completed",
    errorCode: null,
    usage:
      cost === null
        ? null
        : {
            inputTokens: 900,
            cachedTokens: 0,
            cacheWriteTokens: 0,
            outputTokens: 100,
            reasoningTokens: 0,
          },
    explicitCache: false,
    cost,
    priceVersion: null,
    firstTokenMs: null,
    durationMs: null,
  });
}

const dollars = (amount: string) => ({ amount, currency: "USD" });

test("a budget tells what is spent, what may have been, what is under way and what is left", async () => {
  const { desk, ledger } = await deskWith({
    limits: { session: usd(1000n), workspace: usd(400n), day: usd(350n), month: null },
  });
  await put({ ledger }, { cost: usd(200n) });
  await put({ ledger }, { cost: null, bound: usd(40n) });
  await put({ ledger }, { bound: usd(60n) });
  await put({ ledger }, { session: "s-other", cost: usd(50n) });
  await put({ ledger }, { session: "s-other", workspace: "/else", cost: cny(7n) });
  const { budgets, payment } = await desk.meters(here);
  expect(payment).toBe("money");
  expect(budgets.map(({ name, state }) => [name, state])).toEqual([
    ["session", "fine"],
    ["project", "near"],
    ["day", "over"],
    ["month", "none"],
  ]);
  const [session, project, day, month] = budgets;
  expect(session).toMatchObject({
    limit: dollars("0.000001"),
    left: dollars("0.0000007"),
    share: { spent: 0.2, held: 0.1 },
    endsAt: null,
    used: [
      {
        currency: "USD",
        spent: dollars("0.0000002"),
        unknown: dollars("0.00000004"),
        reserved: dollars("0.00000006"),
      },
    ],
  });
  expect(project).toMatchObject({ left: dollars("0.00000005"), share: { spent: 0.625 } });
  expect(day).toMatchObject({ left: dollars("0"), share: { held: expect.closeTo(0.2857) } });
  expect(Date.parse(day?.endsAt ?? "")).toBeGreaterThan(Date.now());
  // Without a limit both currencies are told, beside each other.
  expect(month?.used.map(({ spent }) => spent)).toEqual([
    dollars("0.00000025"),
    { amount: "0.000000007", currency: "CNY" },
  ]);
});

test("what is spent in the other currency is told beside a limit, and is no part of it", async () => {
  const { desk, ledger } = await deskWith({ limits: { day: cny(1000n) } });
  await put({ ledger }, { cost: usd(5000n) });
  const day = (await desk.meters(here)).budgets.find(({ name }) => name === "day");
  expect(day).toMatchObject({ state: "fine", share: { spent: 0, held: 0 } });
  expect(day?.used.map(({ currency }) => currency)).toEqual(["CNY", "USD"]);
});

test("a server that went beyond its limits leaves less than nothing", async () => {
  const { desk, ledger } = await deskWith({ limits: { day: usd(100n) } });
  await put({ ledger }, { cost: usd(130n) });
  const day = (await desk.meters(here)).budgets.find(({ name }) => name === "day");
  expect(day).toMatchObject({
    state: "over",
    left: dollars("-0.00000003"),
    share: { spent: 1, held: 0 },
  });
});

test("the last minute is told of the session's model and of each other one that was asked", async () => {
  const { desk, ledger } = await deskWith();
  await put({ ledger }, { cost: usd(1n) });
  await put({ ledger }, { model: "other", cost: usd(1n) });
  await put({ ledger }, { model: "older", cost: usd(1n), at: Date.now() - 61_000 });
  expect((await desk.meters(here)).rates).toEqual([
    { model: "qwen3-coder-plus", requests: 1, tokens: 1000, rpm: 2400, tpm: 2_000_000 },
    { model: "other", requests: 1, tokens: 1000, rpm: null, tpm: null },
  ]);
  const still = await desk.meters({ ...here, model: null });
  expect(still.rates.map(({ model }) => model)).toEqual(["other", "qwen3-coder-plus"]);
});

test("the free quota is told by model from the day that the person named, and asks for it until then", async () => {
  const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  const told = await deskWith({ modelStudio: today });
  await put(told, { cost: usd(1n) });
  await put(told, { model: "other", cost: usd(1n) });
  await put(told, { model: "other", cost: usd(1n) });
  const { freeQuota } = await told.desk.meters(here);
  if (history === null) throw new Error("no history");
  const { freeQuota: untold } = await deskOver(history, {}).meters(here);
  expect(untold).toMatchObject({ since: null, daysLeft: null, models: [] });
  expect(freeQuota).toMatchObject({ daysLeft: 89, ended: false });
  expect(freeQuota?.models).toEqual([
    { model: "other", usedTokens: 2000, leftTokens: 998_000 },
    { model: "qwen3-coder-plus", usedTokens: 1000, leftTokens: 999_000 },
  ]);
});

test("a plan shows requests and no money", async () => {
  const { desk, ledger } = await deskWith({
    region: "coding-plan",
    limits: { day: usd(1n) },
  });
  await put({ ledger }, { region: "coding-plan", billing: "plan", cost: usd(0n) });
  const { payment, budgets, rates, freeQuota, plan } = await desk.meters(here);
  expect({ payment, budgets, rates, freeQuota }).toEqual({
    payment: "plan",
    budgets: [],
    rates: [],
    freeQuota: null,
  });
  expect(plan?.windows).toMatchObject([
    { name: "fiveHours", used: 1, limit: 6000 },
    { name: "week", used: 1, limit: 45_000 },
  ]);
});

test("who pays goes by the region", async () => {
  const { ledger } = await deskWith();
  if (history === null) throw new Error("no history");
  const { usage } = history;
  for (const [region, payment] of [
    ["ollama", "nobody"],
    ["demo", "nobody"],
    ["virginia", "money"],
    ["custom", "money"],
    ["token-plan", "plan"],
  ] as const) {
    const nowhere = { sessionId: null, workspace: null, model: null };
    const meters = await deskOver({ ledger, usage }, { region }).meters(nowhere);
    expect(meters).toMatchObject({ region, payment, freeQuota: null, plan: null });
    expect(meters.budgets.map(({ name }) => name)).toEqual(
      payment === "money" ? ["day", "month"] : [],
    );
  }
});
