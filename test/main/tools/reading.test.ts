import { execFileSync } from "node:child_process";
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blobId } from "../../../src/main/workspace/blob-id.ts";
import { createToolFixture, type ToolFixture } from "../../support/tool-fixture.ts";

/** Reads all pages and joins what they show. */
async function readAll(tools: ToolFixture, path: string, limit: number): Promise<string[]> {
  const lines: string[] = [];
  for (let offset = 1; ;) {
    const { result } = await tools.call("read_file", { path, offset, limit });
    for (const line of result.split("\n")) {
      const match = /^(\d+)\t([^]*)$/.exec(line);
      if (match === null) continue;
      expect(Number(match[1])).toBe(lines.length + 1);
      lines.push(match[2] ?? "");
    }
    const next = /go on with offset (\d+)/.exec(result);
    if (next === null) return lines;
    offset = Number(next[1]);
  }
}

describe("read_file", () => {
  it("joins from its pages to the file, whatever its line ends and page size", async () => {
    await using tools = createToolFixture();
    const line = fc
      .string({ unit: "grapheme", maxLength: 12 })
      .map((text) => text.replaceAll(/[\p{Cc}\u2028\u2029\uFEFF]/gu, "x"));
    const file = fc.record({
      lines: fc.array(line, { minLength: 1, maxLength: 40 }),
      end: fc.constantFrom("\n", "\r\n"),
      final: fc.boolean(),
      bom: fc.boolean(),
      limit: fc.integer({ min: 1, max: 15 }),
    });
    await fc.assert(
      fc.asyncProperty(file, async ({ lines, end, final, bom, limit }) => {
        const text = lines.join(end) + (final ? end : "");
        fc.pre(text !== "" && (final || lines.at(-1) !== ""));
        tools.put("a.txt", (bom ? "\uFEFF" : "") + text);
        expect(await readAll(tools, "a.txt", limit)).toEqual(lines);
        expect(tools.reads.seen("a.txt")).toBe(blobId(Buffer.from((bom ? "\uFEFF" : "") + text)));
      }),
      { numRuns: 60 },
    );
  });

  it("pages by size as well as by lines, and says how to go on", async () => {
    const lines = Array.from({ length: 3000 }, (_, index) => `line ${index} ${"x".repeat(90)}`);
    await using tools = createToolFixture({ "big.txt": `${lines.join("\n")}\n` });
    const { result } = await tools.call("read_file", { path: "big.txt" });
    expect(result.length).toBeLessThan(60_000);
    expect(result).toMatch(/lines 1-\d+ of 3000; go on with offset \d+/);
    expect(await readAll(tools, "big.txt", 2000)).toEqual(lines);
  });

  it("cuts a long line between characters, and shows more of it alone", async () => {
    await using tools = createToolFixture({ "a.min.js": `short\n${"é".repeat(20_000)}\n` });
    const both = (await tools.call("read_file", { path: "a.min.js" })).result;
    expect(both).toContain("… [38000 bytes of this line cut]");
    expect(both).toContain("offset 2, limit 1");
    expect(both).not.toContain("�");
    const alone = (await tools.call("read_file", { path: "a.min.js", offset: 2, limit: 1 })).result;
    expect(alone).toContain("é".repeat(20_000));
  });

  it("reads the end of a large sparse file in a stream", async () => {
    await using tools = createToolFixture();
    const file = openSync(join(tools.root, "log.txt"), "w");
    writeSync(file, "first\n");
    const block = Buffer.from(`${"y".repeat(1023)}\n`.repeat(1024));
    for (let megabyte = 0; megabyte < 200; megabyte += 1) writeSync(file, block);
    writeSync(file, "last\n");
    closeSync(file);
    const before = process.memoryUsage().rss;
    const { result } = await tools.call("read_file", { path: "log.txt", offset: 204_802 });
    expect(result).toContain("204802\tlast");
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
  });

  it.each([
    ["a.png", Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"), "PNG image"],
    ["a.bin", Buffer.from([0, 1, 2, 3]), "binary file (.bin)"],
    ["u.txt", Buffer.from("fffe61006200", "hex"), "UTF-16 text"],
    ["prog", Buffer.concat([Buffer.from("7f454c46", "hex"), Buffer.alloc(60)]), "ELF program"],
  ])("names the kind and size of %s instead of showing it", async (path, bytes, kind) => {
    await using tools = createToolFixture({ [path]: bytes });
    const { status, result } = await tools.call("read_file", { path });
    expect(status).toBe("failed");
    expect(result).toContain(kind);
    expect(result).toContain(`${bytes.length} bytes`);
    // It counts as read, so that it can be deleted.
    expect((await tools.call("delete_file", { path })).status).toBe("completed");
  });

  it("says what is odd about a file: mark, line ends, bytes that are no text, emptiness", async () => {
    await using tools = createToolFixture({
      "mark.txt": "\uFEFFa\r\nb\r\n",
      "mixed.txt": "a\r\nb\nc",
      "latin.txt": Buffer.from("caf\xe9\n", "latin1"),
      "empty.txt": "",
    });
    expect((await tools.call("read_file", { path: "mark.txt" })).result).toBe(
      "1\ta\n2\tb\n(begins with a byte order mark; CRLF line ends)",
    );
    expect((await tools.call("read_file", { path: "mixed.txt" })).result).toContain(
      "mixed line ends",
    );
    expect((await tools.call("read_file", { path: "mixed.txt" })).result).toContain(
      "no newline at the end",
    );
    expect((await tools.call("read_file", { path: "latin.txt" })).result).toContain(
      "not valid UTF-8",
    );
    expect((await tools.call("read_file", { path: "empty.txt" })).result).toBe(
      "(the file is empty)",
    );
    expect((await tools.call("read_file", { path: "mixed.txt", offset: 9 })).result).toContain(
      "past the end",
    );
  });

  it("suggests near names for a missing file and list_files for a folder", async () => {
    await using tools = createToolFixture({ "src/index.ts": "1", "lib/deep/helper.js": "2" });
    expect((await tools.call("read_file", { path: "src/indx.ts" })).result).toContain(
      "src/index.ts",
    );
    expect((await tools.call("read_file", { path: "helper.js" })).result).toContain(
      "lib/deep/helper.js",
    );
    expect((await tools.call("read_file", { path: "src" })).result).toContain("list_files");
  });

  it("reads through a link that stays inside, and refuses a pipe without waiting", async () => {
    await using tools = createToolFixture({ "a/real.txt": "inside\n" });
    symlinkSync("a/real.txt", join(tools.root, "link.txt"));
    expect((await tools.call("read_file", { path: "link.txt" })).result).toBe("1\tinside");
    expect(tools.reads.seen("a/real.txt")).toBeDefined();
    execFileSync("mkfifo", [join(tools.root, "pipe")]);
    expect((await tools.call("read_file", { path: "pipe" })).status).toBe("failed");
  });
});

describe("list_files", () => {
  it("shows a tree, folders first, without ignored entries, and never follows links", async () => {
    await using tools = createToolFixture({
      ".gitignore": "dist/\n*.log\n!keep.log\n",
      "src/.belayignore": "secret.ts\n",
      "src/a.ts": "",
      "src/secret.ts": "",
      "src/deep/er/x.ts": "",
      "dist/out.js": "",
      "z.log": "",
      "keep.log": "",
    });
    symlinkSync("/etc", join(tools.root, "etc"));
    expect((await tools.call("list_files", {})).result).toBe(
      [
        "src/",
        "  deep/",
        "  .belayignore",
        "  a.ts",
        "  (ignored: secret.ts)",
        ".gitignore",
        "etc (link)",
        "keep.log",
        "(ignored: dist/, z.log)",
      ].join("\n"),
    );
    expect((await tools.call("list_files", { path: "dist" })).result).toBe("out.js");
    expect((await tools.call("list_files", { path: "src/a.ts" })).result).toContain("read_file");
    expect((await tools.call("list_files", { path: "etc" })).status).toBe("failed");
  });

  it("caps what it shows and says how much more there is", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 150 }, (_, index) => [`many/f${index}`, ""]),
    );
    await using tools = createToolFixture(many);
    const { result } = await tools.call("list_files", {});
    expect(result.split("\n")).toHaveLength(62);
    expect(result).toContain("… 90 more");
  });
});

describe("find_files and search_files", () => {
  const files = {
    ".gitignore": "node_modules/\n*.env\n",
    "src/.belayignore": "private/\n",
    "src/a.ts": "const needle = 1;\n",
    "src/b.js": "// needle\n",
    "src/private/c.ts": "needle\n",
    "node_modules/x/index.ts": "needle\n",
    "secret.env": "needle\n",
    ".github/flow.yml": "needle: 1\n",
    "bin.dat": Buffer.from("needle\0needle"),
  };

  it("finds by glob and leaves ignored files out, whatever the glob says", async () => {
    await using tools = createToolFixture(files);
    const find = async (pattern: string): Promise<string> =>
      (await tools.call("find_files", { pattern })).result;
    expect(await find("**/*.ts")).toBe("src/a.ts");
    expect(await find("*.{ts,js}")).toBe("src/a.ts\nsrc/b.js");
    expect(await find("*.env")).toMatch(/^No file matches/);
    expect(await find(".github/**")).toBe(".github/flow.yml");
    expect(await find("src/?.[a-j]s")).toBe("src/b.js");
  });

  it("searches contents and leaves ignored and binary files out, whatever the glob says", async () => {
    await using tools = createToolFixture(files);
    const all = (await tools.call("search_files", { pattern: "needle" })).result.split("\n");
    expect(all).toEqual([
      ".github/flow.yml:1: needle: 1",
      "src/a.ts:1: const needle = 1;",
      "src/b.js:1: // needle",
    ]);
    const some = await tools.call("search_files", { pattern: "needle", glob: "**/*.{ts,env}" });
    expect(some.result).toBe("src/a.ts:1: const needle = 1;");
    // Who names an ignored folder wants to see what is in it.
    const named = await tools.call("search_files", { pattern: "needle", path: "node_modules/x" });
    expect(named.result).toBe("node_modules/x/index.ts:1: needle");
    const one = await tools.call("search_files", { pattern: "n.{2}dle\\b", path: "src/a.ts" });
    expect(one.result).toBe("src/a.ts:1: const needle = 1;");
  });

  it("takes patterns and globs as text: dashes, quotes, flags and programs start nothing", async () => {
    await using tools = createToolFixture({ "a.txt": "--pre=touch\nfoo(bar\n" });
    expect((await tools.call("search_files", { pattern: "--pre=touch" })).result).toBe(
      "a.txt:1: --pre=touch",
    );
    expect((await tools.call("search_files", { pattern: "foo(bar" })).result).toMatch(
      /letter by letter[^]*a.txt:2/,
    );
    expect(
      (await tools.call("search_files", { pattern: "x", glob: "--pre=touch" })).result,
    ).toMatch(/^No match/);
    expect((await tools.call("search_files", { pattern: "x", path: "--files" })).result).toMatch(
      /^There is no file or folder --files/,
    );
  });

  it("reads no configuration of the environment", async () => {
    await using tools = createToolFixture({ "a.txt": "needle\n", rc: "--invert-match\n" });
    process.env["RIPGREP_CONFIG_PATH"] = join(tools.root, "rc");
    try {
      expect((await tools.call("search_files", { pattern: "needle" })).result).toBe(
        "a.txt:1: needle",
      );
    } finally {
      delete process.env["RIPGREP_CONFIG_PATH"];
    }
  });

  it("follows no link out of the folder", async () => {
    await using tools = createToolFixture();
    const outside = join(tools.root, "..", "outside");
    mkdirSync(outside);
    writeFileSync(join(outside, "x.txt"), "needle\n");
    symlinkSync(outside, join(tools.root, "out"));
    symlinkSync(join(outside, "x.txt"), join(tools.root, "x.txt"));
    expect((await tools.call("search_files", { pattern: "needle" })).result).toMatch(/^No match/);
    expect((await tools.call("search_files", { pattern: "needle", path: "out" })).status).toBe(
      "failed",
    );
    expect((await tools.call("search_files", { pattern: "needle", path: "x.txt" })).status).toBe(
      "failed",
    );
    expect((await tools.call("find_files", { pattern: "**" })).result).not.toContain("out/");
  });

  it("caps matches, names the rest by file and cuts long lines around the match", async () => {
    const long = `${"a".repeat(5000)}needle${"b".repeat(5000)}\n`;
    await using tools = createToolFixture({
      "a.txt": "needle\n".repeat(300),
      "b.txt": "needle\n",
      "z.txt": long,
    });
    const { result } = await tools.call("search_files", { pattern: "needle" });
    expect(result).toContain("… 102 more matches");
    expect(result).toContain("a.txt (100 more)");
    const cut = (await tools.call("search_files", { pattern: "needle", path: "z.txt" })).result;
    expect(cut.length).toBeLessThan(400);
    expect(cut).toContain("needle");
  });

  it("answers a hostile glob quickly", async () => {
    await using tools = createToolFixture({ [`${"a".repeat(200)}.txt`]: "" });
    const { result } = await tools.call("find_files", { pattern: `${"*a".repeat(100)}b` });
    expect(result).toMatch(/^No file/);
    const wide = await tools.call("find_files", { pattern: "{a,b}".repeat(30) });
    expect(wide.result).toContain("too large");
  });
});

describe("a file too large to hold", () => {
  it("is hashed and moved without being loaded", async () => {
    await using tools = createToolFixture();
    const file = openSync(join(tools.root, "disk.img"), "w");
    ftruncateSync(file, 64 * 1024 * 1024);
    closeSync(file);
    expect((await tools.call("read_file", { path: "disk.img" })).result).toContain(
      "binary file (.img)",
    );
    expect((await tools.call("write_file", { path: "disk.img", content: "" })).result).toContain(
      "too large",
    );
    expect((await tools.call("move_file", { from: "disk.img", to: "b/disk.img" })).status).toBe(
      "completed",
    );
  });
});
