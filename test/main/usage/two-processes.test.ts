import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { openHistory } from "../../../src/main/history/open-history.ts";
import { createPricing } from "../../../src/main/usage/pricing.ts";
import { noTokens } from "../../../src/shared/usage.ts";
import { parseNano } from "../../../src/shared/money.ts";
import { startModelStudio } from "../../support/model-studio/server.ts";
import type { RecordedRequest, ScriptedResponse } from "../../support/model-studio/script.ts";
import { seeded } from "../../support/seeded.ts";
import type { SpendOrder, SpendReport } from "../../support/spend-sessions.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

const run = promisify(execFile);
const spender = new URL("../../support/spend-sessions.ts", import.meta.url).pathname;
const pricing = createPricing();
const workspaceLimit = 300_000_000;
const dayLimit = 1_300_000_000;
/** Nano-dollars: of one token of output, in the bracket that all these requests are in. */
const outputNano = 1500n;

/** What one request really cost, whatever the client was told of it. */
interface Charge {
  readonly session: string;
  readonly workspace: string;
  readonly nano: bigint;
  /** Of that, for what the server wrote beyond the limit it was sent. */
  readonly beyondNano: bigint;
  readonly isTold: boolean;
}

const limitOf = ({ body }: RecordedRequest): number => {
  const { parameters } = body as { parameters?: { max_tokens?: number } };
  return Number(body["max_tokens"] ?? parameters?.max_tokens);
};

function createTill(isHonest: boolean) {
  const random = seeded(isHonest ? 7 : 11);
  const charges: Charge[] = [];
  const pick = (share: number): boolean => random() < share;
  const answer = (request: RecordedRequest): ScriptedResponse => {
    if (pick(0.04))
      return {
        error: {
          status: 429,
          body: { code: "Throttling.RateQuota", message: "slow", request_id: "r" },
        },
      };
    const limit = limitOf(request);
    const goesOn = !isHonest && pick(0.3);
    const output = Math.max(1, Math.ceil(limit * (goesOn ? 1 + random() * 3 : random())));
    // As many tokens as there are bytes of text: the dearest text there is.
    const [, session = "", workspace = "", filling = ""] =
      /(s-\d+-\d+) (\/w\d+) (x*)/.exec(request.bodyText) ?? [];
    const input = session.length + workspace.length + filling.length;
    const usage = { inputTokens: input, outputTokens: output };
    const cost = pricing.cost("qwen3-coder-flash", "singapore", { ...noTokens, ...usage }, false);
    const isDropped = !isHonest && pick(0.2);
    const isCut = pick(0.05);
    charges.push({
      session,
      workspace,
      nano: parseNano(cost?.amount ?? "") ?? 0n,
      beyondNano: BigInt(Math.max(0, output - limit)) * outputNano,
      isTold: !isDropped && !isCut,
    });
    const counted = { prompt_tokens: input, completion_tokens: output };
    return {
      text: "OK",
      chunking: "whole",
      usage: isDropped ? null : counted,
      ...(isCut ? { cutAfterBytes: 0 } : {}),
    };
  };
  return { charges, answer };
}

async function spend(isHonest: boolean) {
  using home = createTemporaryFolder();
  const till = createTill(isHonest);
  await using studio = await startModelStudio({ script: till.answer });
  const order = {
    home: home.path,
    baseUrl: studio.baseUrl,
    workspace: workspaceLimit,
    day: dayLimit,
  };
  const place = { file: join(home.path, "history.db"), backups: join(home.path, "backups") };
  await (await openHistory(place)).close();
  const outputs = await Promise.all(
    [1, 2].map((seed) =>
      run(process.execPath, [
        spender,
        JSON.stringify({ ...order, seed, sessions: 500 } satisfies SpendOrder),
      ]),
    ),
  );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- printed by spend-sessions.ts
  const reports = outputs.map(({ stdout }) => JSON.parse(stdout) as SpendReport);
  const history = await openHistory(place);
  const entries = await history.ledger.entries({});
  await history.close();
  return { ...till, reports, entries, sent: studio.requests.length };
}

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, one) => total + one, 0n);

/** By how much each limit was passed that was; and by how much the server alone passed it. */
function passed(
  charges: readonly Charge[],
  limits: ReadonlyMap<string, number>,
  keyOf: (charge: Charge) => string,
) {
  return [...Map.groupBy(charges, keyOf)].flatMap(([key, own]) => {
    const over = sum(own.map(({ nano }) => nano)) - BigInt(limits.get(key) ?? 0);
    const beyond = sum(own.map(({ beyondNano }) => beyondNano));
    return over > 0n ? [{ key, over, beyond }] : [];
  });
}

function allPassed({
  charges,
  reports,
}: Pick<Awaited<ReturnType<typeof spend>>, "charges" | "reports">) {
  const budgets = new Map(reports.flatMap((report) => Object.entries(report.budgets)));
  const folders = new Map(charges.map(({ workspace }) => [workspace, workspaceLimit]));
  return [
    ...passed(charges, budgets, ({ session }) => session),
    ...passed(charges, folders, ({ workspace }) => workspace),
    ...passed(charges, new Map([["day", dayLimit]]), () => "day"),
  ];
}

test(
  "1,000 sessions of two processes never pass a limit with an honest server",
  { timeout: 240_000 },
  async () => {
    const spent = await spend(true);
    expect(allPassed(spent)).toEqual([]);
    const { reports, entries, charges, sent } = spent;
    // The limits were near: some were refused, some got less.
    for (const { refused, lowered } of reports) {
      expect(refused).toBeGreaterThan(20);
      expect(lowered).toBeGreaterThan(20);
    }
    expect(reports.flatMap(({ beyond }) => beyond)).toEqual([]);
    // Every request that was sent has one entry, and what was told of is there to the nano.
    expect(entries).toHaveLength(sent);
    const told = charges.filter(({ isTold }) => isTold);
    expect(sum(entries.map(({ cost }) => cost?.nano ?? 0n))).toBe(
      sum(told.map(({ nano }) => nano)),
    );
  },
);

test(
  "1,000 sessions of two processes pass a limit by no more than a server that ignores its own adds, and each time is told",
  { timeout: 240_000 },
  async () => {
    const spent = await spend(false);
    const over = allPassed(spent);
    expect(over.filter(({ over: by, beyond }) => by > beyond)).toEqual([]);
    const { reports, entries, charges, sent } = spent;
    expect(entries).toHaveLength(sent);
    const seen = charges.filter(({ isTold, beyondNano }) => isTold && beyondNano > 0n);
    expect(seen.length).toBeGreaterThan(100);
    expect(reports.flatMap(({ beyond }) => beyond).toSorted()).toEqual(
      seen.map(({ session }) => session).toSorted(),
    );
    // What ended without usage is in the ledger at its maximum, apart from the costs.
    const unknown = entries.filter(({ usage }) => usage === null);
    expect(unknown.length).toBeGreaterThan(50);
    for (const { cost, bound } of unknown)
      expect([cost, (bound?.nano ?? 0n) > 0n]).toEqual([null, true]);
  },
);
