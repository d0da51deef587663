import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { looksEscaped, meantEdit, meantSource } from "../../../src/main/tools/double-escapes.ts";
import { createToolFixture } from "../../support/tool-fixture.ts";

/** A text as a model sends it that escapes once too often. */
const twice = (text: string): string => JSON.stringify(text).slice(1, -1);
/** The same by a model that does so for line ends alone. */
const linesOnly = (text: string): string => text.replaceAll("\n", "\\n").replaceAll("\t", "\\t");

const sources: readonly (readonly [path: string, text: string])[] = [
  [
    "src/sum.ts",
    'import { a } from "./a.ts";\n\n/** It\'s "a" sum. */\nexport function sum(x: number): string {\n\treturn `${x}: ${a("b\\n")}\\n`;\n}\n',
  ],
  [
    "app.jsx",
    'import a from "a";\n\nconst A = () => {\n  return <p className="x">{"a\\nb"}</p>;\n};\nexport { A };\n',
  ],
  ["lines.js", 'const lines = text.split(/\\r?\\n/);\nconst r = /[/"]/g;\nexport { lines, r };\n'],
  [
    "main.py",
    'import re\n\n# it\'s a comment\ndef f(x):\n    """Doc."""\n    print("a\\n", x)\n    return re.sub(r"\\s+", "", x)\n',
  ],
  ["Main.java", 'class Main {\n  void f() {\n    System.out.printf("%d\\n", 1);\n  }\n}\n'],
  ["main.c", '#include <stdio.h>\nint main(void) {\n\tprintf("hi\\n");\n\treturn 0;\n}\n'],
  [
    "main.go",
    'package main\n\nimport "fmt"\n\nfunc main() {\n\tfmt.Printf("a\\n")\n\tx := `C:\\new\\`\n}\n',
  ],
  ["a.json", '{\n  "a": "line\\nline",\n  "path": "C:\\\\new"\n}\n'],
  ["a.css", 'a {\n  color: red;\n}\nb::before {\n  content: "\\201C";\n}\n'],
];

/** Real one-line files with several escapes that are all meant. */
const genuine: readonly (readonly [path: string, text: string])[] = [
  ["min.js", 'const a="x\\ny\\nz\\n";console.log(a+"\\n\\n")'],
  ["regex.js", "module.exports=/\\n\\n\\n\\t/g"],
  ["return.js", "function f(s){return /\\n\\r\\n\\n/.test(s)}"],
  ["after.js", "if(x)/\\n\\n\\n/.test(y)&&z()"],
  ["class.js", 'const r=/["/\\n\\n\\n]+/;'],
  ["template.ts", 'const t=`a${b?`\\n\\n\\n`:"\\n"}`;'],
  ["divide.ts", "const r=a/b;const s=/\\n\\n\\n/;"],
  ["text.tsx", "const A=()=><p>don't {\"it's \\n\\n\\n\"} won't</p>;"],
  ["element.jsx", "const A=()=><p>Use \\n or \\n or \\n.</p>"],
  ["quoted-element.tsx", 'const A=()=><p>Use \\"a\\" \\n or \\n or \\n.</p>'],
  ["quotes.js", "const a='say \\\"hi\\\"\\n\\n\\n'"],
  ["quotes-in-regex.js", 'const a=/\\"\\n\\n\\n/'],
  ["comment.ts", "// use \\n, \\n and \\n"],
  ["min.json", '{"a":"1\\n2\\n3\\n","p":"C:\\\\new\\\\notes\\\\nul"}'],
  ["printf.c", 'int main(){printf("a\\nb\\nc\\n");}'],
  ["char.java", "class A{char[] c={'\\n','\\n','\\n'};}"],
  ["print.py", "print('a\\nb\\n', r'\\n\\n\\n')"],
  ["raw.go", "package a;var x=`\\n\\n\\n`"],
  ["run.sh", "printf 'a\\nb\\nc\\n'"],
  ["sed.sh", "sed 's/,/\\n/g;s/;/\\n/g;s/:/\\n/g' x"],
  ["Makefile", "all: ; @printf 'a\\nb\\nc\\n'"],
  ["paths.txt", "C:\\new\\notes\\nightly"],
  ["paths.bat", "copy C:\\new\\notes \\\\nas\\n\\n"],
  [".env", "KEY=-----BEGIN-----\\nabc\\ndef\\n-----END-----\\n"],
  ["a.yaml", "text: a\\nb\\nc\\n"],
  ["README.md", "Lines end with \\n, \\r\\n or \\n\\r."],
  ["a.tex", "\\newcommand{\\nu}{\\nabla}\\newpage"],
  ["A.hs", "f = \\n -> \\nu -> \\nn -> n"],
  ["a.php", "<?php new \\nusoap\\nx\\ny();"],
  ["two.ts", "a();\\nb();\\n"],
];

describe("line ends that were escaped twice", () => {
  it.each(sources)("D1: %s is what was meant, with every escape of its own", (path, text) => {
    expect(meantSource(path, twice(text))).toBe(text);
    // Where no quote is escaped, only what lies between the strings was.
    if (!text.includes('"""')) expect(meantSource(path, linesOnly(text))).toBe(text);
  });

  it.each(genuine)("D1: %s is left as it is: %s", (path, text) => {
    expect(meantSource(path, text)).toBeNull();
    expect(meantSource(path, `${text}\n`)).toBeNull();
  });

  it.each([...sources, ["regexes.js", "const a = /\\n/;\nconst b = '\\n\\n\\n';\n"] as const])(
    "D1: %s with real lines is left as it is",
    (path, text) => {
      expect(meantSource(path, text)).toBeNull();
    },
  );

  it("D1: this project's own sources are left as they are, and come back when escaped", () => {
    const files = [
      "agent/turn.ts",
      "tools/edit-text.ts",
      "tools/code-syntax.ts",
      "cli/arguments.ts",
    ];
    for (const file of files) {
      const text = readFileSync(join(import.meta.dirname, "../../../src/main", file), "utf8");
      expect(meantSource(file, text)).toBeNull();
      const meant = meantSource(file, twice(text));
      if (meant !== null) expect(meant).toBe(text);
    }
  });

  it("D1: never changes a text with a line of its own, whatever it holds", () => {
    const part = fc.constantFrom("\\n", "\\t", '\\"', '"', "'", "`", "/", "a", ";", "{", "\n");
    fc.assert(
      fc.property(fc.array(part), fc.array(part), (before, after) => {
        const text = `${before.join("")}x\ny${after.join("")}`;
        expect(meantSource("a.ts", text)).toBeNull();
      }),
    );
  });
});

const file = 'first();\nsecond("a\\n");\nthird();\n';

describe("an edit whose text was escaped twice", () => {
  it("D1: is done where the old text is there exactly once when it is read so", () => {
    const edit = {
      oldText: twice('first();\nsecond("a\\n");'),
      newText: twice('one("b\\n");\ntwo();'),
    };
    expect(meantEdit("a.ts", file, edit)).toEqual({
      oldText: 'first();\nsecond("a\\n");',
      newText: 'one("b\\n");\ntwo();',
    });
  });

  it("D1: keeps the escapes within strings where only line ends were escaped", () => {
    const edit = { oldText: "third();\\n", newText: "log('a\\n');\\nthird();\\n" };
    expect(meantEdit("a.ts", file, edit)?.newText).toBe("log('a\\n');\nthird();\n");
  });

  it.each([
    ["it is there literally", 'second("a\\n");', "x\\ny"],
    ["it is there in no reading", "fourth();\\nfifth();", "x"],
    ["the new text has real lines", "first();\\nsecond", "x\ny"],
    ["the old text has real lines", 'first();\nsecond(\\"b', "x"],
    ["it has no escape", "fourth()", "x\\ny"],
  ])("D1: is not touched when %s", (_what, oldText, newText) => {
    expect(meantEdit("a.ts", file, { oldText, newText })).toBeNull();
  });

  it("D1: is not touched when it is there twice", () => {
    const edit = { oldText: "a();\\nb();", newText: "c();" };
    expect(meantEdit("a.ts", "a();\nb();\na();\nb();\n", edit)).toBeNull();
  });

  it("D1: of a file of unknown strings is not touched where there are any", () => {
    const text = "all:\n\techo a\n";
    const edit = { oldText: "all:\\n\\techo a", newText: "all:\\n\\tprintf 'a\\n'" };
    expect(meantEdit("Makefile", text, edit)).toBeNull();
    expect(meantEdit("Makefile", text, { ...edit, newText: "all:\\n\\techo b" })).toEqual({
      oldText: "all:\n\techo a",
      newText: "all:\n\techo b",
    });
  });
});

describe("the tools", () => {
  it("D1: say what was meant, before anybody is asked, and tell the model", async () => {
    await using tools = createToolFixture({ "a.ts": file.replaceAll("\n", "\r\n") });
    await tools.call("read_file", { path: "a.ts" });
    const input = { path: "a.ts", old_string: "first();\\nsecond", new_string: "one();\\nsecond" };
    const repaired = await tools.repair("edit_file", input);
    expect(repaired).toMatchObject({
      repair: "escapes",
      input: { old_string: "first();\nsecond", new_string: "one();\nsecond" },
    });
    const [, text = ""] = sources[0] ?? [];
    expect(await tools.repair("write_file", { path: "b.ts", content: twice(text) })).toMatchObject({
      input: { content: text },
      note: expect.stringMatching(/escaped twice/),
    });
  });

  it("D1: repair no edit that fits as it is, and none of a file that is not there", async () => {
    await using tools = createToolFixture({ "a.ts": 'x("a\\nb");\n' });
    const edit = { old_string: 'x("a\\nb")', new_string: 'x("a\\nc")' };
    expect(await tools.repair("edit_file", { path: "a.ts", ...edit })).toBeNull();
    expect(await tools.repair("edit_file", { path: "no.ts", ...edit })).toBeNull();
  });

  it("D1: write what is not proven as it is, and say what it may be", async () => {
    await using tools = createToolFixture();
    const content = "# Title\\n\\nText\\n";
    const { result } = await tools.call("write_file", { path: "README.md", content });
    expect(readFileSync(join(tools.root, "README.md"), "utf8")).toBe(content);
    expect(result).toMatch(/several literal \\n/);
    expect(looksEscaped("one\\ntwo")).toBe(false);
  });
});
