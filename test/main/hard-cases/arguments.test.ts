import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { coreTools } from "../../../src/main/tools/core-tools.ts";
import { parseToolCall } from "../../../src/main/tools/parse-tool-call.ts";
import { createToolRegistry } from "../../../src/main/tools/registry.ts";
import { createAgentFixture, play } from "../../support/agent-fixture.ts";
import { noCommands } from "../../support/no-commands.ts";
import { createToolFixture } from "../../support/tool-fixture.ts";

const registry = createToolRegistry(coreTools({ shell: noCommands }));
const parse = (name: string, value: unknown) =>
  parseToolCall(registry, name, typeof value === "string" ? value : JSON.stringify(value));
const resultOf = (name: string, value: unknown): string => {
  const parsed = parse(name, value);
  return parsed.ok ? "" : parsed.result;
};
const edit = { path: "a", old_string: "x", new_string: "y" };

describe("arguments of the wrong type", () => {
  it.each(["", " ", "\n", "{}"])("B1: %j for a tool that needs none are none", (text) => {
    expect(parse("list_files", text)).toMatchObject({
      ok: true,
      input: {},
      argumentsText: text === "{}" ? text : "{}",
    });
  });

  it("B1: empty arguments of a tool that needs some are answered with what it needs", () => {
    expect(resultOf("read_file", "")).toMatch(/path: missing \(string\)\nExample: read_file/);
  });

  it.each([
    ["False", { ...edit, replace_all: "False" }, "edit_file", { replace_all: false }],
    ["a number", { path: "a", offset: " 12 " }, "read_file", { offset: 12 }],
    [
      "a list",
      { items: '[{"text":"one","done":true}]' },
      "update_plan",
      { items: [{ text: "one", done: true }] },
    ],
    ["a number for a text", { command: 1 }, "run_command", { command: "1" }],
    ["null", { path: "a", limit: null }, "read_file", { path: "a" }],
    ["the whole object", JSON.stringify({ path: "a" }), "read_file", { path: "a" }],
  ])(
    "D2: %s sent as text, or the like, is taken as meant, and said",
    (...[, value, name, input]) => {
      const sent = JSON.stringify(value);
      const parsed = parseToolCall(registry, name, sent);
      expect(parsed).toMatchObject({ ok: true, input, repairs: ["arguments"] });
      expect(parsed.ok ? typeof JSON.parse(parsed.argumentsText) : "").toBe("object");
    },
  );

  it.each([
    ["yes", { ...edit, replace_all: "yes" }, "edit_file"],
    ["a list in Python's writing", { items: "[{'text': 'one'}]" }, "update_plan"],
    ["a number in words", { path: "a", offset: "twelve" }, "read_file"],
    ["a number too long to hold", { path: "a", offset: "12345678901234567890" }, "read_file"],
  ])("D2: %s is not guessed at: the model is told what is needed", (_what, value, name) => {
    expect(resultOf(name, value)).toMatch(/must be (?:boolean|number|array|int)[^]*Example: /);
  });

  it("D2: what fits is no repair, and is kept to the byte", () => {
    const text = '{ "path" : "a","offset":3 }';
    expect(parse("read_file", text)).toMatchObject({ ok: true, repairs: [], argumentsText: text });
  });

  it.each<[string, object, string]>([
    ["text alone", { text: "new" }, "new"],
    ["a part of type text", { type: "text", text: "new" }, "new"],
    ["the argument's own name", { new_string: "new" }, "new"],
  ])(
    "D3: an object that only wraps the text, by %s, is taken as the text",
    (_what, wrapped, is) => {
      expect(parse("edit_file", { ...edit, new_string: wrapped })).toMatchObject({
        ok: true,
        input: { new_string: is },
        repairs: ["arguments"],
      });
    },
  );

  it("D3: an object as the content of a JSON file is that file's text", () => {
    expect(parse("write_file", { path: "a.json", content: { b: [1, "2"] } })).toMatchObject({
      ok: true,
      input: { content: '{\n  "b": [\n    1,\n    "2"\n  ]\n}\n' },
      repairs: ["arguments"],
    });
  });

  it.each<[string, string, string]>([
    ["several parts", "edit_file", '{"path":"a","old_string":{"a":"x","b":"y"},"new_string":"z"}'],
    ["JSON to be replaced", "edit_file", '{"path":"a","old_string":{"a":1},"new_string":"z"}'],
    ["lines in a list", "write_file", '{"path":"a.txt","content":["one","two"]}'],
    ["an object for another file", "write_file", '{"path":"a.ts","content":{"a":1}}'],
    [
      "a number that was rounded",
      "write_file",
      '{"path":"a.json","content":{"a":9007199254740993}}',
    ],
  ])("D3: %s is not guessed at: the model is asked for the text", (_what, name, text) => {
    expect(resultOf(name, text)).toMatch(/must be string, not (?:object|a list); send the text/);
  });
});

describe("arguments that are no JSON", () => {
  it("A5: a lost opening brace is put back, and the history holds the whole", () => {
    expect(parse("read_file", '"path": "a", "offset": 2}')).toMatchObject({
      ok: true,
      input: { path: "a", offset: 2 },
      repairs: ["json"],
      argumentsText: '{"path":"a","offset":2}',
    });
  });

  it.each([
    ['"old_string":"a","new_string":"b"}', "edit_file"],
    ['"replace_all":true,"path":"a","old_string":"a","new_string":"b"}', "edit_file"],
    ['"content":"x"}', "write_file"],
    ['path":"a","content":"x"}', "write_file"],
    ['"path":"a","mode":1,"content":"x"}', "write_file"],
    ['"path":"a","content":"x"', "write_file"],
  ])("A5: %s of %s may have lost more than a brace, and does not run", (text, name) => {
    expect(parse(name, text)).toMatchObject({ ok: false, malformed: true });
  });

  it.each([
    { path: "a.ts", content: 'if (a) { return "}"; } // {"' },
    { path: "b.ts", content: '</tool_call>}}\n`"\'\\"' },
  ])("A6: braces and quotes inside a text are text: %j", (value) => {
    expect(parse("write_file", value)).toMatchObject({ ok: true, input: value, repairs: [] });
  });
});

const anyWrite = fc.oneof(
  fc.record({
    name: fc.constant("write_file"),
    input: fc.record({ path: fc.constant("new.txt"), content: fc.string({ unit: "grapheme" }) }),
  }),
  fc.record({
    name: fc.constant("write_file"),
    input: fc.record({ path: fc.constant("new.txt"), content: fc.json() }),
  }),
  fc.record({
    name: fc.constant("edit_file"),
    input: fc.record({
      path: fc.constant("kept.txt"),
      old_string: fc.constant("one"),
      new_string: fc.string(),
      replace_all: fc.constantFrom(true, "True"),
    }),
  }),
  fc.record({
    name: fc.constant("delete_file"),
    input: fc.record({ path: fc.constant("kept.txt") }),
  }),
);

describe("arguments that were cut", () => {
  it("B5 B6: whatever the arguments and wherever they are cut, nothing is written", async () => {
    await using tools = createToolFixture({ "kept.txt": "one\ntwo\n" });
    await tools.call("read_file", { path: "kept.txt" });
    await fc.assert(
      fc.asyncProperty(anyWrite, fc.double({ min: 0, max: 1, noNaN: true }), async (call, at) => {
        const text = JSON.stringify(call.input);
        const cut = text.slice(0, Math.min(Math.floor(at * text.length), text.length - 1));
        const parsed = parseToolCall(registry, call.name, cut);
        expect(parsed.ok).toBe(false);
        if (parsed.ok) await parsed.tool.run(parsed.input, tools.context);
        expect(tools.applied).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it("B5 B6: every single cut of one call, from its end and from its beginning", () => {
    const input = { path: "a.ts", content: 'const a = "}";\n// {"path":"b","content":"c"}\n' };
    const text = JSON.stringify(input);
    for (let at = 0; at < text.length; at += 1)
      expect([at, parse("write_file", text.slice(0, at)).ok]).toEqual([at, false]);
    // Of beginnings only the brace can be lost without a loss.
    for (let at = 2; at < text.length; at += 1)
      expect([at, parse("write_file", text.slice(at)).ok]).toEqual([at, false]);
    expect(parse("write_file", text.slice(1))).toMatchObject({ ok: true, input });
  });

  it("B5: a cut call does not run although the answer says that it called tools", async () => {
    const fixture = createAgentFixture([
      { calls: [{ name: "change", arguments: '{"value":"half' }], finish: "tool-calls" },
    ]);
    expect(await play(fixture)).toBe("completed");
    expect(fixture.journal).toEqual([]);
    expect(JSON.stringify(fixture.model.requests[1])).not.toContain("half");
  });

  it("B6: a whole call of an answer that was cut does not run either", async () => {
    const fixture = createAgentFixture([
      { calls: [{ name: "change", arguments: { value: "whole" } }], finish: "length" },
      { text: "I stop." },
    ]);
    await play(fixture);
    expect(fixture.journal).toEqual([]);
  });
});

describe("repaired arguments", () => {
  it("stand in the event of the call, and are sent back as they were read", async () => {
    const fixture = createAgentFixture([
      { calls: [{ name: "look", arguments: '"value":"a"}' }] },
      { text: "Done." },
    ]);
    await play(fixture);
    expect(fixture.events.find(({ type }) => type === "tool-call-start")).toMatchObject({
      repairs: ["json"],
      arguments: { value: "a" },
    });
    expect(fixture.model.requests[1]?.messages[2]).toMatchObject({
      toolCalls: [{ argumentsText: '{"value":"a"}' }],
    });
  });
});
