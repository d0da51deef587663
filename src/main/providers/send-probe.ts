import type { TokenUsage } from "../../shared/usage.ts";
import { isModelStudioRegion } from "../catalogue/region-facts.ts";
import { createAnswerReader } from "./answer-reader.ts";
import { boundFetch, type Fetch } from "./bound-fetch.ts";
import { redact, ruleFor, type ErrorContext } from "./error-table.ts";
import { openStream, readFrame } from "./open-stream.ts";
import { failureOf, RefusalError } from "./provider-failure.ts";
import type { Refusal } from "./read-refusal.ts";
import { throwIfStopped } from "./retry-stream.ts";

/** An OpenAI-compatible endpoint to be tested. */
export interface ProbeTarget {
  readonly baseUrl: string;
  readonly region: string;
  readonly model: string;
  /** "" = it needs none. */
  readonly key: string;
  readonly userAgent: string;
  readonly fetch?: Fetch;
}

/** What one request of a test brought. `refused`: the endpoint's own words for not taking it as it stands; null = it answered. */
export interface ProbeAnswer {
  readonly refused: string | null;
  readonly text: string;
  /** Names of the tools it called, in order. */
  readonly calls: readonly string[];
  readonly wasCut: boolean;
  readonly usage: TokenUsage | null;
  readonly explicitCache: boolean;
  /** The delta's field that held its thinking; null = there was none. */
  readonly reasoningField: string | null;
}

const silence = {
  refused: null,
  text: "",
  calls: [],
  wasCut: false,
  usage: null,
  explicitCache: false,
  reasoningField: null,
} as const satisfies ProbeAnswer;

/** For one answer of a few tokens; a server on this machine may have to load the model first. */
const patienceMs = 120_000;

/**
 * Sends one request, once. A request that the endpoint does not take is an answer too; what says nothing of the request throws
 * AppError: unauthorized, model-not-found, rate-limited, unavailable, cancelled.
 */
export async function sendProbe(
  target: ProbeTarget,
  body: object,
  caller: AbortSignal,
): Promise<ProbeAnswer> {
  const { baseUrl, userAgent, key, model, region } = target;
  const { host } = new URL(baseUrl);
  const limit = AbortSignal.timeout(patienceMs);
  try {
    const frames = await openStream(
      { url: `${baseUrl.replace(/\/+$/, "")}/chat/completions`, body },
      {
        key: key === "" ? "none" : key,
        host,
        fetch: boundFetch({ baseUrl, userAgent, fetch: target.fetch ?? fetch }),
        signal: AbortSignal.any([caller, limit]),
        onBytes: () => {},
      },
    );
    return await readAnswer(frames);
  } catch (thrown) {
    throwIfStopped(caller);
    const refusal = refusalIn(thrown, region);
    if (refusal !== null) return { ...silence, refused: redact(refusal.message, key) };
    throw failureOf(thrown, {
      host,
      region,
      model,
      successors: [],
      secret: key,
    } satisfies ErrorContext).error;
  }
}

/** A refusal of the request itself, not of the key, the account, the model or the moment. */
function refusalIn(thrown: unknown, region: string): Refusal | null {
  if (!(thrown instanceof RefusalError)) return null;
  const { refusal } = thrown;
  const rule = ruleFor(refusal);
  if (rule.account || !["refused", "unavailable"].includes(rule.class)) return null;
  // Other servers answer 500 to what they do not know; at Model Studio it is a bad moment, of which nothing must be learnt.
  if (rule.retry !== "no" && isModelStudioRegion(region)) return null;
  return [400, 413, 415, 422, 500, 501].includes(refusal.status) ? refusal : null;
}

async function readAnswer(groups: Awaited<ReturnType<typeof openStream>>): Promise<ProbeAnswer> {
  const reader = createAnswerReader();
  let text = "";
  let reasoningField: string | null = null;
  for await (const frames of groups)
    for (const frame of frames) {
      const chunk = frame.data === "[DONE]" ? null : readFrame(frame);
      if (chunk === null) continue;
      reasoningField ??= reasoningIn(chunk);
      for (const event of reader.take(chunk)) if (event.type === "text-delta") text += event.text;
    }
  const end = reader.end();
  const events = end.ok ? end.events : [];
  const usage = reader.usage();
  return {
    refused: null,
    text,
    calls: events.flatMap((event) => (event.type === "tool-call" ? [event.name] : [])),
    wasCut: events.some((event) => event.type === "finish" && event.reason === "length"),
    usage: usage?.usage ?? null,
    explicitCache: usage?.explicitCache ?? false,
    reasoningField,
  };
}

const reasoningFields = ["reasoning_content", "reasoning"] as const;

function reasoningIn(chunk: Readonly<Record<string, unknown>>): string | null {
  const choices: unknown = chunk["choices"];
  const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
  const delta = field(choice, "delta") ?? field(choice, "message");
  const found = reasoningFields.find((name) => {
    const value = field(delta, name);
    return typeof value === "string" && value !== "";
  });
  return found ?? null;
}

const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null && name in value
    ? Object.getOwnPropertyDescriptor(value, name)?.value
    : undefined;
