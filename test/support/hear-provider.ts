import { createCatalogue } from "../../src/main/catalogue/catalogue.ts";
import type { ModelEvent, ModelPort, ModelRequest } from "../../src/main/agent/ports.ts";
import type { ProviderOptions } from "../../src/main/providers/create-provider-port.ts";
import { createOpenAiProvider } from "../../src/main/providers/openai-provider.ts";
import { AppError } from "../../src/shared/errors.ts";
import type { ScriptedResponse } from "./model-studio/script.ts";

/** The key that the servers of these tests take. */
export const providerKey = "sk-providertest0123456789abcdef";

export const request = (change: Partial<ModelRequest> = {}): ModelRequest => ({
  model: "qwen3-coder-flash",
  messages: [{ role: "user", content: [{ type: "text", text: "Hello" }] }],
  tools: [],
  maxOutputTokens: null,
  ...change,
});

export type ProviderChange = Partial<ProviderOptions> & { readonly baseUrl: string };

/** Options of a provider that waits for nothing. */
export const providerDefaults = {
  apiKey: providerKey,
  region: "singapore",
  userAgent: "Belay/test",
  catalogue: createCatalogue(() => new Date("2026-11-23T00:00:00Z")),
  backOff: { attempts: 3, firstWaitMs: 1, longestWaitMs: 2 },
};

export const createProvider = (change: ProviderChange) =>
  createOpenAiProvider({ ...providerDefaults, ...change });

export interface Heard {
  readonly events: readonly ModelEvent[];
  readonly error: AppError | null;
}

/** Everything a stream of the compatible protocol brings, up to its end or its error. */
export const hear = (
  change: ProviderChange,
  asked: ModelRequest = request(),
  signal?: AbortSignal,
): Promise<Heard> => hearPort(createProvider(change), asked, signal);

/** Everything a stream brings, up to its end or its error. */
export async function hearPort(
  port: ModelPort,
  asked: ModelRequest,
  signal: AbortSignal = new AbortController().signal,
): Promise<Heard> {
  const events: ModelEvent[] = [];
  try {
    for await (const event of port.stream(asked, signal)) events.push(event);
    return { events, error: null };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { events, error };
  }
}

export const textOf = ({ events }: Heard): string =>
  events.map((event) => (event.type === "text-delta" ? event.text : "")).join("");
export const callsOf = ({ events }: Heard) => events.filter((event) => event.type === "tool-call");
export const retriesOf = ({ events }: Heard) => events.filter((event) => event.type === "retry");
export const kindsOf = ({ events }: Heard) => [...new Set(events.map(({ type }) => type))];

/** An error body as the compatible endpoint sends it. */
export const errorBody = (code: string | null, message: string) => ({
  error: { code, message, param: null, type: "invalid_request_error" },
  request_id: "x",
});

export const refusal = (
  status: number,
  code: string | null,
  message: string,
): ScriptedResponse => ({ error: { status, body: errorBody(code, message) } });

/** Frames as a server of another make might send them. */
export const frames = (...chunks: unknown[]): ScriptedResponse => ({
  raw: chunks
    .map((chunk) => `data: ${typeof chunk === "string" ? chunk : JSON.stringify(chunk)}\n\n`)
    .join(""),
});

export const delta = (value: object, finish: string | null = null) => ({
  choices: [{ index: 0, delta: value, finish_reason: finish }],
});
