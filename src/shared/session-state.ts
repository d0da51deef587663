import type { BlockedRun, Way } from "./blocked.ts";
import type { CallId, CheckpointId, SessionId, TurnId, UndoId } from "./ids.ts";
import type { FileChange } from "./diff.ts";
import type {
  Answerer,
  CompactReason,
  Dropped,
  Mode,
  PriceLasts,
  Repair,
  SessionKind,
  Thinking,
  ToolStatus,
  TurnError,
  TurnStatus,
} from "./events.ts";
import type { CautionPart } from "./cautions.ts";
import type { CommandFacts } from "./approvals.ts";
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
    /** A yes for the session would hold for this call alone. */
    readonly onlyOnce?: true;
    /** A command that nothing would keep to the project. */
    readonly unconfined?: true;
    /** Of a command: what the card shows beside its bytes. */
    readonly command?: CommandFacts;
    /** What `reason` says beside that; missing: only its sentences tell it. */
    readonly cautions?: readonly CautionPart[];
    readonly reason: string;
    readonly title: string;
    readonly detail: string;
    /** Number of the event that asked. */
    readonly question: number;
  } | null;
  /** Runs that the sandbox stopped and a person was asked about; `way` is null while they are asked, or where nobody answered. */
  readonly blockedRuns: readonly (BlockedRun & {
    readonly way: Way | null;
    readonly output: string;
  })[];
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
  | {
      readonly kind: "model-change";
      readonly step: number;
      readonly from: Answerer;
      readonly to: Answerer;
      readonly dropped: readonly Dropped[];
    }
  | CompactionItem
  | ToolItem;

/** A summary being made, made or given up, at its place in the conversation. */
export interface CompactionItem {
  readonly kind: "compaction";
  readonly step: number;
  readonly reason: CompactReason;
  /** Who summarises. */
  readonly model: string;
  readonly status: "running" | "completed" | "failed" | "cancelled";
  /** Why none was made. */
  readonly message: string | null;
  readonly summary: string | null;
  readonly tokensBefore: number | null;
  readonly tokensAfter: number | null;
}

/** What is sent in place of the older part of a conversation. `throughStep` null = the whole turn. */
export interface Compaction {
  readonly throughTurnId: TurnId;
  readonly throughStep: number | null;
  readonly summary: string;
}

export interface TurnState {
  readonly turnId: TurnId;
  readonly prompt: string;
  readonly context: string | null;
  /** The answer was asked for as bare code: shown and copied through `codeOf`. */
  readonly codeOnly: boolean;
  readonly startedAt: string;
  readonly step: number;
  /** When the newest step began; null before the first. */
  readonly stepAt: string | null;
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
  /** Who answered the newest step; null before the first. */
  readonly answerer: Answerer | null;
  /** Models that may be used under a limit of money although their price is not known. */
  readonly allowedPrices: readonly {
    readonly model: string;
    readonly region: string;
    readonly turnId: TurnId;
    readonly lasts: PriceLasts;
  }[];
  readonly compaction: Compaction | null;
  /** The newest request that was settled with its tokens, the summary's included; null before. */
  readonly measure: { readonly bytes: number; readonly tokens: number } | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly turns: readonly TurnState[];
  readonly usage: UsageTotals;
  /** Keys of the changes that the person has reviewed, by prompt. */
  readonly reviewed: Readonly<Record<TurnId, ReadonlySet<string>>>;
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
    answerer: null,
    allowedPrices: [],
    compaction: null,
    measure: null,
    createdAt: "",
    updatedAt: "",
    turns: [],
    usage: emptyTotals,
    reviewed: {},
    undos: [],
  };
}

/** Whether a turn runs or a summary is being made: nothing else can begin. */
export const isAtWork = ({ turns }: SessionState): boolean => {
  const turn = turns.at(-1);
  return turn?.status === "running" || (turn !== undefined && isCompacting(turn));
};

/** Whether the conversation is being summarised right now. */
export const isCompacting = ({ items }: TurnState): boolean => {
  const last = items.findLast((item) => item.kind === "compaction");
  return last?.kind === "compaction" && last.status === "running";
};
