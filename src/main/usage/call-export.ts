import type { UsageCall, UsageExportFormat } from "../../shared/usage-panel.ts";
import { csvText, type CsvValue } from "./csv.ts";

const columns: Readonly<Record<string, (call: UsageCall) => CsvValue>> = {
  at: (call) => call.at,
  requestId: (call) => call.requestId,
  project: (call) => call.workspace,
  sessionId: (call) => call.sessionId,
  session: (call) => call.title,
  promptId: (call) => call.turnId,
  model: (call) => call.model,
  region: (call) => call.region,
  protocol: (call) => call.protocol,
  purpose: (call) => call.purpose,
  billing: (call) => call.billing,
  keyFingerprint: (call) => call.keyFingerprint,
  providerRequestId: (call) => call.providerRequestId,
  status: (call) => call.status,
  inputTokens: (call) => call.usage?.inputTokens,
  cachedTokens: (call) => call.usage?.cachedTokens,
  cacheWriteTokens: (call) => call.usage?.cacheWriteTokens,
  outputTokens: (call) => call.usage?.outputTokens,
  reasoningTokens: (call) => call.usage?.reasoningTokens,
  cost: (call) => call.cost?.amount,
  currency: (call) => call.cost?.currency ?? call.bound?.currency,
  atMostTokens: (call) => call.mostTokens,
  atMost: (call) => call.bound?.amount,
  firstTokenMs: (call) => call.firstTokenMs,
  durationMs: (call) => call.durationMs,
  retries: (call) => call.retries,
  errorCode: (call) => call.errorCode,
};

/** Requests as a file: what is not known is empty (CSV) or null (JSON), never 0. */
export function callExport(calls: readonly UsageCall[], format: UsageExportFormat): string {
  if (format === "json") return `${JSON.stringify(calls, null, 2)}\n`;
  return csvText(
    Object.keys(columns),
    calls.map((call) => Object.values(columns).map((read) => read(call))),
  );
}
