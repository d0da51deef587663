import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createTextGrowth, type SendingHabit } from "../../../src/main/providers/text-growth.ts";

/** What is passed on of these frames, frame by frame, and what was held back to the end. */
function grow(frames: readonly string[], silent: readonly number[] = []) {
  const habit: SendingHabit = { kind: "unknown" };
  const growth = createTextGrowth(habit);
  const passedOn = frames.map((text, index) => growth.take(text, silent.includes(index)));
  return { passedOn, text: passedOn.join("") + growth.settle(), habit: habit.kind };
}

const sofar = (pieces: readonly string[]): string[] =>
  pieces.map((_, index) => pieces.slice(0, index + 1).join(""));

/** Pieces as tokens are: words, blanks, brackets; not each the beginning of the next. */
const pieces = fc
  .array(
    fc.constantFrom("The", " file", " is", "\n", "  ", "  return", "(", "()", "==", " 好", "👋"),
    {
      minLength: 1,
      maxLength: 30,
    },
  )
  .filter(([first = "", second = ""]) => !second.startsWith(first));

test("pieces are passed on as they come, none held back", () => {
  fc.assert(
    fc.property(pieces, (given) => {
      const { passedOn } = grow(given);
      expect(passedOn).toEqual(given);
    }),
  );
});

test("whole texts are told apart by what they repeat, and come out once", () => {
  fc.assert(
    fc.property(pieces, (given) => {
      const text = `Reading it now: ${given.join("")}`;
      expect(grow([...sofar(["Reading it now: ", ...given]), text]).text).toBe(text);
    }),
  );
});

test.each<[string, readonly string[], string]>([
  ["a ruler in growing pieces", ["=", "==", "====", "========"], "==============="],
  ["indentation, then text that refutes it", ["  ", "    ", "    x", "y"], "          xy"],
  ["the same word twice", ["ha", "ha"], "haha"],
  ["the same line three times", ["next();", "next();", "next();"], "next();next();next();"],
  ["one piece", ["Hello"], "Hello"],
  ["empty pieces between", ["Hel", "", "lo", ""], "Hello"],
  ["a piece that begins like the first by chance", ["I", "Indeed", " so"], "IIndeed so"],
])("nothing is left out of %s", (_what, frames, text) => {
  expect(grow(frames).text).toBe(text);
});

test.each<[string, readonly string[], string]>([
  ["a sentence", ["I", "I will", "I will read", "I will read it."], "I will read it."],
  ["two frames only", ["I will", "I will read."], "I will read."],
  [
    "an end that changes, as of half a character",
    ["Now", "Now it", "Now it \u{fffd}", "Now it 👋!", "Now it 👋! Bye"],
    "Now it \u{fffd}👋! Bye",
  ],
  [
    "a frame that is shorter again",
    ["abcd", "abcdef", "abcdefgh", "abcd", "abcdefghi"],
    "abcdefghi",
  ],
])("whole texts are replaced, not appended: %s", (_what, frames, text) => {
  expect(grow(frames).text).toBe(text);
});

test("what the provider counts as nothing new is a repetition, however short", () => {
  expect(grow(["OK", "OK"], [1])).toMatchObject({ text: "OK", habit: "whole" });
  expect(grow(["OK", "OK"])).toMatchObject({ text: "OKOK", habit: "unknown" });
});

test("evidence from the reasoning counts for the text", () => {
  const habit: SendingHabit = { kind: "unknown" };
  const reasoning = createTextGrowth(habit);
  for (const text of ["Let me", "Let me see", "Let me see it"]) reasoning.take(text);
  const content = createTextGrowth(habit);
  expect(["a", "aa", "aaa"].map((text) => content.take(text))).toEqual(["a", "a", "a"]);
});

test("text streams on at the third frame at the latest", () => {
  expect(grow(["I", "I will", "I will read"]).passedOn).toEqual(["I", "", " will read"]);
});

test("a long text that comes whole in every frame is read as it comes", () => {
  const text = "const some = code;\n".repeat(5_000);
  const frames = Array.from({ length: text.length / 4 }, (_, at) => text.slice(0, (at + 1) * 4));
  expect(grow(frames).text).toBe(text.slice(0, frames.length * 4));
});
