import type { ModelToolCall } from "../agent/ports.ts";

/** One piece of a tool call as streams carry it: any field may be missing, null or empty. */
export interface CallPiece {
  readonly index?: number | null | undefined;
  readonly id?: string | null | undefined;
  readonly function?:
    | { readonly name?: string | null | undefined; readonly arguments?: string | null | undefined }
    | null
    | undefined;
}

interface OpenCall {
  id: string;
  name: string;
  argumentsText: string;
}

/** Puts tool calls together from their pieces. */
export interface CallCollector {
  take(piece: CallPiece): void;
  /** The calls in the order they began; undefined when one has no name, which nobody can run. */
  calls(): readonly ModelToolCall[] | undefined;
}

/**
 * By index; a new id under a used index begins another call, and a piece without index belongs to the call of its id, else to
 * the last one: streams with missing, repeated and all-zero indexes are in use.
 */
export function createCallCollector(): CallCollector {
  const calls: OpenCall[] = [];
  const byIndex = new Map<number, OpenCall>();

  function begin(piece: CallPiece): OpenCall {
    const call: OpenCall = { id: piece.id ?? "", name: "", argumentsText: "" };
    calls.push(call);
    if (piece.index != null) byIndex.set(piece.index, call);
    return call;
  }

  function callFor(piece: CallPiece): OpenCall {
    const id = piece.id ?? "";
    if (piece.index == null) {
      const named = id === "" ? undefined : calls.find((call) => call.id === id);
      return named ?? (id === "" ? calls.at(-1) : undefined) ?? begin(piece);
    }
    const open = byIndex.get(piece.index);
    if (open !== undefined)
      return id !== "" && open.id !== "" && open.id !== id ? begin(piece) : open;
    const isBare = id === "" && (piece.function?.name ?? "") === "";
    return (isBare ? calls.at(-1) : undefined) ?? begin(piece);
  }

  return {
    take(piece) {
      const call = callFor(piece);
      const { name, arguments: text } = piece.function ?? {};
      if (call.id === "") call.id = piece.id ?? "";
      // Some repeat the name in every piece, so it is taken once.
      if (call.name === "") call.name = name ?? "";
      call.argumentsText += text ?? "";
    },
    calls() {
      if (calls.some(({ name }) => name === "")) return undefined;
      const used = new Set<string>();
      return calls.map((call, position) => ({
        id: freeId(call.id === "" ? `call_${position + 1}` : call.id, used),
        name: call.name,
        // A tool without parameters is often called with nothing at all.
        argumentsText: call.argumentsText.trim() === "" ? "{}" : call.argumentsText,
      }));
    },
  };
}

/** Results are matched by id, so two calls of one answer must not share one. */
function freeId(wanted: string, used: Set<string>): string {
  let id = wanted;
  for (let next = 2; used.has(id); next += 1) id = `${wanted}-${next}`;
  used.add(id);
  return id;
}
