/**
 * A process that spends: sessions with budgets of their own, all on one ledger, through the real providers and the metering that the
 * agent uses. Prints how many requests were refused by which limit, and each answer that went beyond its output limit.
 */
import { join } from "node:path";
import type { ModelPort } from "../../src/main/agent/ports.ts";
import { meteredStream } from "../../src/main/agent/metered-stream.ts";
import { createCatalogue } from "../../src/main/catalogue/catalogue.ts";
import { openHistory } from "../../src/main/history/open-history.ts";
import type { ProviderOptions } from "../../src/main/providers/create-provider-port.ts";
import { createDashScopeProvider } from "../../src/main/providers/dashscope-provider.ts";
import { createOpenAiProvider } from "../../src/main/providers/openai-provider.ts";
import { createPricing } from "../../src/main/usage/pricing.ts";
import { createUsagePort } from "../../src/main/usage/usage-port.ts";
import { AppError } from "../../src/shared/errors.ts";
import { createTurnId, sessionIdSchema } from "../../src/shared/ids.ts";
import type { Currency } from "../../src/shared/money.ts";
import { seeded } from "./seeded.ts";

export interface SpendOrder {
  readonly home: string;
  readonly baseUrl: string;
  readonly seed: number;
  readonly sessions: number;
  /** Nano-dollars; the session's are drawn. */
  readonly workspace: number;
  readonly day: number;
}

export interface SpendReport {
  /** What each session may spend, in nano-dollars. */
  readonly budgets: Readonly<Record<string, number>>;
  readonly refused: number;
  readonly lowered: number;
  readonly answered: number;
  /** Answers that went beyond their limit, by session. */
  readonly beyond: readonly string[];
}

const model = "qwen3-coder-flash";
const folders = 5;
const side = 6;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- given by the test that runs this
const order = JSON.parse(process.argv[2] ?? "{}") as SpendOrder;
const random = seeded(order.seed);
const between = (least: number, most: number): number =>
  least + Math.floor(random() * (most - least + 1));
const usd = (nano: number) => ({ nano: BigInt(nano), currency: "USD" satisfies Currency }) as const;

const options: ProviderOptions = {
  baseUrl: order.baseUrl,
  apiKey: "sk-providertest0123456789abcdef",
  region: "singapore",
  userAgent: "Belay/test",
  catalogue: createCatalogue(() => new Date("2026-11-23T00:00:00Z")),
  backOff: { attempts: 3, firstWaitMs: 1, longestWaitMs: 2 },
};
const ports: readonly ModelPort[] = [
  createOpenAiProvider(options),
  createDashScopeProvider(options),
];
const history = await openHistory({
  file: join(order.home, "history.db"),
  backups: join(order.home, "backups"),
});
const usage = createUsagePort({
  ledger: history.ledger,
  pricing: createPricing(),
  limits: () => ({ workspace: usd(order.workspace), day: usd(order.day) }),
  keyFingerprint: () => "0a1b2c3d",
});

const budgets: Record<string, number> = {};
const beyond: string[] = [];
let refused = 0;
let lowered = 0;
let answered = 0;

async function send(session: string, workspace: string): Promise<void> {
  const port = ports[between(0, 1)];
  if (port === undefined) return;
  const filling = "x".repeat(between(0, 1500));
  const content = [{ type: "text", text: `${session} ${workspace} ${filling}` }] as const;
  const messages = [{ role: "user", content }] as const;
  const maxOutputTokens = between(20, 1500);
  const stream = meteredStream({
    usage,
    model: port,
    scope: {
      sessionId: sessionIdSchema.parse(session),
      turnId: createTurnId(),
      workspace,
      model,
      region: port.region,
      protocol: port.protocol,
      purpose: "chat",
    },
    bounds: {
      inputBytes: Buffer.byteLength(JSON.stringify([messages, []])),
      maxOutputTokens,
      least: { output: Math.min(maxOutputTokens, 200), thinking: 0 },
    },
    budget: usd(budgets[session] ?? 0),
    signal: new AbortController().signal,
    request: (grant) => {
      if (grant.limit !== null) lowered += 1;
      return { model, messages, tools: [], maxOutputTokens: grant.maxOutputTokens };
    },
    onSettled: (_scope, _outcome, settled) => {
      if (settled.beyondLimit !== undefined) beyond.push(session);
    },
  });
  try {
    for await (const event of stream) if (event.type === "finish") answered += 1;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === "budget") refused += 1;
  }
}

async function runSessions(first: number): Promise<void> {
  for (let number = first; number < order.sessions; number += side) {
    const session = `s-${order.seed}-${number}`;
    budgets[session] = between(500_000, 4_000_000);
    const requests = Array.from({ length: between(1, 3) }, () => `/w${between(1, folders)}`);
    // As sub-agents do, half of the sessions send all at once.
    if (number % 2 === 0) await Promise.all(requests.map((workspace) => send(session, workspace)));
    else for (const workspace of requests) await send(session, workspace);
  }
}

await Promise.all(Array.from({ length: side }, (_, first) => runSessions(first)));
await history.close();
const report: SpendReport = { budgets, refused, lowered, beyond, answered };
process.stdout.write(JSON.stringify(report));
