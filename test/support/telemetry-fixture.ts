import { join } from "node:path";
import { createEgress } from "../../src/main/egress/egress.ts";
import type { History } from "../../src/main/history/history.ts";
import { openHistory } from "../../src/main/history/open-history.ts";
import type { KeychainPort } from "../../src/main/keys/keychain.ts";
import type { LedgerReads, TailRow } from "../../src/main/telemetry/ledger-tail.ts";
import { createHeaderKeys, type HeaderKeys } from "../../src/main/telemetry/header-keys.ts";
import {
  createTelemetryDesk,
  type TelemetryDesk,
} from "../../src/main/telemetry/telemetry-desk.ts";
import { createSettingsFile, createStateFile } from "../../src/main/telemetry/telemetry-files.ts";
import { createExporter, type Exporter } from "../../src/main/telemetry/exporter.ts";
import type { LedgerReservation, LedgerSettlement } from "../../src/main/usage/ledger.ts";
import { createRequestId, sessionIdSchema, turnIdSchema } from "../../src/shared/ids.ts";
import { noTokens } from "../../src/shared/usage.ts";
import { memoryKeychain } from "./monitoring-fixture.ts";

export const minute = 60_000;

export interface DeskFixture {
  readonly desk: TelemetryDesk;
  /** What the desk's clock drives, for driving it by hand. */
  readonly exporter: Exporter;
  readonly headers: HeaderKeys;
  readonly troubles: readonly unknown[];
  readonly keychain: KeychainPort;
  /** Moves the clock, which stands still otherwise. */
  advance(ms: number): void;
}

export interface TelemetryFixtureOptions {
  readonly keychain?: KeychainPort;
  readonly environment?: Readonly<Record<string, string>>;
  readonly start?: number;
  readonly version?: string;
  readonly intervalMs?: number;
}

export const plantedNames = { host: () => "planted-host", user: () => "planted-user" };

/** The export as the app has it, over this ledger, with a keychain in memory. */
export function openExport(
  home: string,
  ledger: LedgerReads,
  given: TelemetryFixtureOptions,
): DeskFixture {
  const {
    keychain = memoryKeychain(),
    environment = {},
    version = "1.2.3",
    intervalMs = minute,
  } = given;
  const headers = createHeaderKeys({ service: "belay-telemetry", keychain });
  const troubles: unknown[] = [];
  let now = given.start ?? Date.now();
  const options = {
    settings: createSettingsFile(join(home, "telemetry.json")),
    state: createStateFile(join(home, "telemetry-state.json")),
    lockFile: join(home, "telemetry.lock"),
    ledger,
    headers,
    egress: createEgress({ userAgent: "belay-test/1" }),
    version,
    names: plantedNames,
    now: () => now,
    intervalMs,
  };
  const desk = createTelemetryDesk({
    ...options,
    environment,
    onTrouble: (error) => troubles.push(error),
  });
  return {
    desk,
    exporter: createExporter(options),
    headers,
    troubles,
    keychain,
    advance: (ms) => {
      now += ms;
    },
  };
}

export interface TelemetryFixture extends DeskFixture, AsyncDisposable {
  readonly history: History;
}

/** The same over the real ledger of a history in this folder. */
export async function openTelemetry(
  home: string,
  options: TelemetryFixtureOptions = {},
): Promise<TelemetryFixture> {
  const history = await openHistory({
    file: join(home, "history.db"),
    backups: join(home, "backups"),
  });
  return {
    ...openExport(home, history.growth, options),
    history,
    [Symbol.asyncDispose]: () => history.close(),
  };
}

/** A ledger in memory, for what does not hang on SQLite. */
export function ledgerOf(rows: readonly TailRow[]): LedgerReads {
  return {
    tail: async (after, limit) => ({
      rows: rows.filter(({ id }) => id > (after?.id ?? 0)).slice(0, limit),
      replaced: false,
    }),
    newest: async () => rows.at(-1) ?? null,
  };
}

export const noSignal = new AbortController().signal;

/** A row of such a ledger. */
export const tailRow = (id: number, change: Partial<TailRow> = {}): TailRow => ({
  id,
  requestId: `r-${id}`,
  atMs: id,
  workspace: "/home/dev/shop",
  purpose: "chat",
  model: "qwen3-coder-plus",
  region: "singapore",
  billing: "metered",
  usage: { ...noTokens, inputTokens: 1000, outputTokens: 50 },
  mostTokens: 5000,
  costNano: 12_300_000,
  currency: "USD",
  status: "completed",
  errorCode: null,
  durationMs: 2000,
  ...change,
});

type Ended = Pick<LedgerSettlement, "status" | "errorCode" | "usage" | "cost" | "durationMs">;
export type Spent = Partial<LedgerReservation> & Partial<Ended>;

/** One request in the ledger: 1,000 input tokens (400 cached, 100 written), 50 output (20 reasoning), 0.0123 USD, two seconds. */
export async function spend({ ledger }: History, change: Spent = {}): Promise<void> {
  const { status, errorCode, usage, cost, durationMs, ...sent } = change;
  const entry: LedgerReservation = {
    requestId: createRequestId(),
    retryOf: null,
    retries: 0,
    at: "2026-11-26T12:00:00.000Z",
    workspace: "/home/planted-person/planted-shop",
    sessionId: sessionIdSchema.parse("s-planted"),
    turnId: turnIdSchema.parse("t-planted"),
    purpose: "chat",
    model: "qwen3-coder-plus",
    region: "singapore",
    protocol: "openai",
    keyFingerprint: "0a1b2c3d",
    billing: "metered",
    bound: { nano: 90_000_000n, currency: "USD" },
    mostTokens: { input: 4000, output: 1000 },
    ...sent,
  };
  await ledger.reserve(entry, []);
  const used = { ...noTokens, inputTokens: 1000, outputTokens: 50, reasoningTokens: 20 };
  await ledger.settle(entry, {
    requestId: entry.requestId,
    providerRequestId: "planted-provider-id",
    status: status ?? "completed",
    errorCode: errorCode ?? null,
    usage: usage === undefined ? { ...used, cachedTokens: 400, cacheWriteTokens: 100 } : usage,
    explicitCache: true,
    cost: cost === undefined ? { nano: 12_300_000n, currency: "USD" } : cost,
    priceVersion: "2026-11",
    firstTokenMs: 300,
    durationMs: durationMs === undefined ? 2000 : durationMs,
  });
}

/** Sets the collector up, without a header, and answers what came back. */
export const connect = (
  { desk }: Pick<DeskFixture, "desk">,
  endpoint: string,
): ReturnType<TelemetryDesk["setUp"]> =>
  desk.setUp({ endpoint, header: { from: "none" }, persist: "keychain" });
