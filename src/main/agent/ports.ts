import type { CommandFacts, Danger, RuleCover } from "../../shared/approvals.ts";
import type { Way } from "../../shared/blocked.ts";
import type { Decision } from "../../shared/audit.ts";
import type { CallId, RequestId, RuleId, SessionId, TurnId } from "../../shared/ids.ts";
import type { Money, Nano, Currency } from "../../shared/money.ts";
import type {
  NewSessionEvent,
  Protocol,
  Repair,
  SessionEvent,
  Thinking,
} from "../../shared/events.ts";
import type { ModelSampling } from "../../shared/settings.ts";
import type { RequestPurpose, TokenUsage } from "../../shared/usage.ts";

/** A message as providers get it. Content is always in array form; tool-call arguments are the exact text the model sent. */
export type ModelMessage =
  | { readonly role: "system" | "user"; readonly content: readonly TextPart[] }
  | {
      readonly role: "assistant";
      readonly content: readonly TextPart[];
      readonly toolCalls: readonly ModelToolCall[];
      /** The beginning of an answer that the model goes on with; only as the last message, and its reply is the continuation alone. */
      readonly partial?: true;
    }
  | { readonly role: "tool"; readonly toolCallId: string; readonly content: readonly TextPart[] };

export interface TextPart {
  readonly type: "text";
  readonly text: string;
}

export interface ModelToolCall {
  readonly id: string;
  readonly name: string;
  readonly argumentsText: string;
}

/** A tool as the model is told of it; `parameters` is a JSON schema of an object. */
export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** What is not set here is left to the endpoint. Ranges: temperature [0, 2), topP (0, 1], topK ≥ 0, presencePenalty [-2, 2], repetitionPenalty > 0. */
export type Sampling = ModelSampling;

export interface ModelRequest {
  readonly model: string;
  readonly messages: readonly ModelMessage[];
  readonly tools: readonly ToolDefinition[];
  /** Output limit in tokens; null = the endpoint's own. */
  readonly maxOutputTokens: number | null;
  readonly sampling?: Sampling;
  /** Missing: the model's own. */
  readonly thinking?: Thinking;
  readonly stop?: readonly string[];
  /** Requests to come begin with this one: worth an explicit cache, where the endpoint has one. */
  readonly cachesPrefix?: boolean;
  /** A raw prompt for the completions API, in place of messages and tools; text is all it answers. */
  readonly prompt?: string;
  /** Told by what id the provider's own records know the answer, as soon as it says so. */
  readonly onServed?: (id: string) => void;
}

/** What a model sends, in order. `tool-call` comes after the stream has ended well, whole unless it finishes with `length`; `finish` is last. */
export type ModelEvent =
  | { readonly type: "text-delta"; readonly text: string }
  | { readonly type: "reasoning-delta"; readonly text: string }
  | {
      readonly type: "retry";
      readonly attempt: number;
      readonly code: string;
      readonly message: string;
      readonly waitMs: number;
      /** The attempt that failed was refused or never sent. */
      readonly costsNothing?: true;
    }
  | {
      readonly type: "tool-call";
      readonly id: string;
      readonly name: string;
      readonly argumentsText: string;
      /** What was put right in it already. */
      readonly repairs?: readonly Repair[];
    }
  | { readonly type: "usage"; readonly usage: TokenUsage; readonly explicitCache: boolean }
  | { readonly type: "finish"; readonly reason: FinishReason };

/** `length`: cut by the output limit; calls of that answer must not run. */
export type FinishReason = "stop" | "length" | "tool-calls" | "other";

/**
 * One endpoint with its key. `stream` throws AppError: unauthorized, model-not-found (names the successor), rate-limited,
 * unavailable (cut stream, time-out, no network), refused, cancelled. It retries what can be retried before any text came.
 */
export interface ModelPort {
  readonly protocol: Protocol;
  readonly region: string;
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>;
}

export interface Budget {
  readonly nano: Nano;
  readonly currency: Currency;
}

export interface RequestScope {
  readonly requestId: RequestId;
  readonly sessionId: SessionId;
  readonly turnId: TurnId;
  readonly workspace: string;
  readonly model: string;
  readonly region: string;
  readonly protocol: Protocol;
  readonly purpose: RequestPurpose;
  /** Of the first attempt; missing = this is the first. */
  readonly retryOf?: RequestId;
  /** How many attempts went before. */
  readonly retries?: number;
  /** The person lets it go out under a limit although its price is not known. */
  readonly anyPrice?: true;
}

/** The most that a request can take, in tokens; every byte of its input counts as one. */
export interface RequestBounds {
  readonly inputBytes: number;
  readonly maxOutputTokens: number;
  /** The most it may think where that is not part of the output limit; missing = none. */
  readonly thinkingTokens?: number;
  /** To what the two may be lowered for a limit of money; missing or null = they stay as they are. */
  readonly least?: { readonly output: number; readonly thinking: number } | null;
}

/** What may be sent. `limit` is what lowered it, in words: "today's limit of $5.00"; null = nothing did. */
export interface Grant {
  readonly maxOutputTokens: number;
  readonly thinkingTokens: number;
  readonly limit: string | null;
  /** What has to be said before it is sent: a free quota is over, so that it costs money. Missing or null = nothing. */
  readonly turned?: string | null;
}

export interface SettledUsage extends TokenUsage {
  readonly cost: Money | null;
  readonly priceVersion: string | null;
  /** The server went on beyond the output limit that it was sent. */
  readonly beyondLimit?: { readonly limitTokens: number };
  /** Of a request without usage: the most it can have taken and cost. Cost null: its price is unknown. */
  readonly unknown?: { readonly mostTokens: number; readonly mostCost: Money | null };
}

export interface RequestOutcome {
  /** null: the request ended without usage; it is kept as unknown and, under a budget, counted at its maximum. */
  readonly usage: TokenUsage | null;
  readonly explicitCache: boolean;
  readonly status: "completed" | "failed" | "cancelled";
  /** AppError's code; null = it did not fail. */
  readonly errorCode: string | null;
  readonly providerRequestId: string | null;
  readonly firstTokenMs: number | null;
  readonly durationMs: number;
}

/** The ledger, as the loop needs it. Every attempt of a request reserves before it is sent and settles after, whatever became of it. */
export interface UsagePort {
  /**
   * `budget` is the session's; those of the project, the day and the month are known here. Where one leaves too little, less is
   * granted, down to what `bounds` allows. Throws AppError("budget") when that would exceed a limit too, or, under a limit, the
   * price is unknown.
   */
  reserve(scope: RequestScope, bounds: RequestBounds, budget: Budget | null): Promise<Grant>;
  settle(scope: RequestScope, outcome: RequestOutcome): Promise<SettledUsage>;
  /** Told what an attempt that was granted sends, for what explains its cost later. Returns at once and never fails. */
  sent?(scope: RequestScope, request: Pick<ModelRequest, "messages" | "tools">): void;
}

/** The session's log: numbers, dates, stores (append-only) and announces. Deltas may be joined before they are stored. */
export interface EventLog {
  /** The event as logged, or null when it was held back to be joined with the next delta. */
  append(event: NewSessionEvent): SessionEvent | null;
  /** Resolves when everything appended so far is durable. */
  flush(): Promise<void>;
}

export type ApprovalDecision =
  | { readonly decision: "allow" }
  /** `program`: not just this command, but its program with any arguments, where that is offered. */
  | { readonly decision: "allow-session" | "allow-always"; readonly program?: boolean }
  | { readonly decision: "deny"; readonly message?: string }
  /** How a blocked command goes on: the answer to such a question alone. */
  | { readonly decision: "go-on"; readonly way: Way }
  /** Nobody is there to ask: the turn ends with needs-approval. */
  | { readonly decision: "unattended" };

/** A command that is about to run, or to be asked about. */
export interface CommandQuestion {
  readonly command: string;
  /** What it wants beyond the sandbox. */
  readonly needs: readonly string[];
  /** Whether the sandbox will keep it in. */
  readonly sandboxed: boolean;
}

/** What is known of a command before it runs. */
export interface RuleVerdict {
  readonly dangers: readonly Danger[];
  /** Variables that it sets. */
  readonly sets: readonly string[];
  /** The rule by which it may run; null: none. */
  readonly rule: KeptRule | null;
  readonly voided: CommandFacts["voided"];
  readonly offers: CommandFacts["offers"];
}

export interface KeepOptions {
  readonly lasts: "session" | "always";
  readonly program: boolean;
  /** When the person was asked: the rule is void once something that steers is not as it was then. */
  readonly moment: string;
}

export interface KeptRule {
  readonly cover: RuleCover;
  /** Null: for this session only. */
  readonly id: RuleId | null;
}

/** What was allowed before, and what asks whatever was allowed. */
export interface CommandRules {
  judge(question: CommandQuestion): Promise<RuleVerdict>;
  /** Stands for everything that steers the project now. */
  moment(): Promise<string>;
  /** Remembers a yes; for less than was asked where more cannot be given. */
  keep(question: CommandQuestion, how: KeepOptions): KeptRule;
}

/** The log of decisions. AppError("unavailable") when it cannot be written: then the call must not run. */
export interface AuditPort {
  record(decision: Decision): void;
}

/** What is asked of the person about a call. */
export interface ApprovalQuestion {
  readonly sessionId: SessionId;
  readonly callId: CallId;
  /** Number of the event that asks: a call may be asked about again. */
  readonly question: number | null;
  /** It was stopped by the sandbox, and asked is how it goes on. */
  readonly blocked?: true;
}

/** Asks the person. Resolves with their answer; rejects with AppError("cancelled") when the turn is stopped. */
export interface ApprovalPort {
  ask(request: ApprovalQuestion, signal: AbortSignal): Promise<ApprovalDecision>;
}
