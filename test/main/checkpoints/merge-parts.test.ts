import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mergeContent } from "../../../src/main/checkpoints/merge.ts";
import { mergeParts } from "../../../src/main/checkpoints/merge-parts.ts";

const lines = fc
  .array(fc.constantFrom("a\n", "b\n", "c\r\n", "d\n"), { maxLength: 8 })
  .chain((list) => fc.constantFrom(list.join(""), `${list.join("")}end`));

const around = (middle: string): Buffer => Buffer.from(`first\n${middle}\nlast\n`);

describe("the parts of a merge", () => {
  it("joined with what is there now lose no line of it, and overlap exactly where undo does", () => {
    fc.assert(
      fc.property(lines, lines, lines, (now, changed, old) => {
        const sides = {
          now: Buffer.from(now),
          changed: Buffer.from(changed),
          old: Buffer.from(old),
        };
        const parts = mergeParts(sides) ?? [];
        const joined = parts.map((part) => (part.kind === "same" ? part.text : part.now)).join("");
        const merged = mergeContent({
          base: sides.changed,
          current: sides.now,
          target: sides.old,
          overlap: "none",
        });
        const overlaps = parts.some((part) => part.kind === "overlap");
        expect(overlaps).toBe(merged === undefined);
        if (merged !== undefined) expect(joined).toBe(merged.toString());
      }),
    );
  });

  it("name all three texts of an overlap", () => {
    expect(
      mergeParts({ now: around("mine"), changed: around("agent"), old: around("old") }),
    ).toEqual([
      { kind: "same", text: "first\n" },
      { kind: "overlap", now: "mine\n", changed: "agent\n", old: "old\n" },
      { kind: "same", text: "last\n" },
    ]);
  });

  it("are none for what is no text or is not there", () => {
    const text = Buffer.from("a\n");
    const binary = Buffer.from([0, 1]);
    const latin = Buffer.from([0xe9, 0x0a]);
    expect(mergeParts({ now: binary, changed: text, old: text })).toBeNull();
    expect(mergeParts({ now: text, changed: latin, old: text })).toBeNull();
    expect(mergeParts({ now: text, changed: text, old: null })).toBeNull();
  });
});
