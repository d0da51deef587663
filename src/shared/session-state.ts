import type { CallId, CheckpointId, SessionId, TurnId, UndoId } from "./ids.ts";
import type { FileChange } from "./diff.ts";
import type {
  Mode,
  Repair,
  SessionKind,
  Thinking,
  ToolStatus,
  TurnError,
  TurnStatus,
} from "./events.ts";
import type { UsageTotals } from "./usage.ts";
import { emptyTotals } from "./usage-totals.ts";

export interface ToolItem {
  readonly kind: "tool";
  readonly step: number;
  readonly callId: CallId;
  readonly modelCallId: string;
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>> | string;
  readonly argumentsText: string;
  readonly malformed: boolean;
  readonly repairs: readonly Repair[];
  readonly status: "running" | "awaiting-approval" | ToolStatus;
  readonly output: string;
  readonly result: string | null;
  readonly durationMs: number | null;
  readonly exitCode: number | null;
  readonly changes: readonly FileChange[];
  readonly notes: readonly string[];
  /** Files that the session knew the bytes of after this call, by git blob id; null = not any more. */
  readonly seen: readonly { readonly path: string; readonly blobId: string | null }[];
  readonly checkpointId: CheckpointId | null;
  readonly approval: {
    readonly reason: string;
    readonly title: string;
    readonly detail: string;
  } | null;
  /** Somebody answered the question of `approval` with yes. */
  readonly isAllowed: boolean;
  /** The undo that took this call's effect away, null while the effect stands. */
  readonly undoneBy: UndoId | null;
  /** Its result is not sent to the model any more: the person left it out. */
  readonly omitted: boolean;
}

export type TurnItem =
  | {
      readonly kind: "text";
      readonly step: number;
      readonly text: string;
      readonly discarded: boolean;
    }
  | {
      readonly kind: "reasoning";
      readonly step: number;
      readonly text: string;
      readonly discarded: boolean;
    }
  | {
      readonly kind: "notice";
      readonly step: number;
      readonly level: "info" | "warning";
      readonly message: string;
      readonly forModel: boolean;
    }
  | {
      readonly kind: "retry";
      readonly step: number;
      readonly attempt: number;
      readonly code: string;
      readonly message: string;
      readonly waitMs: number;
      readonly at: string;
    }
  | ToolItem;

export interface TurnState {
  readonly turnId: TurnId;
  readonly prompt: string;
  readonly context: string | null;
  /** The answer was asked for as bare code: shown and copied through `codeOf`. */
  readonly codeOnly: boolean;
  readonly startedAt: string;
  readonly step: number;
  readonly items: readonly TurnItem[];
  readonly plan: readonly { readonly text: string; readonly done: boolean }[];
  readonly usage: UsageTotals;
  readonly status: "running" | TurnStatus;
  readonly error: TurnError | null;
  readonly durationMs: number | null;
}

export interface SessionState {
  readonly sessionId: SessionId;
  /** Number of the last event folded in; 0 before the first. */
  readonly seq: number;
  readonly workspace: string;
  readonly kind: SessionKind;
  readonly mode: Mode;
  readonly model: string;
  readonly title: string;
  /** null = the model's own. */
  readonly thinking: Thinking | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly turns: readonly TurnState[];
  readonly usage: UsageTotals;
  readonly undos: readonly {
    readonly undoId: UndoId;
    readonly direction: "undo" | "redo";
    readonly callIds: readonly CallId[];
    readonly paths: readonly string[];
  }[];
}

export function emptySessionState(sessionId: SessionId): SessionState {
  return {
    sessionId,
    seq: 0,
    workspace: "",
    kind: "chat",
    mode: "ask",
    model: "",
    title: "",
    thinking: null,
    createdAt: "",
    updatedAt: "",
    turns: [],
    usage: emptyTotals,
    undos: [],
  };
}
