import { AppError } from "../../shared/errors.ts";
import type { ExportResult } from "../../shared/telemetry.ts";
import { bodyBytes, type BoundKey, type Egress, type EgressAnswer } from "../egress/egress.ts";
import { assertUsable, isLoopback } from "../egress/key-origin.ts";
import { clippedWords, wordsOf } from "./collector-words.ts";

export type FailedOutcome = Exclude<ExportResult["outcome"], "accepted" | "partial">;

/** A collector that did not take what was sent. Its message says what it said and what to do. */
export class CollectorError extends AppError {
  readonly outcome: FailedOutcome;
  /** How long it asks to be left alone, in milliseconds; null = it does not say. */
  readonly retryAfterMs: number | null;
  constructor(outcome: FailedOutcome, message: string, retryAfterMs: number | null = null) {
    super(outcome === "refused" ? "unauthorized" : "unavailable", message);
    this.outcome = outcome;
    this.retryAfterMs = retryAfterMs;
  }
}

export interface CollectorOptions {
  readonly egress: Egress;
  /** Base URL, as `endpointOf` gives it. */
  readonly endpoint: string;
  readonly key: BoundKey | null;
  readonly signal: AbortSignal;
}

/** Of an answer; what is meant to be there is a few bytes. */
const largestAnswer = 64 * 1024;
const patienceMs = 15_000;

/** Posts one body of OTLP/HTTP and gives the body of the answer. Throws CollectorError, or AppError "cancelled". */
export async function post(
  { egress, endpoint, key, signal }: CollectorOptions,
  body: Uint8Array,
): Promise<Uint8Array> {
  const url = new URL(`${endpoint}/v1/metrics`);
  let answer: EgressAnswer;
  let said: Uint8Array;
  try {
    answer = await egress.fetch(url.href, {
      purpose: "telemetry",
      // The person entered this very address: it may lie on this machine or in a private network.
      grant: {
        purpose: "telemetry",
        hosts: [url.host],
        loopback: isLoopback(url.href),
        private: true,
      },
      method: "POST",
      headers: { "content-type": "application/x-protobuf", accept: "application/x-protobuf" },
      body,
      ...(key === null ? {} : { key }),
      signal,
      largest: largestAnswer,
      patienceMs,
    });
    said = await bodyBytes(answer);
  } catch (error) {
    if (!(error instanceof AppError) || error.code === "cancelled") throw error;
    throw new CollectorError(error.code === "refused" ? "not-otlp" : "unreachable", error.message);
  }
  if (answer.status >= 200 && answer.status < 300) return said;
  throw failureOf(answer, url.host, wordsOf(answer, said));
}

function failureOf({ status, headers }: EgressAnswer, host: string, said: string): CollectorError {
  const words = said === "" ? "" : ` It says: ${said}`;
  const later = waitIn(headers["retry-after"]);
  if (status === 401 || status === 403)
    return new CollectorError(
      "refused",
      `The collector ${host} refused: ${status}. Check the header.${words}`,
      later,
    );
  if (status === 429 || status === 503)
    return new CollectorError("busy", `${host} asks to wait (${status}).${words}`, later);
  if (status >= 500 || status === 408)
    return new CollectorError("unreachable", `${host} fails (${status}).${words}`, later);
  return new CollectorError(
    "not-otlp",
    `${host} takes no metrics at /v1/metrics (${status}). Enter the base address of its OTLP/HTTP receiver, usually with port 4318.${words}`,
    later,
  );
}

/** By RFC 9110: seconds, or a date. */
function waitIn(text: string | undefined): number | null {
  if (text === undefined) return null;
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isFinite(ms) && ms > 0 ? ms : null;
}

/** What is said of points that were rejected. */
export function partialMessage(rejected: number, said: string): string {
  const words = clippedWords(said);
  return `The collector took the request but rejected ${rejected} points${words === "" ? "." : `: ${words}`}`;
}

/** The base address, whatever of the protocol's own path was pasted with it. Throws invalid-input for one that no key may go to. */
export function endpointOf(text: string): string {
  const given = text.trim();
  assertUsable(given);
  const { origin, pathname } = new URL(given);
  return `${origin}${pathname.replace(/\/+$/, "").replace(/\/v1\/metrics$/, "")}`;
}
