import { setTimeout as sleep } from "node:timers/promises";
import * as fc from "fast-check";
import type { ModelEvent, ModelPort } from "../../../src/main/agent/ports.ts";
import { hearPort, request, type Heard } from "../hear-provider.ts";
import { anyFate, bodyOf, type Body, type Fate } from "./fate.ts";
import { anyMessage, anyTelling, type ScriptedMessage, type Telling } from "./message.ts";
import { anyWireForm, type Frame, type WireForm } from "./wire-form.ts";

/** One protocol: how it writes an answer, and the provider that reads it through a given `fetch`. */
export interface ChaosProtocol {
  readonly name: string;
  frames(message: ScriptedMessage, telling: Telling): readonly Frame[];
  port(fetch: typeof globalThis.fetch, patience: Patience): ModelPort;
}

export interface Patience {
  /** Longest silence. */
  readonly idleTimeoutMs: number;
  readonly attempts: number;
}

export interface StreamCase {
  readonly message: ScriptedMessage;
  readonly telling: Telling;
  readonly form: WireForm;
  readonly fate: Fate;
  readonly contentType: string;
}

export const anyStreamCase: fc.Arbitrary<StreamCase> = fc.record({
  message: anyMessage,
  telling: anyTelling,
  form: anyWireForm,
  fate: anyFate,
  contentType: fc.constantFrom(
    "text/event-stream;charset=UTF-8",
    "application/json",
    "text/html",
    "",
  ),
});

/** What became of a stream: `whole`, or the error's code. */
export type Outcome = "whole" | (string & {});

/** Longest silence that is allowed: a body that hangs costs so much. The others come without a pause. */
export const patience: Patience = { idleTimeoutMs: 30, attempts: 1 };

/** A case that takes longer hangs. */
const longestMs = 5000;

/** Plays a stream to a provider and throws when anything that must never happen did. */
export async function checkStream(
  protocol: ChaosProtocol,
  streamCase: StreamCase,
): Promise<Outcome> {
  const { message, fate } = streamCase;
  const server = answerWith(protocol, streamCase);
  const heard = await within(hearPort(protocol.port(server.fetch, patience), request()));
  assertWellFormed(heard);
  // What comes after the answer's end is waited for a moment, so that the connection can be kept.
  for (let wait = 0; !server.isLetGo() && wait < 100; wait += 1) await sleep(20);
  assert(server.isLetGo(), "the body was neither read to its end nor given up");
  if (fate.kind === "whole") assertSame(joined(heard.events), expectedOf(message), heard);
  if (fate.kind === "cut") assertNothingPartial(heard, message);
  return heard.error?.code ?? "whole";
}

interface OneAnswer {
  readonly fetch: typeof globalThis.fetch;
  isLetGo(): boolean;
}

/** Answers with the bytes of a stream, without a socket. */
export function answerWith(
  { frames }: Pick<ChaosProtocol, "frames">,
  { message, telling, form, fate, contentType }: StreamCase,
): OneAnswer {
  return serverOf(bodyOf(frames(message, telling), form, fate), contentType);
}

function serverOf({ pieces, end }: Body, contentType: string): OneAnswer {
  let isLetGo = false;
  const rest = pieces[Symbol.iterator]();
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const next = rest.next();
        if (next.done !== true) return controller.enqueue(next.value);
        if (end === "hang") return undefined;
        isLetGo = true;
        return end === "close"
          ? controller.close()
          : controller.error(new TypeError("terminated", { cause: reset() }));
      },
      cancel: () => void (isLetGo = true),
    },
    { highWaterMark: 0 },
  );
  return {
    fetch: async () =>
      new Response(body, contentType === "" ? {} : { headers: { "content-type": contentType } }),
    isLetGo: () => isLetGo,
  };
}

const reset = (): Error =>
  Object.assign(new Error("other side closed"), { code: "UND_ERR_SOCKET" });

async function within(hearing: Promise<Heard>): Promise<Heard> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`still at it after ${longestMs} ms`)), longestMs);
  });
  return Promise.race([hearing, limit]).finally(() => clearTimeout(timer));
}

function assert(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(what);
}

/** What holds of anything a provider makes of any bytes. */
function assertWellFormed({ events, error }: Heard): void {
  const calls = events.filter((event) => event.type === "tool-call");
  const finishes = events.filter(({ type }) => type === "finish");
  for (const event of events) {
    if (event.type === "text-delta" || event.type === "reasoning-delta")
      assert(
        typeof event.text === "string" && event.text !== "" && event.text.isWellFormed(),
        `odd text ${JSON.stringify(event.text)}`,
      );
    if (event.type === "usage")
      for (const tokens of Object.values(event.usage))
        assert(Number.isSafeInteger(tokens) && tokens >= 0, "odd usage");
  }
  for (const { id, name, argumentsText } of calls) {
    assert(typeof id === "string" && id !== "", "a call without id");
    assert(typeof name === "string" && name !== "", "a call without name");
    assert(typeof argumentsText === "string" && argumentsText !== "", "a call without arguments");
  }
  assert(new Set(calls.map(({ id }) => id)).size === calls.length, "two calls share an id");
  if (error === null) {
    assert(finishes.length === 1 && events.at(-1)?.type === "finish", "no finish at the end");
    return;
  }
  assert(calls.length === 0 && finishes.length === 0, "calls or a finish of an answer that failed");
  assert(
    !/\bundefined\b|is not a function|Cannot read|not iterable/.test(error.message),
    `an error of our own: ${error.message}`,
  );
}

/** Deltas of one kind in a row as one: where texts are cut is no part of what was said. */
function joined(events: readonly ModelEvent[]): readonly ModelEvent[] {
  const all: ModelEvent[] = [];
  for (const event of events) {
    const last = all.at(-1);
    if (
      (event.type === "text-delta" || event.type === "reasoning-delta") &&
      last?.type === event.type
    )
      all[all.length - 1] = { ...last, text: last.text + event.text };
    else all.push(event);
  }
  return all;
}

/** What a message that arrives whole must give; null = the failure of an answer that says nothing. */
function expectedOf(message: ScriptedMessage): readonly ModelEvent[] | null {
  const { reasoning, text, calls, finish, usage } = message;
  if (text === "" && calls.length === 0 && finish === "stop") return null;
  return [
    ...(reasoning === "" ? [] : [{ type: "reasoning-delta" as const, text: reasoning }]),
    ...(text === "" ? [] : [{ type: "text-delta" as const, text }]),
    ...(usage === null ? [] : [usageEvent(usage)]),
    ...calls.map((call) => ({ type: "tool-call" as const, ...call })),
    {
      type: "finish" as const,
      reason: finish === "length" ? finish : calls.length > 0 ? "tool-calls" : finish,
    },
  ];
}

const usageEvent = ({
  input,
  output,
}: {
  readonly input: number;
  readonly output: number;
}): ModelEvent => ({
  type: "usage",
  usage: {
    inputTokens: input,
    cachedTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: output,
    reasoningTokens: 0,
  },
  explicitCache: false,
});

function assertSame(
  got: readonly ModelEvent[],
  expected: readonly ModelEvent[] | null,
  { error }: Heard,
): void {
  if (expected === null) {
    assert(error?.code === "unavailable", "an answer of nothing passed for one");
    return;
  }
  assert(error === null, `failed: ${error?.message}`);
  const [has, wants] = [JSON.stringify(got), JSON.stringify(expected)];
  assert(has === wants, `came out as ${has}\ninstead of  ${wants}`);
}

const isUsage = ({ type }: ModelEvent): boolean => type === "usage";

/** A cut answer is a failure, or was whole before the cut; and what was said until then is its beginning. */
function assertNothingPartial(heard: Heard, message: ScriptedMessage): void {
  const said = joined(heard.events);
  if (heard.error === null) {
    const wants = expectedOf(message)?.filter((event) => !isUsage(event)) ?? null;
    assertSame(
      said.filter((event) => !isUsage(event)),
      wants,
      heard,
    );
    return;
  }
  const textIn = (kind: "text-delta" | "reasoning-delta"): string =>
    said.map((event) => (event.type === kind ? event.text : "")).join("");
  assert(message.text.startsWith(textIn("text-delta")), "text that was never said");
  assert(message.reasoning.startsWith(textIn("reasoning-delta")), "reasoning that never was");
}
