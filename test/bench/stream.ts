import { createServer } from "node:http";
import type { ModelPort } from "../../src/main/agent/ports.ts";
import { createAgentFixture, play } from "../support/agent-fixture.ts";
import { createNativeProvider } from "../support/hear-native.ts";
import { createProvider, request } from "../support/hear-provider.ts";
import { listen } from "../support/listen.ts";

/** Prints how fast the providers read a stream: from memory, from a server in this process, and through a turn into its log. */
const runs = 5;
const sentAtOnce = 64 * 1024;
const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** One answer of `count` equal frames between a first and a last one. */
interface Sample {
  readonly name: string;
  readonly protocol: "openai" | "dashscope";
  bytes(count: number): Buffer;
}

const code = JSON.stringify('const a = "b";\n'.repeat(100)).slice(1, 1001);
const call = (text: string, name?: string): object => ({
  function: { arguments: text, ...(name === undefined ? {} : { name }) },
  index: 0,
  id: name === undefined ? "" : "call_1",
  type: "function",
});

const openAi = (delta: object, finish: string | null = null): string =>
  `data: ${JSON.stringify({ choices: [{ delta, finish_reason: finish, index: 0, logprobs: null }], object: "chat.completion.chunk", usage: null, created: 1_790_000_000, system_fingerprint: null, model: "qwen3-coder-flash", id: "chatcmpl-0123456789abcdef" })}\n\n`;

const native = (message: object, finish = "null"): string =>
  `id:1\nevent:result\n:HTTP_STATUS/200\ndata:${JSON.stringify({ output: { choices: [{ message: { role: "assistant", content: "", ...message }, finish_reason: finish }] }, usage: { total_tokens: 40, input_tokens: 30, output_tokens: 10 }, request_id: "63c6c6a5-0000-9000-8000-000000000001" })}\n\n`;

const framed = (first: string, frame: string, last: string) => (count: number) =>
  Buffer.from(first + frame.repeat(count) + last);

const openAiCall = (text: string) =>
  framed(
    openAi({ content: null, tool_calls: [call("", "write_file")] }),
    openAi({ content: null, tool_calls: [call(text)] }),
    `${openAi({}, "tool_calls")}data: [DONE]\n\n`,
  );
const nativeCall = (text: string) =>
  framed(
    native({ tool_calls: [call("", "write_file")] }),
    native({ tool_calls: [call(text)] }),
    native({}, "tool_calls"),
  );

const samples: readonly Sample[] = [
  { name: "1 KB of argument per frame", protocol: "openai", bytes: openAiCall(code) },
  { name: "4 characters of argument  ", protocol: "openai", bytes: openAiCall("abcd") },
  {
    name: "4 characters of text      ",
    protocol: "openai",
    bytes: framed(
      openAi({ role: "assistant", content: "" }),
      openAi({ content: "abc\n" }),
      `${openAi({}, "stop")}data: [DONE]\n\n`,
    ),
  },
  { name: "1 KB of argument per frame", protocol: "dashscope", bytes: nativeCall(code) },
  { name: "4 characters of argument  ", protocol: "dashscope", bytes: nativeCall("abcd") },
  {
    name: "4 characters of text      ",
    protocol: "dashscope",
    bytes: framed(native({ content: "x" }), native({ content: "abc\n" }), native({}, "stop")),
  },
];

function* piecesOf(bytes: Buffer): Generator<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < bytes.length; at += sentAtOnce)
    yield new Uint8Array(bytes.subarray(at, at + sentAtOnce));
}

/** Answers out of memory. */
const memory =
  (bytes: Buffer): typeof fetch =>
  async () => {
    const pieces = piecesOf(bytes);
    return new Response(
      new ReadableStream({
        pull(controller) {
          const next = pieces.next();
          if (next.done === true) controller.close();
          else controller.enqueue(next.value);
        },
      }),
    );
  };

/** Sends as fast as the client takes it. */
const startServer = (bytes: Buffer) =>
  listen(
    createServer((_request, response) => {
      const pieces = piecesOf(bytes);
      const send = (): void => {
        let next = pieces.next();
        while (next.done !== true && response.write(next.value)) next = pieces.next();
        if (next.done === true) response.end();
        else response.once("drain", send);
      };
      response.writeHead(200, { "content-type": "text/event-stream" });
      send();
    }),
  );

const portFor = ({ protocol }: Sample, origin: string, fetcher?: typeof fetch): ModelPort => {
  const change = fetcher === undefined ? {} : { fetch: fetcher };
  return protocol === "openai"
    ? createProvider({ baseUrl: `${origin}/v1`, ...change })
    : createNativeProvider({ baseUrl: `${origin}/api/v1`, ...change });
};

async function readAll(port: ModelPort): Promise<void> {
  for await (const event of port.stream(request(), new AbortController().signal))
    if (event.type === "retry") throw new Error(event.message);
}

interface Time {
  readonly wallMs: number;
  /** Of all threads of this process, the server's part too. */
  readonly processorMs: number;
}

/** The shortest of some runs: what else the machine does makes a run longer, never shorter. */
async function shortest(run: () => Promise<unknown>): Promise<Time> {
  const times: Time[] = [];
  for (let index = 0; index < runs; index += 1) {
    const from = performance.now();
    const used = process.cpuUsage();
    await run();
    const { user, system } = process.cpuUsage(used);
    times.push({ wallMs: performance.now() - from, processorMs: (user + system) / 1000 });
  }
  return {
    wallMs: Math.min(...times.map(({ wallMs }) => wallMs)),
    processorMs: Math.min(...times.map(({ processorMs }) => processorMs)),
  };
}

const few = 3000;
const many = 30_000;

async function report(
  what: string,
  sample: Sample,
  run: (bytes: Buffer) => Promise<unknown>,
): Promise<void> {
  const small = sample.bytes(few);
  const large = sample.bytes(many);
  const short = await shortest(() => run(small));
  const long = await shortest(() => run(large));
  const rate = (ms: number): string =>
    ((large.length / 1000 / ms).toFixed(0) + " MB/s").padStart(9);
  const each = (ms: number): string => (((ms * 1000) / many).toFixed(1) + " µs").padStart(8);
  print(
    `  ${what}  ${rate(long.wallMs)} ${each(long.wallMs)} a frame   processor ${rate(long.processorMs)} ${each(long.processorMs)}   10 times as much takes ${(long.processorMs / short.processorMs).toFixed(1)} times as long`,
  );
}

async function measure(sample: Sample): Promise<void> {
  print(`${sample.protocol}: ${sample.name}`);
  const inMemory = (bytes: Buffer): ModelPort =>
    portFor(sample, "http://127.0.0.1:1", memory(bytes));
  await report("memory", sample, (bytes) => readAll(inMemory(bytes)));
  await report("http  ", sample, async (bytes) => {
    await using server = await startServer(bytes);
    await readAll(portFor(sample, server.url));
  });
  await report("turn  ", sample, (bytes) =>
    play(createAgentFixture([], { port: inMemory(bytes), maxSteps: 1 })),
  );
}

for (const sample of samples) await measure(sample);
