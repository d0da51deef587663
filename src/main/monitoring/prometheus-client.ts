import { z } from "zod";
import { AppError } from "../../shared/errors.ts";
import { bodyText, type BoundKey, type Egress, type EgressAnswer } from "../egress/egress.ts";
import { isLoopback } from "../egress/key-origin.ts";

/** One series of a range query: its labels, and its values by Unix seconds. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly (readonly [seconds: number, value: number])[];
}

/** Times in Unix seconds, both inclusive. */
export interface RangeQuery {
  readonly query: string;
  readonly start: number;
  readonly end: number;
  readonly stepSeconds: number;
}

/** A Prometheus HTTP API. */
export interface PrometheusClient {
  /**
   * The series of a range. Waits and asks again where it is told to (429) or the server fails. AppErrors: unauthorized (the
   * AccessKey), rate-limited, unavailable, refused, cancelled; `AnswerTooLargeError` where a shorter range may do.
   */
  queryRange(query: RangeQuery, signal: AbortSignal): Promise<readonly Series[]>;
}

/** More than is taken, or than the server would compute: ask for less at once. */
export class AnswerTooLargeError extends AppError {
  constructor(message: string) {
    super("refused", message);
  }
}

export interface PrometheusClientOptions {
  readonly egress: Egress;
  /** The base that the console shows; `/api/v1/…` comes after it. */
  readonly url: string;
  readonly key: BoundKey | null;
  /** Waits so many milliseconds, or until the signal aborts. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Of an answer, in bytes; 16 MB unless told. */
  readonly largest?: number;
}

const largestAnswer = 16 * 1024 * 1024;
const mostTries = 5;
const firstWaitMs = 1000;
const longestWaitMs = 30_000;

const labels = z.record(z.string().max(200), z.string().max(2000));
/** Prometheus writes a value as text; what is no number (a stale marker's NaN) is no sample. */
const sample = z.tuple([z.number(), z.string().max(64)]);
const answerSchema = z.object({
  status: z.literal("success"),
  data: z.object({
    resultType: z.literal("matrix"),
    result: z.array(z.object({ metric: labels, values: z.array(sample) })),
  }),
});
const failureSchema = z.object({ status: z.literal("error"), error: z.string() });

export function createPrometheusClient(options: PrometheusClientOptions): PrometheusClient {
  const host = new URL(options.url).host;
  return {
    async queryRange(query, signal) {
      for (let tries = 1; ; tries += 1) {
        const answer = await ask(options, query, signal);
        const text = await textOf(answer);
        if (answer.status === 200) return parseSeries(text, host);
        const failure = failureOf(answer.status, text, host);
        if (tries === mostTries || !mayPass(failure)) throw failure;
        await options.wait(waitOf(answer, tries), signal);
      }
    },
  };
}

function ask(
  { egress, url, key, largest = largestAnswer }: PrometheusClientOptions,
  { query, start, end, stepSeconds }: RangeQuery,
  signal: AbortSignal,
): Promise<EgressAnswer> {
  const target = new URL(url);
  target.pathname = `${target.pathname.replace(/\/+$/, "")}/api/v1/query_range`;
  target.search = String(
    new URLSearchParams({
      query,
      start: String(start),
      end: String(end),
      step: `${stepSeconds}s`,
    }),
  );
  return egress.fetch(target.href, {
    purpose: "monitoring",
    // The person entered this very address: it may lie on this machine or in a private network, such as a VPC.
    grant: {
      purpose: "monitoring",
      hosts: [target.host],
      loopback: isLoopback(url),
      private: true,
    },
    headers: { accept: "application/json" },
    ...(key === null ? {} : { key }),
    signal,
    largest,
    patienceMs: 60_000,
  });
}

async function textOf(answer: EgressAnswer): Promise<string> {
  try {
    return await bodyText(answer);
  } catch (error) {
    if (error instanceof AppError && error.code === "refused")
      throw new AnswerTooLargeError(error.message);
    throw error;
  }
}

function parseSeries(text: string, host: string): readonly Series[] {
  const parsed = answerSchema.safeParse(parseJson(text));
  if (!parsed.success)
    throw new AppError(
      "refused",
      `${host} answers, but not as Prometheus does. Copy the HTTP API URL from the settings of the Prometheus instance.`,
    );
  return parsed.data.data.result.map(({ metric, values }) => ({
    labels: metric,
    samples: values
      .map(([seconds, value]) => [seconds, Number(value)] as const)
      .filter(([, value]) => Number.isFinite(value)),
  }));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // fits no schema
  }
}

function failureOf(status: number, text: string, host: string): AppError {
  if (status === 401 || status === 403)
    return new AppError(
      "unauthorized",
      `${host} refused the AccessKey (${status}). It must be of the account that owns the Prometheus instance, with AliyunPrometheusMetricReadAccess or AliyunCloudMonitorFullAccess.`,
    );
  if (status === 429)
    return new AppError("rate-limited", `${host} takes no more requests now. Try again later.`);
  if (status >= 500)
    return new AppError("unavailable", `${host} fails (${status}). Try again later.`);
  const said = failureSchema.safeParse(parseJson(text));
  if (status === 422) return new AnswerTooLargeError(`${host} does not compute this range (422).`);
  return new AppError(
    "refused",
    said.success
      ? `${host} refused the query: ${said.data.error.slice(0, 200)}`
      : `${host} answers ${status}. Copy the HTTP API URL from the settings of the Prometheus instance.`,
  );
}

const mayPass = ({ code }: AppError): boolean => code === "rate-limited" || code === "unavailable";

/** Twice as long each time, or as long as the server says; half of it by chance, so that two do not come back together. */
function waitOf({ headers }: EgressAnswer, tries: number): number {
  const asked = Number(headers["retry-after"]);
  const own = firstWaitMs * 2 ** (tries - 1) * (0.5 + Math.random() / 2);
  return Math.min(longestWaitMs, Number.isFinite(asked) && asked > 0 ? asked * 1000 : own);
}
