import { describe, expect, it } from "vitest";
import { fileDiff } from "../../../src/main/checkpoints/file-diffs.ts";
import type { State } from "../../../src/main/checkpoints/image.ts";
import { blobId } from "../../../src/main/workspace/blob-id.ts";

function state(text: string): State {
  const content = Buffer.from(text);
  const image = { type: "file", mode: 0o644, size: content.length, blob: blobId(content) } as const;
  return { image, content };
}

const binary = (byte: number): State => state(`\0${String.fromCharCode(byte)}`);

const numbers = Array.from({ length: 60 }, (_, index) => `line ${index}`);
const text = (changed: Readonly<Record<number, string>>): string =>
  `${numbers.map((line, index) => changed[index] ?? line).join("\n")}\n`;
const keys = (changed: Readonly<Record<number, string>>, path = "a.ts"): readonly string[] =>
  fileDiff(path, state(text({})), state(text(changed))).hunks.map((hunk) => hunk.key);

describe("the key of a change", () => {
  it("stays when another part of the file changes, also one above that adds lines", () => {
    const [alone] = keys({ 40: "changed" });
    expect(keys({ 5: "new\nnewer\nnewest", 40: "changed" })[1]).toBe(alone);
  });

  it("is another one when the change itself says something else", () => {
    expect(keys({ 40: "changed" })).not.toEqual(keys({ 40: "changed again" }));
    expect(keys({ 40: "changed" })).not.toEqual(keys({ 40: "changed", 42: "and this" }));
    expect(keys({ 40: "changed" })).not.toEqual(keys({ 40: "changed" }, "b.ts"));
  });

  it("tells two equal changes of one file apart", () => {
    const before = "same\n".repeat(40);
    const lines = before.split("\n");
    const after = lines.with(10, "other").with(30, "other").join("\n");
    const [first, second] = fileDiff("a", state(before), state(after)).hunks;
    expect(first?.lines).toEqual(second?.lines);
    expect(first?.key).not.toBe(second?.key);
  });

  it("of a whole file says what is on both sides, also where no line can be shown", () => {
    const first = fileDiff("a", binary(1), binary(2));
    expect(first.binary).toBe(true);
    expect(fileDiff("a", binary(1), binary(2)).key).toBe(first.key);
    expect(fileDiff("a", binary(1), binary(3)).key).not.toBe(first.key);
  });
});
