import type { UndoTarget } from "../../shared/checkpoint.ts";
import { AppError } from "../../shared/errors.ts";
import { wholeIntent } from "./journal/stored-intent.ts";
import { droppedAt } from "./retention/retention-log.ts";
import type { SessionId, UndoId } from "../../shared/ids.ts";
import { movesIn } from "./operation-diffs.ts";
import { isChange, type Operation, type Operations } from "./operations.ts";
import type { Selection } from "./plan-paths.ts";

/**
 * What a target names: its operations, oldest first, only those of which something still stands. Not-found says why there are none.
 */
export function selectForUndo(target: UndoTarget, index: Operations): Selection {
  const writes = index.all().filter(({ intent }) => isChange(intent));
  const named = namedBy(target, writes, index);
  if (named.length === 0)
    throw new AppError("not-found", tooOld(target, index) ?? notFoundMessage(target));
  const standing = named.filter((operation) => index.stands(operation));
  const path = "path" in target ? target.path : undefined;
  const operations = path === undefined ? standing : onlyFile(standing, path, index);
  if (operations.length === 0)
    throw new AppError("not-found", "That is undone already. Redo brings it back.");
  return target.unit === "hunk"
    ? { operations, part: { path: target.path, hunk: target.hunk } }
    : { operations };
}

/** The operations as if they were about one file only: under all names that they gave it. */
function onlyFile(
  operations: readonly Operation[],
  path: string,
  index: Operations,
): readonly Operation[] {
  const names = new Set([path]);
  const moves = operations.flatMap((one) => movesIn(index.standing(one)));
  for (let known = 0; known < names.size;) {
    known = names.size;
    for (const { from, to } of moves) {
      if (names.has(from)) names.add(to);
      if (names.has(to)) names.add(from);
    }
  }
  return operations
    .map((operation) => ({
      ...operation,
      intent: {
        ...wholeIntent(operation.intent),
        entries: operation.intent.entries.filter((entry) => names.has(entry.path)),
      },
    }))
    .filter((operation) => index.standing(operation).length > 0);
}

function namedBy(
  target: UndoTarget,
  writes: readonly Operation[],
  index: Operations,
): readonly Operation[] {
  switch (target.unit) {
    case "last": {
      const last = lastStanding(target, writes, index);
      return last === undefined
        ? []
        : writes.filter(({ intent }) => intent.turnId === last.intent.turnId);
    }
    case "call":
      return writes.filter(({ intent }) => intent.callId === target.callId);
    case "turn":
      return writes.filter(({ intent }) => intent.turnId === target.turnId);
    case "session":
      return writes.filter(({ intent }) => intent.sessionId === target.sessionId);
    case "file":
    case "hunk": {
      const within = writes.filter((operation) => isWithin(operation, target));
      const isNamed = within.some(({ intent }) =>
        intent.entries.some((entry) => entry.path === target.path),
      );
      return isNamed ? within : [];
    }
    case "to": {
      const from = writes.findIndex(({ intent }) => intent.id === target.checkpointId);
      return from === -1 ? [] : writes.slice(from);
    }
  }
}

function lastStanding(
  { sessionId }: Extract<UndoTarget, { unit: "last" }>,
  writes: readonly Operation[],
  index: Operations,
): Operation | undefined {
  return writes.findLast(
    (operation) =>
      index.stands(operation) &&
      (sessionId === undefined || operation.intent.sessionId === sessionId),
  );
}

/** The target by name, as it is meant now: what is newest may be another turn by the time that a command has ended. */
export function nameTarget(target: UndoTarget, index: Operations): UndoTarget {
  if (target.unit !== "last") return target;
  const writes = index.all().filter(({ intent }) => isChange(intent));
  const turnId = lastStanding(target, writes, index)?.intent.turnId ?? null;
  return turnId === null ? target : { unit: "turn", turnId };
}

/** Whether an operation is of the call, turn or session that a part of a change is named by. */
function isWithin(
  { intent }: Operation,
  target: Extract<UndoTarget, { unit: "file" | "hunk" }>,
): boolean {
  if ("callId" in target) return intent.callId === target.callId;
  return "turnId" in target
    ? intent.turnId === target.turnId
    : intent.sessionId === target.sessionId;
}

/** What the storage limit took is not said to have never been. */
function tooOld(target: UndoTarget, index: Operations): string | null {
  const id = idOf(target);
  const at = id === undefined ? null : droppedAt(id, index.retention.drops());
  return at === null ? null : `Too old: dropped by the storage limit on ${at.slice(0, 10)}.`;
}

function idOf(target: UndoTarget): string | undefined {
  if ("checkpointId" in target) return target.checkpointId;
  if ("callId" in target && target.callId !== undefined) return target.callId;
  if ("turnId" in target && target.turnId !== undefined) return target.turnId;
  return "sessionId" in target ? target.sessionId : undefined;
}

function notFoundMessage(target: UndoTarget): string {
  switch (target.unit) {
    case "last":
      return "There is nothing to undo here.";
    case "call":
      return `Step ${target.callId} changed no file here.`;
    case "turn":
      return `Turn ${target.turnId} changed no file here.`;
    case "session":
      return `Session ${target.sessionId} changed no file here.`;
    case "file":
    case "hunk":
      return `${JSON.stringify(target.path)} was not changed there.`;
    case "to":
      return `There is no checkpoint ${target.checkpointId} here.`;
  }
}

/** The undo (or redo) to take back: the one named, or the newest undo that stands. */
export function selectForRedo(
  which: { readonly undoId?: UndoId; readonly sessionId?: SessionId },
  index: Operations,
): Operation {
  const reversals = index.all().filter(({ intent }) => !isChange(intent));
  const found =
    which.undoId === undefined
      ? reversals.findLast(
          (operation) =>
            operation.intent.kind === "undo" &&
            index.stands(operation) &&
            (which.sessionId === undefined ||
              operation.intent.sessionId === which.sessionId ||
              index.callsOf(operation).some((call) => call.sessionId === which.sessionId)),
        )
      : reversals.find(({ intent }) => intent.id === which.undoId);
  if (found === undefined)
    throw new AppError(
      "not-found",
      which.undoId === undefined
        ? "There is nothing to redo."
        : `There is no undo ${which.undoId} here.`,
    );
  if (!index.stands(found)) throw new AppError("not-found", "That is taken back already.");
  return found;
}
