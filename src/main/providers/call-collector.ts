import type { ModelToolCall } from "../agent/ports.ts";
import { createArgumentsText, type ArgumentsText } from "./join-arguments.ts";

/** One piece of a tool call; "" and null stand for what it does not say. */
export interface CallPiece {
  readonly index: number | null;
  readonly id: string;
  readonly name: string;
  /** Of the arguments. */
  readonly text: string;
}

interface OpenCall {
  id: string;
  name: string;
  readonly arguments: ArgumentsText;
}

/** Puts tool calls together from their pieces. */
export interface CallCollector {
  take(piece: CallPiece): void;
  /** The calls in the order they began; undefined when one has no name, which nobody can run. */
  calls(): readonly ModelToolCall[] | undefined;
}

/**
 * By index and id; a new id under a used index begins another call, and a piece without index belongs to the call of its id, else
 * to the last one: streams with missing, repeated and all-zero indexes are in use.
 */
export function createCallCollector(): CallCollector {
  const calls: OpenCall[] = [];
  /** By index and id together; by index alone the one that the last piece was for, and the same of any index. */
  const known = new Map<string, OpenCall>();
  let last: OpenCall | undefined;

  function begin({ id }: CallPiece): OpenCall {
    const call: OpenCall = { id, name: "", arguments: createArgumentsText() };
    calls.push(call);
    return call;
  }

  function callFor(piece: CallPiece): OpenCall {
    const { index, id } = piece;
    if (id !== "") {
      const own = known.get(`${index ?? ""} ${id}`);
      if (own !== undefined) return own;
    }
    if (index === null) return (id === "" ? last : undefined) ?? begin(piece);
    const open = known.get(`${index}`);
    if (open !== undefined) return id !== "" && open.id !== "" ? begin(piece) : open;
    const isBare = id === "" && piece.name === "";
    return (isBare ? last : undefined) ?? begin(piece);
  }

  function remember(call: OpenCall, { index, id }: CallPiece): void {
    last = call;
    if (index !== null) known.set(`${index}`, call);
    if (id !== "") known.set(`${index ?? ""} ${id}`, call);
  }

  return {
    take(piece) {
      const call = callFor(piece);
      if (call.id === "") call.id = piece.id;
      remember(call, piece);
      // Some repeat the name in every piece, so it is taken once.
      if (call.name === "") call.name = piece.name;
      call.arguments.take(piece.text);
    },
    calls() {
      if (calls.some(({ name }) => name === "")) return undefined;
      const used = new Set<string>();
      return calls.map((call, position) => ({
        id: freeId(call.id === "" ? `call_${position + 1}` : call.id, used),
        name: call.name,
        argumentsText: orNone(call.arguments.text()),
      }));
    },
  };
}

/** A tool without parameters is often called with nothing at all. */
const orNone = (text: string): string => (text.trim() === "" ? "{}" : text);

/** Results are matched by id, so two calls of one answer must not share one. */
function freeId(wanted: string, used: Set<string>): string {
  let id = wanted;
  for (let next = 2; used.has(id); next += 1) id = `${wanted}-${next}`;
  used.add(id);
  return id;
}
