import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createCallCollector, type CallPiece } from "../../../src/main/providers/call-collector.ts";

const anyCall = fc.record({
  name: fc.stringMatching(/^[a-z_]{1,12}$/),
  text: fc.json(),
  cuts: fc.array(fc.nat(40), { maxLength: 6 }),
});

interface AnyCall {
  readonly name: string;
  readonly text: string;
  readonly cuts: readonly number[];
}

function cut(text: string, places: readonly number[]): string[] {
  const edges = [...new Set([0, ...places.map((place) => place % (text.length + 1)), text.length])];
  const sorted = edges.toSorted((a, b) => a - b);
  return sorted.slice(1).map((end, index) => text.slice(sorted[index], end));
}

/** The pieces of one call as the service sends them: id and name once, then arguments, then a stray "". */
const piecesOf = ({ name, text, cuts }: AnyCall, index: number): CallPiece[] => [
  { index, id: `id_${index}`, name, text: "" },
  ...cut(text, cuts).map((piece) => ({ index, id: "", name: "", text: piece })),
  { index, id: "", name: "", text: "" },
];

function inTurns(queues: readonly (readonly CallPiece[])[]): readonly CallPiece[] {
  const longest = Math.max(...queues.map(({ length }) => length));
  return Array.from({ length: longest }, (_, turn) =>
    queues.flatMap((queue) => queue.slice(turn, turn + 1)),
  ).flat();
}

const collect = (pieces: readonly CallPiece[]) => {
  const collector = createCallCollector();
  for (const piece of pieces) collector.take(piece);
  return collector.calls();
};

const expected = (calls: readonly AnyCall[]) =>
  calls.map(({ name, text }, index) => ({ id: `id_${index}`, name, argumentsText: text }));

const someCalls = fc.array(anyCall, { minLength: 1, maxLength: 4 });

test("calls come out as they went in, wherever their arguments are cut", () => {
  fc.assert(
    fc.property(someCalls, (calls) => {
      expect(collect(calls.flatMap(piecesOf))).toEqual(expected(calls));
    }),
  );
});

test("calls come out the same when their pieces come in turns", () => {
  fc.assert(
    fc.property(someCalls, (calls) => {
      expect(collect(inTurns(calls.map(piecesOf)))).toEqual(expected(calls));
    }),
  );
});

test("calls come out the same when every index is 0 or missing, one call after the other", () => {
  fc.assert(
    fc.property(someCalls, fc.constantFrom(0, null), (calls, index) => {
      const pieces = calls.flatMap(piecesOf).map((piece) => ({ ...piece, index }));
      expect(collect(pieces)).toEqual(expected(calls));
    }),
  );
});

test("calls whose pieces come in turns without a telling index are told apart by the ids on each piece", () => {
  fc.assert(
    fc.property(someCalls, fc.constantFrom(0, null), (calls, index) => {
      const queues = calls.map((call, position) =>
        piecesOf(call, position).map((piece) => ({ ...piece, index, id: `id_${position}` })),
      );
      expect(collect(inTurns(queues))).toEqual(expected(calls));
    }),
  );
});

test("a call that nobody named is no answer at all", () => {
  expect(collect([{ index: 0, id: "a", name: "", text: "{}" }])).toBeUndefined();
});

test.each([
  ['{"a":{"a":1}}', ['{"a":', '{"a":', "1}}"]],
  ['{"a":1}', ["{", '{"a":', '{"a":1}', '{"a":1}']],
  ['{"a":1}', ['{"a"', ":1}", '{"a":1}']],
  ['{"a":1}', ['{"a":1}', '{"a":1}']],
  ['{"a":', ["{", '{"a"', '{"a":']],
])("arguments of %s are told from what repeats them: %j", (text, pieces) => {
  const calls = collect(pieces.map((piece) => ({ index: 0, id: "a", name: "look", text: piece })));
  expect(calls).toEqual([{ id: "a", name: "look", argumentsText: text }]);
});

test("arguments of which each piece holds all so far are joined whatever their size", () => {
  const text = JSON.stringify({ path: "a.txt", content: "0123456789 ".repeat(6_400) });
  const pieces = Array.from({ length: Math.ceil(text.length / 4) }, (_, at) =>
    text.slice(0, (at + 1) * 4),
  );
  const call = { index: 0, id: "", name: "" };
  const sent = pieces.map((piece) => ({ ...call, text: piece }));
  const start = { ...call, id: "a", name: "write_file", text: "" };
  expect(collect([start, ...sent])).toEqual([{ id: "a", name: "write_file", argumentsText: text }]);
  // One more piece that is not all so far: nobody knows what was meant, and nothing may run.
  const spoilt = collect([start, ...sent, { ...call, text: text.slice(5) }])?.[0]?.argumentsText;
  expect(() => JSON.parse(spoilt ?? "")).toThrow(SyntaxError);
});
