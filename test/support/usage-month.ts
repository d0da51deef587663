import { join } from "node:path";
import { ledgerColumns, type LedgerRow } from "../../src/main/history/ledger-row.ts";
import { openDatabase } from "../../src/main/history/open-database.ts";

export interface MonthOptions {
  /** Folder of the history. */
  readonly home: string;
  readonly rows: number;
  /** Projects that were worked in. */
  readonly workspaces: readonly string[];
  /** The newest request, Unix milliseconds. */
  readonly end: number;
  readonly days?: number;
}

const models = [
  {
    model: "qwen3-coder-plus",
    region: "singapore",
    currency: "USD",
    input: 1000,
    output: 5000,
    share: 0.62,
  },
  {
    model: "qwen3-coder-flash",
    region: "singapore",
    currency: "USD",
    input: 300,
    output: 1500,
    share: 0.18,
  },
  {
    model: "qwen3-coder-plus",
    region: "beijing",
    currency: "CNY",
    input: 4000,
    output: 16_000,
    share: 0.12,
  },
  {
    model: "qwen3-coder-480b-a35b-instruct-finetuned-for-the-payments-team-2026-11-03",
    region: "singapore",
    currency: "USD",
    input: 1500,
    output: 7500,
    share: 0.07,
  },
  {
    model: "a-model-of-no-known-price",
    region: "custom",
    currency: null,
    input: 0,
    output: 0,
    share: 0.01,
  },
] as const;

/** The same numbers each time (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What a request was and used, as a month of real work has it: contexts that grow and are read from a cache, failures, lost usage. */
function rowOf(
  next: () => number,
  place: Pick<LedgerRow, "request_id" | "at_ms" | "workspace" | "session_id" | "turn_id">,
  { kind, step }: { readonly kind: (typeof models)[number]; readonly step: number },
): LedgerRow {
  const status = next() < 0.022 ? "failed" : next() < 0.015 ? "cancelled" : "completed";
  const usage = status === "completed" || next() < 0.5;
  const input = 6000 + step * 1400 + Math.floor(next() * 900);
  const cached = step === 0 ? 0 : Math.floor((input - 1600) * (next() < 0.06 ? 0 : 1) * 0.97);
  const output = 60 + Math.floor(next() ** 3 * 4000);
  const cost =
    Math.floor((input - cached) * kind.input + cached * kind.input * 0.2) + output * kind.output;
  const first = Math.floor(350 + next() ** 4 * 9000 + input / 60);
  const priced = kind.currency !== null;
  return {
    ...place,
    retry_of: null,
    retries: next() < 0.01 ? 1 : 0,
    provider_request_id: null,
    purpose: step % 29 === 28 ? "compaction" : "chat",
    model: kind.model,
    region: kind.region,
    protocol: "openai",
    key_fingerprint: "0a1b2c3d",
    billing: "metered",
    explicit_cache: 0,
    input_tokens: usage ? input : null,
    cached_tokens: usage ? cached : null,
    cache_write_tokens: usage ? (step % 7 === 0 ? 1200 : 0) : null,
    output_tokens: usage ? output : null,
    reasoning_tokens: usage ? Math.floor(output * 0.3) : null,
    cost_nano: usage && priced ? cost : null,
    cost_currency: usage && priced ? kind.currency : null,
    price_version: usage && priced ? "2026-11" : null,
    bound_nano: priced ? cost * 9 : null,
    bound_currency: priced ? kind.currency : null,
    bound_input_tokens: input * 4,
    bound_output_tokens: 8192,
    status,
    error_code: status === "failed" ? "unavailable" : null,
    first_token_ms: status === "failed" ? null : first,
    duration_ms: first + output * 11,
  };
}

function pick(value: number): (typeof models)[number] {
  let left = value;
  return models.find(({ share }) => (left -= share) < 0) ?? models[0];
}

/** Fills the ledger of a history with a month of work; sessions have titles, no events. */
export function writeMonth({ home, rows, workspaces, end, days = 30 }: MonthOptions): string {
  const file = join(home, "history.db");
  const { database } = openDatabase({ file, backups: join(home, "backups") });
  const put = database.prepare<LedgerRow>(
    `INSERT INTO ledger (${ledgerColumns.join(", ")}) VALUES (${ledgerColumns.map((column) => `@${column}`).join(", ")})`,
  );
  const begin = database.prepare(
    "INSERT INTO sessions VALUES (?, ?, 'chat', ?, ?, ?, 1, NULL, NULL, 1)",
  );
  const next = numbers(20_261_126);
  const perSession = 48;
  const sessions = Math.ceil(rows / perSession);
  database.pragma("synchronous = OFF");
  database.transaction(() => {
    for (let session = 0; session < sessions; session += 1) {
      const sessionId = `s-month-${session}`;
      const workspace = workspaces[session % workspaces.length] ?? "/work";
      const kind = pick(next());
      const at = Math.floor(end - days * 86_400_000 * (1 - (session + next()) / (sessions + 1)));
      const iso = new Date(at).toISOString();
      begin.run(sessionId, workspace, titles[session % titles.length], iso, iso);
      for (let step = 0; step < perSession && session * perSession + step < rows; step += 1) {
        const turn = `t-month-${session}-${Math.floor(step / 8)}`;
        const place = {
          request_id: `r-month-${session}-${step}`,
          at_ms: Math.min(end, at + step * 21_000),
          workspace,
          session_id: sessionId,
          turn_id: turn,
        };
        put.run(rowOf(next, place, { kind, step }));
      }
    }
  })();
  database.pragma("wal_checkpoint(TRUNCATE)");
  database.close();
  return file;
}

const titles = [
  "Move the rate limiter behind a port",
  "Why does checkout time out on Fridays?",
  "Rename the invoice fields everywhere, and write a migration that can be run twice without harm",
  "给导出的报表加上时区",
  "Fix the flaky test of the mailer",
  "Upgrade to the new compiler",
  '=HYPERLINK("http://example.com")',
];
