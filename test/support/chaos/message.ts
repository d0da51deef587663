import * as fc from "fast-check";

/** What a model says in one answer, in no protocol's terms. */
export interface ScriptedMessage {
  readonly reasoning: string;
  readonly text: string;
  readonly calls: readonly ScriptedToolCall[];
  readonly finish: "stop" | "length";
  readonly usage: { readonly input: number; readonly output: number } | null;
}

export interface ScriptedToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON of an object. */
  readonly argumentsText: string;
}

/** How a server tells it: none of this changes what was said. */
export interface Telling {
  /** UTF-16 units in each delta. */
  readonly pieceSize: number;
  /** Which call a piece belongs to: `right`, `sparse` (3, 5, 7), all `zero`, or `missing`. */
  readonly indexes: "right" | "sparse" | "zero" | "missing";
  /** The first piece has the id; the others "", nothing at all, or the same again. */
  readonly moreIds: "empty" | "missing" | "again";
  /** The name comes with the first arguments, before them, or again in every piece. */
  readonly names: "with" | "before" | "again";
  /** Pieces of parallel calls in turns. Only where index or id tells them apart. */
  readonly inTurns: boolean;
  /** Arguments as what is new, as all so far in each piece, or as what is new and all once more at the end. */
  readonly arguments: "new" | "growing" | "repeated";
  /** A last piece of arguments that is "" [recorded]. */
  readonly strayPiece: boolean;
  /** Every key that may be there and says nothing is null. */
  readonly nulls: boolean;
  /** Non-ASCII characters as \\u escapes, halves of a character each on its own. */
  readonly ascii: boolean;
  readonly usageIn: "own frame" | "finish frame" | "every frame";
}

/** One thing a frame tells. */
export type Delta =
  | { readonly kind: "reasoning" | "text"; readonly text: string }
  | {
      readonly kind: "call";
      readonly index: number | null;
      readonly id: string | null;
      readonly name: string | null;
      readonly text: string;
    };

/** Bits that are hard on whoever cuts, escapes or frames them. */
const bits = [
  ..."ab \n\t\"\\'{}[]:,".split(""),
  "\r",
  "\0",
  "\u00e9",
  "e\u0301",
  "\u6f22",
  "\u2028",
  "\uFEFF",
  "\uFFFD",
  "\u{1F469}\u200D\u{1F469}\u200D\u{1F467}",
  "\u{10FFFF}",
  "\u202E",
  "null",
  "\\n",
  "\\\\u00e9",
  "\\ud83d",
  "<tool_call>",
  "data: [DONE]\n\n",
  ":HTTP_STATUS/500\r\n\r\n",
  "def f(x):\n    return x",
] as const;

/** Any characters; fast-check's own strings of them take seconds to set up. */
export const toText = (codePoints: readonly number[]): string =>
  String.fromCodePoint(...codePoints).toWellFormed();

const anyText = fc.oneof(
  fc.array(fc.constantFrom(...bits), { maxLength: 12 }).map((parts) => parts.join("")),
  fc.array(fc.nat(0x10ffff), { maxLength: 10 }).map(toText),
);

const anyArguments = fc.oneof(
  fc.record({ path: anyText, content: anyText }),
  fc
    .array(fc.tuple(anyText, fc.oneof(anyText, fc.double(), fc.constant(null))), { maxLength: 3 })
    .map((fields) => Object.fromEntries(fields)),
  // Beginnings that come again, so that what is new looks like all so far.
  fc.tuple(fc.constantFrom("a", "{", "[{"), fc.nat(3)).map(([key, depth]) => {
    let value: unknown = { [key]: 1 };
    for (let level = 0; level < depth; level += 1) value = { [key]: value };
    return value;
  }),
  // Escapes inside escapes, as a file of JSON has them.
  fc.array(anyText, { maxLength: 2 }).map((texts) => ({
    path: "a/\u00fc.json",
    content: JSON.stringify(JSON.stringify(texts)),
  })),
);

const anyWord = (prefix: string): fc.Arbitrary<string> =>
  fc.nat(0xffffff).map((number) => `${prefix}${number.toString(16)}`);

/** Every call's id is its own: what happens to repeated ones is not a matter of how the bytes come. */
const anyCalls = fc
  .uniqueArray(fc.record({ id: anyWord("call_"), name: anyWord("tool-"), value: anyArguments }), {
    maxLength: 4,
    selector: ({ id }) => id,
  })
  .map((calls) =>
    calls.map(({ id, name, value }) => ({ id, name, argumentsText: JSON.stringify(value) })),
  );

export const anyMessage: fc.Arbitrary<ScriptedMessage> = fc.record({
  reasoning: anyText,
  text: anyText,
  calls: anyCalls,
  finish: fc.constantFrom("stop", "stop", "stop", "length"),
  usage: fc.option(fc.record({ input: fc.integer({ min: 1, max: 1e6 }), output: fc.nat(1e5) })),
});

export const anyTelling: fc.Arbitrary<Telling> = fc
  .record({
    pieceSize: fc.constantFrom(1, 2, 3, 5, 8, 13, 21, 1000),
    indexes: fc.constantFrom("right", "right", "sparse", "zero", "missing"),
    moreIds: fc.constantFrom("empty", "missing", "again"),
    names: fc.constantFrom("with", "before", "again"),
    inTurns: fc.boolean(),
    arguments: fc.constantFrom("new", "new", "new", "growing", "repeated"),
    strayPiece: fc.boolean(),
    nulls: fc.boolean(),
    ascii: fc.boolean(),
    usageIn: fc.constantFrom("own frame", "finish frame", "every frame"),
  })
  .map((telling) => ({ ...telling, inTurns: telling.inTurns && tellsApart(telling) }));

const tellsApart = ({ indexes, moreIds }: Pick<Telling, "indexes" | "moreIds">): boolean =>
  indexes === "right" || indexes === "sparse" || moreIds === "again";

/** A message as the deltas of a stream. */
export function deltasOf(message: ScriptedMessage, telling: Telling): readonly Delta[] {
  const cut = (text: string): readonly string[] => piecesOf(text, telling.pieceSize);
  const calls = message.calls.map((call, position) => callDeltas(call, position, telling));
  return [
    ...cut(message.reasoning).map((text): Delta => ({ kind: "reasoning", text })),
    ...cut(message.text).map((text): Delta => ({ kind: "text", text })),
    ...(telling.inTurns ? inTurns(calls) : calls.flat()),
  ];
}

function callDeltas(
  { id, name, argumentsText }: ScriptedToolCall,
  position: number,
  telling: Telling,
): readonly Delta[] {
  const { indexes, moreIds, names, strayPiece } = telling;
  const index = { right: position, sparse: 3 + position * 2, zero: 0, missing: null }[indexes];
  const texts = [
    ...(names === "before" ? [""] : []),
    ...argumentPieces(argumentsText, telling),
    ...(strayPiece ? [""] : []),
  ];
  return texts.map((text, at) => ({
    kind: "call",
    index,
    id: at === 0 || moreIds === "again" ? id : { empty: "", missing: null }[moreIds],
    name: at === 0 || names === "again" ? name : null,
    text,
  }));
}

function argumentPieces(text: string, { pieceSize, arguments: how }: Telling): readonly string[] {
  const pieces = piecesOf(text, pieceSize);
  if (how === "repeated") return [...pieces, text];
  return how === "new" ? pieces : pieces.map((_, at) => pieces.slice(0, at + 1).join(""));
}

function piecesOf(text: string, size: number): readonly string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; at += size) pieces.push(text.slice(at, at + size));
  return pieces;
}

function inTurns<T>(queues: readonly (readonly T[])[]): readonly T[] {
  const longest = Math.max(0, ...queues.map(({ length }) => length));
  return Array.from({ length: longest }, (_, turn) =>
    queues.flatMap((queue) => queue.slice(turn, turn + 1)),
  ).flat();
}
