import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { nodeFileOps, type FileOps } from "../../../src/main/checkpoints/file-ops.ts";
import { createCheckpointFixture, move, write } from "../../support/checkpoint-fixture.ts";
import { faultsOf } from "../../support/undo-faults.ts";

const merge = { conflicts: "merge" } as const;
const overwrite = { conflicts: "overwrite" } as const;

describe("names", () => {
  it.each([
    ["a newline", "a\nb"],
    ["quotes and a backslash", "a\"'\\b"],
    ["a leading dash", "-rf"],
    ["a leading colon", ":(literal)x"],
    ["composed letters", "\u00e9"],
    ["decomposed letters", "e\u0301"],
    ["only spaces", "  "],
    ["250 bytes", "n".repeat(220)],
  ])("%s: written, undone and redone, and git can read the store", async (_, name) => {
    await using fixture = await createCheckpointFixture();
    writeFileSync(fixture.path(name), "1");
    expect(await faultsOf(fixture, name, [Buffer.from("1"), Buffer.from("2")])).toEqual([]);
  });

  it("composed and decomposed letters are two files where the volume says so", async () => {
    await using fixture = await createCheckpointFixture();
    writeFileSync(fixture.path("\u00e9"), "composed");
    const { callId } = await fixture.apply([write("e\u0301", "decomposed", null)]);
    await fixture.service.undo({ unit: "call", callId }, merge);
    expect(readdirSync(fixture.root)).toEqual(["\u00e9"]);
  });

  it("a rename that changes only the case is refused where the volume folds it, and says what to do", async () => {
    await using fixture = await createCheckpointFixture(foldingOps());
    writeFileSync(fixture.path("Name"), "1");
    const { turnId } = await fixture.apply([write("x", "1", null)]);
    await expect(fixture.apply([move("Name", "name", "1")])).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("another name first"),
    });
    await fixture.apply([move("Name", "between", "1")], { turnId });
    await fixture.apply([move("between", "name", "1")], { turnId });
    const { conflicts } = await fixture.service.undo({ unit: "turn", turnId }, overwrite);
    expect(conflicts.map(({ path }) => path).toSorted()).toEqual(["Name", "name"]);
    expect(readFileSync(fixture.path("name"), "utf8")).toBe("1");
  });
});

const real = (path: string): string => {
  const cut = path.lastIndexOf("/");
  const [folder, name] = [path.slice(0, cut), path.slice(cut + 1)];
  const names = existsSync(folder) ? readdirSync(folder) : [];
  if (names.includes(name)) return path;
  const found = names.find((one) => one.toLowerCase() === name.toLowerCase());
  return found === undefined ? path : `${folder}/${found}`;
};

/** File operations on a volume that takes names of another case for the same. Folders are found by their own name only. */
function foldingOps(): FileOps {
  return {
    ...nodeFileOps,
    open: (path, flags, mode) => nodeFileOps.open(real(path), flags, mode),
    lstat: (path) => nodeFileOps.lstat(real(path)),
    lstatSync: (path) => nodeFileOps.lstatSync(real(path)),
    unlink: (path) => nodeFileOps.unlink(real(path)),
    rename: (from, to) => nodeFileOps.rename(real(from), to),
    exchange: ({ path, temporary, aside }) => {
      nodeFileOps.exchange({ path: aside === null ? path : real(path), temporary, aside });
    },
  };
}
