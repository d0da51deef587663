import type { NewSessionEvent, SessionEvent } from "../../src/shared/events.ts";
import {
  callIdSchema,
  requestIdSchema,
  sessionIdSchema,
  turnIdSchema,
  undoIdSchema,
  type CallId,
  type SessionId,
} from "../../src/shared/ids.ts";
import { reduceSession } from "../../src/shared/reduce-session.ts";
import { emptySessionState, type SessionState } from "../../src/shared/session-state.ts";

export const callId = (name: string) => callIdSchema.parse(name);
export const turnId = (name: string) => turnIdSchema.parse(name);
export const undoId = (name: string) => undoIdSchema.parse(name);
export const sessionId = (name: string) => sessionIdSchema.parse(name);

/** An event without what the script fills in: the session's id. */
export type ScriptedEvent = NewSessionEvent extends infer E
  ? E extends NewSessionEvent
    ? Omit<E, "sessionId">
    : never
  : never;

type End = Partial<Omit<Extract<SessionEvent, { type: "tool-call-end" }>, "type" | "callId">>;

/** Writes a session's log by hand, numbered and dated: one second per event. */
export interface SessionScript {
  readonly sessionId: SessionId;
  readonly events: SessionEvent[];
  add(event: ScriptedEvent): SessionEvent;
  prompt(turn: string, prompt: string): void;
  text(turn: string, text: string): void;
  /** Starts a call. */
  call(turn: string, id: string, call: { name: string; input: Record<string, unknown> }): CallId;
  /** Ends it, completed unless said otherwise. */
  end(turn: string, id: string, end?: End): void;
  usage(turn: string, cost: string | null): void;
  finish(turn: string, durationMs?: number): void;
  state(): SessionState;
}

/** `workspace` and the model's name only appear in the interface; nothing is opened. */
export function createSessionScript(
  session = "s-1",
  kind: SessionState["kind"] = "chat",
): SessionScript {
  const events: SessionEvent[] = [];
  const own = sessionId(session);
  const start = Date.parse("2026-05-04T09:00:00Z");
  let requests = 0;
  const add = (event: ScriptedEvent): SessionEvent => {
    const seq = events.length + 1;
    const at = new Date(start + seq * 1000).toISOString();
    const whole = { ...event, sessionId: own, seq, at };
    events.push(whole);
    return whole;
  };
  add({
    type: "session-start",
    workspace: "/home/ada/tide-tables",
    kind,
    mode: "edit",
    model: "qwen3-coder-next",
    title: "Tide tables",
  });
  return {
    sessionId: own,
    events,
    add,
    prompt: (turn, prompt) => {
      add({ type: "turn-start", turnId: turnId(turn), prompt });
      add({ type: "step-start", turnId: turnId(turn), step: 1 });
    },
    text: (turn, text) => void add({ type: "text-delta", turnId: turnId(turn), text }),
    call: (turn, call, { name, input }) => {
      const id = callId(call);
      add({
        type: "tool-call-start",
        turnId: turnId(turn),
        callId: id,
        modelCallId: `call_${call}`,
        name,
        arguments: input,
        argumentsText: JSON.stringify(input),
      });
      return id;
    },
    end: (turn, call, end = {}) =>
      void add({
        status: "completed",
        result: "Done.",
        durationMs: 12,
        ...end,
        type: "tool-call-end",
        turnId: turnId(turn),
        callId: callId(call),
      }),
    usage: (turn, cost) => {
      requests += 1;
      add({
        type: "usage-add",
        turnId: turnId(turn),
        requestId: requestIdSchema.parse(`r-${requests}`),
        model: "qwen3-coder-next",
        region: "singapore",
        protocol: "openai",
        inputTokens: 12_000,
        cachedTokens: 9_000,
        cacheWriteTokens: 0,
        outputTokens: 420,
        reasoningTokens: 0,
        cost: cost === null ? null : { amount: cost, currency: "USD" },
        priceVersion: cost === null ? null : "2026-04",
      });
    },
    finish: (turn, durationMs = 8400) =>
      void add({ type: "turn-end", turnId: turnId(turn), status: "completed", durationMs }),
    state: () => events.reduce(reduceSession, emptySessionState(own)),
  };
}
