import type { UndoTarget } from "../../../../src/shared/checkpoint.ts";
import {
  callIdSchema,
  checkpointIdSchema,
  sessionIdSchema,
  turnIdSchema,
} from "../../../../src/shared/ids.ts";
import type { Cast } from "./attempt.ts";
import { isChange, standing, type Belief } from "./oracle.ts";
import type { Action } from "./steps.ts";

export type UndoAction = Action & { readonly do: "undo" };

export interface Chosen {
  readonly target: UndoTarget;
  /** The acts that it names, oldest first. */
  readonly indexes: readonly number[];
  /** It is about this file only, under all names that the acts gave it. */
  readonly path: string | null;
}

/** What an undo is about; undefined where there is nothing that could be named. */
export function choose(cast: Cast, belief: Belief, action: UndoAction): Chosen | undefined {
  const writes = [...belief.done.entries()].filter(([, act]) => isChange(act));
  const sessionId = cast.sessions[action.session];
  const picked = writes[action.pick % Math.max(1, writes.length)];
  const of = (test: (act: Belief["done"][number]) => boolean): number[] =>
    writes.filter(([, act]) => test(act)).map(([index]) => index);
  if (action.unit === "session")
    return {
      target: { unit: "session", sessionId },
      indexes: of((act) => act.session === sessionId),
      path: null,
    };
  if (action.unit === "last") {
    const last = writes.findLast(
      ([, act]) => act.session === sessionId && standing(act).length > 0,
    );
    const turn = last?.[1].turn;
    return {
      target: { unit: "last", sessionId },
      indexes: last === undefined ? [] : of((act) => act.turn === turn),
      path: null,
    };
  }
  if (picked === undefined) return undefined;
  const [from, act] = picked;
  if (action.unit === "turn")
    return {
      target: { unit: "turn", turnId: turnIdSchema.parse(act.turn) },
      indexes: of((one) => one.turn === act.turn),
      path: null,
    };
  if (action.unit === "file") {
    const [path = ""] = act.entries.keys();
    const isOfTurn = action.pick % 2 === 0;
    return {
      target: isOfTurn
        ? { unit: "file", turnId: turnIdSchema.parse(act.turn), path }
        : { unit: "file", sessionId: sessionIdSchema.parse(act.session), path },
      indexes: of((one) => (isOfTurn ? one.turn === act.turn : one.session === act.session)),
      path,
    };
  }
  if (action.unit === "to")
    return act.id === ""
      ? undefined
      : {
          target: { unit: "to", checkpointId: checkpointIdSchema.parse(act.id) },
          indexes: writes.map(([index]) => index).filter((index) => index >= from),
          path: null,
        };
  const callId = callIdSchema.parse(act.call);
  if (action.unit === "call")
    return { target: { unit: "call", callId }, indexes: [from], path: null };
  const paths = [...act.entries.keys()];
  const path = paths[action.pick % paths.length] ?? "";
  return { target: { unit: "call", callId, path }, indexes: [from], path };
}
