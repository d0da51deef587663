import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ModelEvent } from "../../../src/main/agent/ports.ts";
import { rescueCalls } from "../../../src/main/agent/rescue-calls.ts";
import { heard, realTools, split } from "../../support/hear-rescued.ts";

const read = { path: "src/a.ts", offset: 3 };
const xml = (
  inner = "<parameter=path>\nsrc/a.ts\n</parameter>\n<parameter=offset>\n3\n</parameter>",
) => `<function=read_file>\n${inner}\n</function>`;
const json = '{"name": "read_file", "arguments": {"path": "src/a.ts", "offset": 3}}';

const plain: readonly (readonly [id: string, what: string, text: string, input: object])[] = [
  ["A1", "XML in its tag", `<tool_call>\n${xml()}\n</tool_call>`, read],
  [
    "A1",
    "XML on one line",
    `<tool_call><function=read_file><parameter=path>src/a.ts</parameter><parameter=offset>3</parameter></function></tool_call>`,
    read,
  ],
  ["A1", "JSON in its tag", `<tool_call>\n${json}\n</tool_call>`, read],
  [
    "A1",
    "JSON in several lines",
    `<tool_call>\n${JSON.stringify(JSON.parse(json), null, 2)}\n</tool_call>\n`,
    read,
  ],
  [
    "A1",
    "JSON whose arguments are text",
    `<tool_call>{"name":"read_file","arguments":"{\\"path\\":\\"src/a.ts\\",\\"offset\\":\\"3\\"}"}</tool_call>`,
    read,
  ],
  ["A2", "XML whose opener is missing", `${xml()}\n</tool_call>`, read],
  ["A2", "XML without any tag around it", xml(), read],
  ["A2", "XML whose end of the tag is missing", `<tool_call>\n${xml()}`, read],
  ["A2", "JSON whose opener is missing", `${json}\n</tool_call>`, read],
  [
    "A3",
    "prose in brackets, as a function",
    '[Calling tool: read_file({"path": "src/a.ts", "offset": 3})]',
    read,
  ],
  [
    "A3",
    "prose in brackets, in words",
    '[Calling tool: read_file with arguments: {"path": "src/a.ts", "offset": "3"}]',
    read,
  ],
  ["A5", "JSON without its opening brace", `<tool_call>\n${json.slice(1)}\n</tool_call>`, read],
  ["A5", "JSON without its last brace", `<tool_call>\n${json.slice(0, -1)}\n</tool_call>`, read],
  [
    "A5",
    "a value without its end, before the next",
    `<tool_call>\n${xml("<parameter=path>\nsrc/a.ts\n<parameter=offset>\n3\n</parameter>")}\n</tool_call>`,
    read,
  ],
  [
    "A5",
    "a last value without its end",
    `<tool_call>\n${xml("<parameter=path>\nsrc/a.ts\n")}\n</tool_call>`,
    { path: "src/a.ts" },
  ],
  [
    "A6",
    "braces and quotes in a value",
    `<tool_call>\n<function=search_files>\n<parameter=pattern>\n}"]}'{ \\} </tool\n</parameter>\n</function>\n</tool_call>`,
    { pattern: `}"]}'{ \\} </tool` },
  ],
  [
    "A6",
    "braces in a value of JSON",
    `<tool_call>\n{"name":"search_files","arguments":{"pattern":"}}\\"}{<tool_call>"}}\n</tool_call>`,
    { pattern: '}}"}{<tool_call>' },
  ],
  [
    "A6",
    "no arguments, in XML",
    "<tool_call>\n<function=list_files>\n</function>\n</tool_call>",
    {},
  ],
  [
    "A6",
    "no arguments, in JSON",
    '<tool_call>{"name":"list_files","arguments":{}}</tool_call>',
    {},
  ],
  ["A6", "no arguments, in brackets", "[Calling tool: list_files()]", {}],
];

describe("a call written as text", () => {
  it.each(plain)(
    "%s: %s is the call, wherever it is cut into pieces",
    async (...[, , text, input]) => {
      const before = "I look at `<tool_call>` first.\n\n";
      for (const size of [1, 2, 7, 10_000]) {
        const result = await heard(split(before + text, size));
        expect(result.calls).toEqual([[expect.any(String), input]]);
        expect(result).toMatchObject({ text: before, note: null, finish: "tool-calls" });
        expect(result.repairs[0]).toBe("text-call");
      }
    },
  );

  it("A7: a large value may come late and in one piece", async () => {
    const content = `${"const a = 1;\n".repeat(20_000)}end`;
    const start =
      "<tool_call>\n<function=write_file>\n<parameter=path>\na.ts\n</parameter>\n<parameter=content>\n";
    const result = await heard([start, content, "\n</parameter>\n</function>\n</tool_call>"]);
    expect(result.calls).toEqual([["write_file", { path: "a.ts", content }]]);
    const structured: ModelEvent = {
      type: "tool-call",
      id: "1",
      name: "write_file",
      argumentsText: JSON.stringify({ path: "a.ts", content }),
    };
    expect((await heard(["Now."], "tool-calls", [structured])).calls).toEqual([
      ["write_file", { path: "a.ts", content }],
    ]);
  });

  it("A1: several that only read are all taken, in order", async () => {
    const second = '<tool_call>\n{"name":"list_files","arguments":{}}\n</tool_call>';
    const result = await heard([`<tool_call>\n${xml()}\n</tool_call>\n${second}`]);
    expect(result.calls).toEqual([
      ["read_file", read],
      ["list_files", {}],
    ]);
  });

  it("A1: goes on streaming up to the very beginning of the call", async () => {
    const shown: string[] = [];
    let asked = 0;
    async function* stream(): AsyncGenerator<ModelEvent> {
      for (const text of ["I ", "look", ".\n", "<", "tool", "_call>\n", "<func"]) {
        asked += 1;
        yield { type: "text-delta", text };
      }
    }
    for await (const event of rescueCalls(stream(), realTools))
      if (event.type === "text-delta") shown.push(`${asked}: ${event.text}`);
    expect(shown).toEqual(["1: I ", "2: look", "3: .\n", "7: "].slice(0, 3));
  });
});

const call = `<tool_call>\n${xml()}\n</tool_call>`;
const quoted: readonly (readonly [what: string, text: string])[] = [
  ["in a fence", `So:\n\n\`\`\`xml\n${call}\n\`\`\``],
  ["in a fence that is still open", `So:\n\n\`\`\`\n${call}`],
  ["in a fence of tildes with a fence inside", `~~~\n\`\`\`\n~~~~not\n${call}`],
  ["in inline code", `Write \`${call.replaceAll("\n", "")}\`.`],
  ["in inline code over several lines", `Write \`x\n${call}`],
  ["in quotation marks", `It says "see\n${call}`],
  [
    "in a quotation",
    call
      .split("\n")
      .map((line) => `> ${line}`)
      .join("\n"),
  ],
  [
    "indented as code",
    call
      .split("\n")
      .map((line) => `    ${line}`)
      .join("\n"),
  ],
  ["in an element for code", `<pre>\n${call}`],
  ["in a list", `- ${call}`],
  ["as a tag alone", "The model writes\n<tool_call> and then JSON."],
  ["as a word of prose", "Between <tool_call> and </tool_call> lies JSON."],
  ["as JSON of something else", '{"name": "belay", "version": "1.0.0"}'],
  [
    "as JSON of a tool's description",
    '{"name": "read_file", "description": "Reads."}\nThat is all.',
  ],
  ["as an announcement", "[Calling tool support is not there]"],
];

describe("text that only looks like a call", () => {
  it.each(quoted)("A4: %s stays to the letter and runs nothing", async (_what, text) => {
    for (const size of [1, 3, 10_000]) {
      const result = await heard(split(text, size));
      expect(result.calls).toEqual([]);
      expect(result.text).toBe(text);
      expect(result.finish).toBe("stop");
    }
  });

  it.each(quoted.slice(0, 9))("A4: %s is no matter for the model either", async (_what, text) => {
    expect((await heard([text])).note).toBeNull();
  });

  it("A4: an unpaired back-tick of an earlier paragraph quotes nothing", async () => {
    expect((await heard([`A \` alone.\n\n${call}`])).calls).toHaveLength(1);
  });

  it("A4: any text without a tag at the beginning of a line comes through as it is", async () => {
    const anyText = fc
      .array(
        fc.constantFrom(
          "<tool_call>",
          "<function=a>",
          "</function>",
          "{",
          "[Calling",
          "`",
          "\n",
          " ",
          "x",
          "<|im",
          '"',
          "```",
        ),
      )
      .map((parts) => parts.join(""));
    await fc.assert(
      fc.asyncProperty(anyText, fc.integer({ min: 1, max: 9 }), async (text, size) => {
        const result = await heard(split(text, size));
        expect(result.text).toBe(text);
        expect(result.calls).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
