import type { Repair, Thinking } from "../../shared/events.ts";
import type { CallId, TurnId } from "../../shared/ids.ts";
import type { Tool, ToolContext, ToolResult } from "../tools/tool.ts";
import type { ApprovalDesk } from "./approvals.ts";
import type { SessionLog } from "./event-log.ts";
import type { LoopGuard } from "./loop-guard.ts";
import type {
  AuditPort,
  Budget,
  CommandRules,
  ModelPort,
  ModelToolCall,
  Sampling,
  ToolDefinition,
  UsagePort,
} from "./ports.ts";

/** A call as the model sent it, with what the way here has put right already. */
export interface ModelCall extends ModelToolCall {
  readonly repairs?: readonly Repair[];
}

/** The endpoint that a step talks to. */
export interface ModelBinding {
  readonly model: ModelPort;
  readonly modelId: string;
  /** Output limit in tokens; the reservation counts on it. */
  readonly maxOutputTokens: number;
  /** Whether the limit goes into the request; without, the endpoint uses the model's own. */
  readonly sendOutputLimit: boolean;
  /** The most input tokens that the model takes; null = not known. */
  readonly maxInputTokens: number | null;
  readonly sampling?: Sampling;
  /** What the model takes of a wish how much to think; null = nothing. Missing: as wished. */
  readonly takeThinking?: (wish: Thinking) => Thinking | null;
  /** The most tokens it may think beside the output limit, when asked so (null: not asked). Missing: none. */
  readonly mostThinking?: (thinking: Thinking | null) => number;
  /** Whether it takes a budget for thinking, so that less can be asked for. */
  readonly takesThinkingBudget?: boolean;
}

/**
 * A call the model made, checked: ready to run, or a result that tells the model what is wrong with it. `argumentsText` is what
 * stands for it in the conversation: a JSON object, whatever was sent.
 */
export type ParsedCall =
  | {
      readonly ok: true;
      readonly tool: Tool;
      readonly input: Record<string, unknown>;
      readonly repairs: readonly Repair[];
      readonly argumentsText: string;
    }
  | { readonly ok: false; readonly malformed: boolean; readonly result: string };

/** The tools of a session. Definitions are constant, so that the request's prefix is. */
export interface ToolBox {
  readonly definitions: readonly ToolDefinition[];
  parse(name: string, argumentsText: string): ParsedCall;
}

/** Everything a turn works with. */
export interface TurnContext {
  readonly turnId: TurnId;
  readonly log: SessionLog;
  /** Of the session's model now, or of the one named. Throws AppError: no key, no such model. */
  bind(model?: string): Promise<ModelBinding>;
  readonly system: string;
  readonly tools: ToolBox;
  readonly usage: UsagePort;
  readonly approvals: ApprovalDesk;
  readonly rules: CommandRules;
  readonly audit: AuditPort;
  budget(): Budget | null;
  readonly maxSteps: number;
  readonly guard: LoopGuard;
  readonly signal: AbortSignal;
  toolContext(
    callId: CallId,
  ): Omit<
    ToolContext,
    | "onOutput"
    | "onCheckpoint"
    | "onWait"
    | "onPlan"
    | "turnId"
    | "callId"
    | "signal"
    | "isAllowed"
    | "unconfined"
  >;
}

/** A turn at a step whose endpoint is chosen. */
export type BoundContext = TurnContext & { readonly binding: ModelBinding };

export const cancelledResult: ToolResult = {
  status: "cancelled",
  result: "Cancelled: the person stopped the turn before this call finished.",
};
