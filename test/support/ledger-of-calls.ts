import { join } from "node:path";
import { ledgerColumns, type LedgerRow } from "../../src/main/history/ledger-row.ts";
import { openDatabase } from "../../src/main/history/open-database.ts";
import type { SimulatedCall } from "./simulated-calls.ts";

/** Writes simulated calls into the ledger of a history in this folder, all of Singapore; answers its file. */
export function writeLedger(home: string, calls: readonly SimulatedCall[]): string {
  const file = join(home, "history.db");
  const { database } = openDatabase({ file, backups: join(home, "backups") });
  const put = database.prepare<LedgerRow>(
    `INSERT INTO ledger (${ledgerColumns.join(", ")}) VALUES (${ledgerColumns.map((column) => `@${column}`).join(", ")})`,
  );
  database.transaction(() => {
    for (const [index, call] of calls.entries()) put.run(rowOf(call, index));
  })();
  database.close();
  return file;
}

function rowOf(call: SimulatedCall, index: number): LedgerRow {
  const { known } = call;
  return {
    request_id: `r-simulated-${index}`,
    retry_of: null,
    retries: 0,
    provider_request_id: null,
    at_ms: call.at,
    workspace: "/home/dev/payments",
    session_id: "s-simulated",
    turn_id: "t-simulated",
    purpose: "chat",
    model: call.model,
    region: "singapore",
    protocol: "openai",
    key_fingerprint: call.fingerprint,
    billing: "metered",
    explicit_cache: 0,
    input_tokens: known ? call.inputTokens : null,
    cached_tokens: known ? call.cachedTokens : null,
    cache_write_tokens: known ? 0 : null,
    output_tokens: known ? call.outputTokens : null,
    reasoning_tokens: known ? 0 : null,
    cost_nano: call.costNano ?? null,
    cost_currency: call.costNano === undefined ? null : "USD",
    price_version: null,
    bound_nano: null,
    bound_currency: null,
    bound_input_tokens: call.mostInput,
    bound_output_tokens: call.mostOutput,
    status: call.status,
    error_code: call.status === "failed" ? "unavailable" : null,
    first_token_ms: null,
    duration_ms: call.durationMs,
  };
}
