import type { ModelRequest } from "../../src/main/agent/ports.ts";
import { createDashScopeProvider } from "../../src/main/providers/dashscope-provider.ts";
import { hearPort, providerDefaults, request, type Heard } from "./hear-provider.ts";
import { startRawServer, type RawReply } from "./raw-server.ts";

export type NativeChange = Partial<Parameters<typeof createDashScopeProvider>[0]> & {
  readonly baseUrl: string;
};

export const createNativeProvider = (change: NativeChange) =>
  createDashScopeProvider({ ...providerDefaults, ...change });

/** Everything that a stream of the native protocol brings, up to its end or its error. */
export const hearNative = (
  change: NativeChange,
  asked: ModelRequest = request(),
  signal?: AbortSignal,
): Promise<Heard> => hearPort(createNativeProvider(change), asked, signal);

/** A frame as it is recorded: the status in a comment, no blank after the colon. */
export const frame = (data: unknown, { event = "result", status = 200, id = 1 } = {}): string =>
  `id:${id}\nevent:${event}\n:HTTP_STATUS/${status}\ndata:${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;

/** The data of a frame whose message is this one. */
export const output = (message: object, finish = "null", usage?: object) => ({
  output: { choices: [{ message: { role: "assistant", ...message }, finish_reason: finish }] },
  ...(usage === undefined ? {} : { usage }),
  request_id: "63c6c6a5-0000-9000-8000-000000000001",
});

export const counted = (input: number, output_: number) => ({
  input_tokens: input,
  output_tokens: output_,
  total_tokens: input + output_,
});

/** A piece of a tool call in the order of keys that is recorded. */
export const piece = (text: string, change: object = {}) => ({
  function: { arguments: text },
  index: 0,
  id: "",
  type: "function",
  ...change,
});

export const opening = (name: string, text = "", change: object = {}) =>
  piece(text, { function: { name, arguments: text }, id: `call_${name}`, ...change });

/** An answer of whole frames that ends well. */
export const answer = (...data: readonly unknown[]): RawReply => ({
  pieces: data.map((each, index) => frame(each, { id: index + 1 })),
});

export const done = output({ content: "" }, "stop", counted(20, 5));
export const doneCalling = output({ content: "" }, "tool_calls", counted(20, 5));

export const bytes = (text: string): RawReply => ({ pieces: [text] });
export const say = (content: unknown, tokens = 1) =>
  output({ content }, "null", counted(20, tokens));
export const call = (...calls: object[]) => output({ content: "", tool_calls: calls });
export const hello = [say("Hel", 1), say("lo", 2), done] as const;

/** What the provider makes of these answers, given in turn. */
export async function heardOf(
  ...replies: readonly RawReply[]
): Promise<Heard & { readonly asked: number }> {
  await using server = await startRawServer(...replies);
  const heard = await hearNative({ baseUrl: `${server.origin}/api/v1` });
  return { ...heard, asked: server.requests.length };
}
