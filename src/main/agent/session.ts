import { AppError, messageOf } from "../../shared/errors.ts";
import type { Mode, PriceLasts, Thinking } from "../../shared/events.ts";
import { createTurnId, type CallId, type TurnId } from "../../shared/ids.ts";
import type { ToolItem, TurnState } from "../../shared/session-state.ts";
import type { ApprovalDesk } from "./approvals.ts";
import type { SessionLog } from "./event-log.ts";
import { createLoopGuard } from "./loop-guard.ts";
import { messagesOf } from "./messages.ts";
import type { ApprovalDecision, Budget, ModelRequest, UsagePort } from "./ports.ts";
import { changedFilesContext, codeOnlyContext, quickAskContext, systemPrompt } from "./prompt.ts";
import { compactIdle } from "./bind-step.ts";
import { compactableBytes } from "./compaction.ts";
import { allowPrice } from "./price-allowance.ts";
import { runTurn, type TurnOutcome, type TurnStart } from "./turn.ts";
import type { ToolBox, TurnContext } from "./turn-context.ts";
import { estimateTokens, jsonBytes } from "./weigh.ts";

export interface SessionParts {
  readonly log: SessionLog;
  readonly desk: ApprovalDesk;
  readonly rules: TurnContext["rules"];
  readonly audit: TurnContext["audit"];
  readonly tools: ToolBox;
  readonly usage: UsagePort;
  readonly budget: () => Budget | null;
  readonly maxSteps: () => number;
  /** Asked before each step. Throws AppError (no key, no such model): the turn then ends as failed, with the advice. */
  bind: TurnContext["bind"];
  /** Paths this session has seen that somebody else changed since. */
  changedFiles(): Promise<readonly string[]>;
  toolContext: TurnContext["toolContext"];
  /** Ends the background commands that a turn has started. Resolves when they are gone. */
  endCommands(turnId: TurnId): Promise<void>;
}

export interface StartedTurn {
  readonly turnId: TurnId;
  readonly done: Promise<TurnOutcome>;
}

export interface StartedCompaction {
  /** Rejects with AppError when no summary came of it: then nothing has changed. */
  readonly done: Promise<void>;
}

export interface SendOptions {
  /** The answer is to be bare code, to be copied. */
  readonly codeOnly?: boolean;
}

export interface ResumeOptions {
  /** The waiting call, which was approved from outside. */
  readonly approve?: CallId;
  /** A call of this session whose result is no longer sent to the model. */
  readonly leaveOut?: CallId;
  /** How long its model may go on although its price is unknown. */
  readonly anyPrice?: PriceLasts;
}

/** One conversation at work: at most one turn at a time. */
export interface AgentSession {
  readonly log: SessionLog;
  send(prompt: string, how?: SendOptions): Promise<StartedTurn>;
  /** Goes on with the last turn where it failed, was interrupted or waits for `approve`; finished calls are not repeated. */
  resume(how?: ResumeOptions): StartedTurn;
  /** Resolves when the turn has ended and everything it had started is gone, background commands too. */
  stop(): Promise<void>;
  /**
   * Has everything but the end summarised, so that it fits `model` where one is named, which then is the session's. Not-found
   * before the first prompt; AppError("invalid-input") when there is nothing to compact.
   */
  compact(model?: string): StartedCompaction;
  answer(callId: CallId, decision: ApprovalDecision, question?: number): void;
  update(change: {
    readonly mode?: Mode;
    readonly model?: string;
    readonly title?: string;
    readonly kind?: "chat";
    readonly thinking?: Thinking | null;
  }): void;
  /**
   * About how many tokens the conversation is as it would be sent now: with a prompt of so many bytes of JSON, or without a new one
   * (then 0 before the first).
   */
  tokens(promptBytes?: number): number;
  /** What would be sent now, without a new prompt, and about how many tokens of it a summary asked for now would take out. */
  context(): SessionContext;
  running(): boolean;
  needsYou(): boolean;
}

export interface SessionContext extends Pick<ModelRequest, "messages" | "tools"> {
  /** An estimate, as `AgentSession.tokens`; 0 before the first prompt. */
  readonly tokens: number;
  /** null = there is nothing to compact. */
  readonly freedTokens: number | null;
}

/** What a session does right now: one thing at a time, that can be stopped. */
interface CurrentWork {
  /** `turnId`: its background commands end with it when it is stopped; null for what starts none. */
  begin<T>(turnId: TurnId | null, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  stop(): Promise<void>;
  isRunning(): boolean;
}

function createCurrentWork(endCommands: SessionParts["endCommands"]): CurrentWork {
  let current:
    | {
        readonly turnId: TurnId | null;
        readonly abort: AbortController;
        readonly done: Promise<unknown>;
      }
    | undefined;
  return {
    begin(turnId, work) {
      const abort = new AbortController();
      const done = work(abort.signal).finally(() => {
        current = undefined;
      });
      current = { turnId, abort, done };
      return done;
    },
    async stop() {
      const stopped = current;
      if (stopped === undefined) return;
      stopped.abort.abort(new AppError("cancelled", "Stopped"));
      // How it ended is told to whoever began it.
      await stopped.done.catch(() => undefined);
      if (stopped.turnId !== null) await endCommands(stopped.turnId);
    },
    isRunning: () => current !== undefined,
  };
}

export function createAgentSession(parts: SessionParts): AgentSession {
  const work = createCurrentWork((turnId) => parts.endCommands(turnId));

  const run = (turnId: TurnId, start: TurnStart): StartedTurn => ({
    turnId,
    done: work.begin(turnId, (signal) => turnOf(parts, { turnId, signal, start })),
  });

  function assertIdle(): void {
    if (work.isRunning())
      throw new AppError("conflict", "This session is still at work: stop it first, or wait");
  }

  return {
    log: parts.log,
    async send(prompt, { codeOnly = false } = {}) {
      assertIdle();
      const changed = await parts.changedFiles();
      assertIdle();
      return run(beginTurn(parts.log, { prompt, changed, codeOnly }), {});
    },
    resume({ approve, leaveOut, anyPrice } = {}) {
      assertIdle();
      const { sessionId, turns } = parts.log.state();
      const turn = turns.at(-1);
      if (turn === undefined)
        throw new AppError("not-found", "This session has no turn to go on with");
      const start = resumeFrom(turn, approve);
      if (leaveOut !== undefined) omit(parts.log, leaveOut);
      if (anyPrice !== undefined) allowPrice(parts.log, turn.turnId, anyPrice);
      parts.log.append({ type: "turn-resume", sessionId, turnId: turn.turnId });
      return run(turn.turnId, start);
    },
    stop: () => work.stop(),
    compact(model) {
      assertIdle();
      const turnId = compactable(parts.log);
      return { done: work.begin(null, (signal) => compactOf(parts, { turnId, signal }, model)) };
    },
    answer: (callId, decision, question) => parts.desk.answer(callId, decision, question),
    update(change) {
      parts.log.append({
        type: "session-update",
        sessionId: parts.log.state().sessionId,
        ...change,
      });
    },
    tokens: (promptBytes) => tokensOf(parts, promptBytes),
    context: () => contextNow(parts),
    running: () => work.isRunning(),
    needsYou: () => parts.desk.waiting(),
  };
}

function omit(log: SessionLog, callId: CallId): void {
  const { sessionId, turns } = log.state();
  const isKnown = turns.some(({ items }) =>
    items.some((item) => item.kind === "tool" && item.callId === callId),
  );
  if (!isKnown) throw new AppError("not-found", `This session has no call ${callId}`);
  log.append({ type: "history-omit", sessionId, callIds: [callId] });
}

interface NewTurn {
  readonly prompt: string;
  readonly changed: readonly string[];
  readonly codeOnly: boolean;
}

/** Logs the prompt, with what has to be said at its end; the first prompt names the session. */
function beginTurn(log: SessionLog, { prompt, changed, codeOnly }: NewTurn): TurnId {
  const { sessionId, turns, kind } = log.state();
  const turnId = createTurnId();
  const changedLine = changedFilesContext(changed);
  const lines = [
    ...(kind === "quick" ? [quickAskContext] : []),
    ...(changedLine === undefined ? [] : [changedLine]),
    ...(codeOnly ? [codeOnlyContext] : []),
  ];
  if (turns.length === 0) log.append({ type: "session-update", sessionId, title: titleOf(prompt) });
  const context = lines.length === 0 ? {} : { context: lines.join("\n") };
  const wish = codeOnly ? { codeOnly } : {};
  log.append({ type: "turn-start", sessionId, turnId, prompt, ...context, ...wish });
  return turnId;
}

function resumeFrom(turn: TurnState, approve: CallId | undefined): TurnStart {
  const waiting = turn.items.find(
    (item): item is ToolItem => item.kind === "tool" && item.status === "awaiting-approval",
  );
  if (approve === undefined) {
    if (waiting !== undefined)
      throw new AppError("needs-approval", `Call ${waiting.callId} waits for an approval`);
    if (turn.status === "completed")
      throw new AppError("invalid-input", "The last turn is complete: send a new prompt");
    return {};
  }
  if (waiting?.callId !== approve)
    throw new AppError("not-found", `No call ${approve} waits for an approval in this session`);
  return { approved: waiting };
}

function tokensOf({ log, tools }: SessionParts, promptBytes?: number): number {
  const state = log.state();
  if (state.turns.length === 0 && promptBytes === undefined) return 0;
  const bytes = jsonBytes([systemPrompt, messagesOf(state), tools.definitions]);
  return estimateTokens(state, bytes + (promptBytes ?? 0));
}

function contextNow(parts: SessionParts): SessionContext {
  const state = parts.log.state();
  const bytes = compactableBytes(state);
  return {
    messages: [
      { role: "system", content: [{ type: "text", text: systemPrompt }] },
      ...messagesOf(state),
    ],
    tools: parts.tools.definitions,
    tokens: tokensOf(parts),
    freedTokens: bytes === null ? null : estimateTokens(state, bytes),
  };
}

interface Work {
  readonly turnId: TurnId;
  readonly signal: AbortSignal;
}

const contextOf = (parts: SessionParts, { turnId, signal }: Work): TurnContext => ({
  turnId,
  signal,
  bind: parts.bind,
  log: parts.log,
  system: systemPrompt,
  tools: parts.tools,
  usage: parts.usage,
  approvals: parts.desk,
  rules: parts.rules,
  audit: parts.audit,
  budget: parts.budget,
  maxSteps: parts.maxSteps(),
  guard: createLoopGuard(),
  toolContext: parts.toolContext,
});

async function turnOf(
  parts: SessionParts,
  turn: Work & { readonly start: TurnStart },
): Promise<TurnOutcome> {
  const { sessionId } = parts.log.state();
  try {
    return await runTurn(contextOf(parts, turn), turn.start);
  } catch (error) {
    // When the history cannot be written: the turn still ends, and says why.
    const code = error instanceof AppError ? error.code : "internal";
    const outcome: TurnOutcome = { status: "failed", error: { code, message: messageOf(error) } };
    if (parts.log.state().turns.at(-1)?.status === "running") {
      parts.log.append({ type: "turn-end", sessionId, turnId: turn.turnId, ...outcome });
    }
    return outcome;
  }
}

/** The turn that a compaction is told in. */
function compactable(log: SessionLog): TurnId {
  const turn = log.state().turns.at(-1);
  if (turn === undefined)
    throw new AppError("not-found", "There is nothing to compact before the first prompt.");
  if (turn.status === "needs-approval")
    throw new AppError("conflict", "A step waits for your approval: answer it first.");
  return turn.turnId;
}

async function compactOf(parts: SessionParts, work: Work, model?: string): Promise<void> {
  const { log } = parts;
  const { sessionId } = log.state();
  await compactIdle(contextOf(parts, work), model);
  if (model !== undefined) log.append({ type: "session-update", sessionId, model });
  await log.flush();
}

const titleLength = 60;

/** The prompt's first line, cut at a word. */
function titleOf(prompt: string): string {
  const line = prompt.trim().split("\n")[0] ?? "";
  if (line.length <= titleLength) return line;
  const cut = line.slice(0, titleLength);
  return `${cut.slice(0, Math.max(20, cut.lastIndexOf(" ")))}…`;
}
