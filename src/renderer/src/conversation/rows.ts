import {
  isCompacting,
  type ToolItem,
  type TurnItem,
  type TurnState,
} from "../../../shared/session-state.ts";
import { isRead } from "../text/tool-text.ts";
import { hasSummary } from "./turn-summary.ts";

type ItemOf<Kind extends TurnItem["kind"]> = Extract<TurnItem, { kind: Kind }>;

/** One row of the conversation: what the virtual list measures and what React draws again when it changes. */
export type Row =
  | { readonly kind: "prompt"; readonly prompt: string; readonly context: string | null }
  | {
      readonly kind: "text";
      readonly item: ItemOf<"text">;
      readonly isStreaming: boolean;
      /** The answer of a prompt that asked for code only. */
      readonly isCode: boolean;
    }
  | { readonly kind: "reasoning"; readonly item: ItemOf<"reasoning">; readonly isRunning: boolean }
  | { readonly kind: "notice"; readonly item: ItemOf<"notice"> }
  | {
      readonly kind: "retry";
      readonly item: ItemOf<"retry">;
      readonly isWaiting: boolean;
      /** The prompt was stopped in the wait: no other attempt was made. */
      readonly isStopped: boolean;
    }
  | { readonly kind: "model-change"; readonly item: ItemOf<"model-change"> }
  | { readonly kind: "compaction"; readonly item: ItemOf<"compaction"> }
  | { readonly kind: "tool"; readonly item: ToolItem; readonly turn: TurnIdentity }
  | { readonly kind: "reads"; readonly items: readonly ToolItem[]; readonly turn: TurnIdentity }
  | { readonly kind: "plan"; readonly plan: TurnState["plan"] }
  | { readonly kind: "approvals"; readonly items: readonly ToolItem[] }
  /** `since`: when the request began, in milliseconds since 1970. */
  | { readonly kind: "working"; readonly since: number }
  | { readonly kind: "error"; readonly turn: TurnState; readonly isLast: boolean }
  | { readonly kind: "summary"; readonly turn: TurnState };

/** What a step's row needs to know of its prompt. */
export interface TurnIdentity {
  readonly turnId: TurnState["turnId"];
  readonly isRunning: boolean;
}

/** A row with a key that stays the same while the row grows. */
export interface KeyedRow {
  readonly key: string;
  readonly row: Row;
}

const cache = new WeakMap<TurnState, { readonly isLast: boolean; readonly rows: KeyedRow[] }>();

/** The rows of one prompt and its answer; the same array for the same turn. */
export function rowsOfTurn(turn: TurnState, isLast: boolean): readonly KeyedRow[] {
  const known = cache.get(turn);
  if (known?.isLast === isLast) return known.rows;
  const rows = buildRows(turn, isLast);
  cache.set(turn, { isLast, rows });
  return rows;
}

/** All rows of a session, oldest first. */
export const rowsOfTurns = (turns: readonly TurnState[]): readonly KeyedRow[] =>
  turns.flatMap((turn, index) => rowsOfTurn(turn, index === turns.length - 1));

function buildRows(turn: TurnState, isLast: boolean): KeyedRow[] {
  const isRunning = turn.status === "running" || isCompacting(turn);
  const rows: KeyedRow[] = [
    {
      key: `${turn.turnId}-prompt`,
      row: { kind: "prompt", prompt: turn.prompt, context: turn.context },
    },
  ];
  const waiting = turn.items.filter((item) => item.kind === "tool").filter(isWaitingForApproval);
  const lastPlan = turn.items.findLastIndex((item) => item.kind === "tool" && isPlan(item));
  for (let index = 0; index < turn.items.length; index += 1) {
    const reads = readsFrom(turn.items, index);
    const key = `${turn.turnId}-${index}`;
    const identity = { turnId: turn.turnId, isRunning };
    if (reads.count > 1) {
      rows.push({ key, row: { kind: "reads", items: reads.items, turn: identity } });
      index += reads.count - 1;
      continue;
    }
    const item = turn.items[index];
    if (item === undefined) break;
    const isNewest = index === turn.items.length - 1;
    const row =
      index === lastPlan && turn.plan.length > 0
        ? ({ kind: "plan", plan: turn.plan } as const)
        : itemRow(item, identity, isNewest);
    if (row?.kind === "text") rows.push({ key, row: { ...row, isCode: isCodeOf(turn, row.item) } });
    else if (row?.kind === "retry")
      rows.push({ key, row: { ...row, isStopped: wasStoppedIn(turn, row.item) } });
    else if (row !== null) rows.push({ key, row });
  }
  rows.push(...closingRows(turn, waiting, isLast));
  return rows;
}

/** Earlier steps only say what is looked up. */
const isCodeOf = (turn: TurnState, item: TurnItem): boolean =>
  turn.codeOnly && item.step === turn.step;

/** Nothing came after a wait in which the prompt was stopped. */
const wasStoppedIn = (turn: TurnState, item: TurnItem): boolean =>
  turn.status === "cancelled" && turn.items.at(-1) === item;

/** A run of reads that starts here; empty text between them does not end it. */
function readsFrom(
  items: readonly TurnItem[],
  start: number,
): { readonly count: number; readonly items: readonly ToolItem[] } {
  const reads: ToolItem[] = [];
  let count = 0;
  for (let index = start; index < items.length; index += 1) {
    const item = items[index];
    if (item?.kind === "tool" && isRead(item) && item.status !== "awaiting-approval") {
      reads.push(item);
      count = index - start + 1;
    } else if (reads.length === 0 || item?.kind !== "text" || item.text.trim() !== "") {
      break;
    }
  }
  return reads.length > 1 ? { count, items: reads } : { count: 1, items: reads };
}

function itemRow(item: TurnItem, turn: TurnIdentity, isNewest: boolean): Row | null {
  switch (item.kind) {
    case "text":
      return item.text.trim() === ""
        ? null
        : { kind: "text", item, isStreaming: turn.isRunning && isNewest, isCode: false };
    case "reasoning":
      return item.text.trim() === ""
        ? null
        : { kind: "reasoning", item, isRunning: turn.isRunning && isNewest };
    case "retry":
      return { kind: "retry", item, isWaiting: turn.isRunning && isNewest, isStopped: false };
    case "notice":
      return { kind: "notice", item };
    case "model-change":
      return { kind: "model-change", item };
    case "compaction":
      return { kind: "compaction", item };
    case "tool":
      // What waits for the person is on the approval card; earlier plans are history that the newest one tells.
      return isWaitingForApproval(item) || (isPlan(item) && item.status === "completed")
        ? null
        : { kind: "tool", item, turn };
    default:
      return item satisfies never;
  }
}

function closingRows(
  turn: TurnState,
  waiting: readonly ToolItem[],
  isLast: boolean,
): readonly KeyedRow[] {
  const key = (name: string): string => `${turn.turnId}-${name}`;
  const rows: KeyedRow[] = [];
  if (waiting.length > 0) {
    rows.push({ key: key("approvals"), row: { kind: "approvals", items: waiting } });
  } else if (turn.status === "running" && isLast && isQuiet(turn)) {
    rows.push({ key: key("working"), row: { kind: "working", since: waitingSince(turn) } });
  }
  if (turn.status === "running") return rows;
  if (turn.status !== "completed" && (waiting.length === 0 || turn.error !== null))
    rows.push({ key: key("error"), row: { kind: "error", turn, isLast } });
  if (hasSummary(turn)) rows.push({ key: key("summary"), row: { kind: "summary", turn } });
  return rows;
}

/** When the newest request went out: with its step, or at the end of a pause. */
function waitingSince({ items, startedAt, stepAt }: TurnState): number {
  const last = items.at(-1);
  const begun = Date.parse(stepAt ?? startedAt);
  return last?.kind === "retry" ? Math.max(begun, Date.parse(last.at) + last.waitMs) : begun;
}

/** Nothing on screen moves: no text comes, and no step runs. */
function isQuiet(turn: TurnState): boolean {
  const last = turn.items.at(-1);
  if (last === undefined) return true;
  if (last.kind === "tool" || last.kind === "compaction") return last.status !== "running";
  return last.kind !== "text" && last.kind !== "reasoning" ? true : last.step < turn.step;
}

const isPlan = (item: ToolItem): boolean => item.name === "update_plan" && !item.malformed;

const isWaitingForApproval = (item: ToolItem): boolean => item.status === "awaiting-approval";

/** Whether two rows draw the same: compares what they show by identity. */
export function sameRow(before: Row, after: Row): boolean {
  const keys = Object.keys(after);
  if (keys.length !== Object.keys(before).length) return false;
  return Object.entries(after).every(([name, value]) =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- own keys of a plain object
    sameValue((before as unknown as Record<string, unknown>)[name], value),
  );
}

function sameValue(before: unknown, after: unknown): boolean {
  if (before === after) return true;
  if (Array.isArray(before) && Array.isArray(after))
    return before.length === after.length && before.every((value, at) => value === after[at]);
  return isIdentity(before) && isIdentity(after)
    ? before.turnId === after.turnId && before.isRunning === after.isRunning
    : false;
}

const isIdentity = (value: unknown): value is TurnIdentity =>
  typeof value === "object" && value !== null && "isRunning" in value && "turnId" in value;
