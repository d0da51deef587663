import type { UndoTarget } from "../../shared/checkpoint.ts";
import type { Operation, Operations } from "./operations.ts";
import { isUncovered } from "./uncovered.ts";

/** Of the commands that a target names: how many did something that undo cannot bring back. */
export function uncoveredCommands(target: UndoTarget, index: Operations): number {
  const calls = commandsOf(target, index.all(), index)
    .filter(({ intent: { command } }) =>
      command === undefined ? false : command.history !== null || isUncovered(command.uncovered),
    )
    .map(({ intent }) => intent.callId);
  return new Set(calls).size;
}

function commandsOf(
  target: UndoTarget,
  all: readonly Operation[],
  index: Operations,
): readonly Operation[] {
  switch (target.unit) {
    case "turn":
      return all.filter(({ intent }) => intent.turnId === target.turnId);
    case "session":
      return all.filter(({ intent }) => intent.sessionId === target.sessionId);
    case "call":
      return target.path === undefined
        ? all.filter(({ intent }) => intent.callId === target.callId)
        : [];
    case "to": {
      const from = all.findIndex(({ intent }) => intent.id === target.checkpointId);
      return from === -1 ? [] : all.slice(from);
    }
    case "last": {
      const last = all.findLast(
        (operation) =>
          operation.intent.turnId !== null &&
          index.stands(operation) &&
          (target.sessionId === undefined || operation.intent.sessionId === target.sessionId),
      );
      return all.filter(({ intent }) => last !== undefined && intent.turnId === last.intent.turnId);
    }
    case "file":
    case "hunk":
      return [];
  }
}
