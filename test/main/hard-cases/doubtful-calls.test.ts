import { describe, expect, it } from "vitest";
import type { ModelEvent } from "../../../src/main/agent/ports.ts";
import { createAgentFixture, play } from "../../support/agent-fixture.ts";
import { heard, split } from "../../support/hear-rescued.ts";

const xml = (
  inner = "<parameter=path>\nsrc/a.ts\n</parameter>\n<parameter=offset>\n3\n</parameter>",
) => `<function=read_file>\n${inner}\n</function>`;
const json = '{"name": "read_file", "arguments": {"path": "src/a.ts", "offset": 3}}';

const call = `<tool_call>\n${xml()}\n</tool_call>`;
const doubtful: readonly (readonly [id: string, what: string, text: string, why: RegExp])[] = [
  [
    "A1",
    "cut in its value",
    `<tool_call>\n<function=write_file>\n<parameter=path>\na.ts\n</parameter>\n<parameter=content>\nhalf`,
    /not whole/,
  ],
  [
    "A1",
    "cut after a value",
    `<tool_call>\n<function=read_file>\n<parameter=path>\na.ts\n</parameter>\n`,
    /not whole/,
  ],
  ["A1", "JSON without its end", `<tool_call>\n${json}`, /not whole/],
  ["A1", "of a tool there is not", call.replace("read_file", "Read_File"), /no tool "Read_File"/],
  [
    "A1",
    "whose arguments do not fit",
    `<tool_call>\n<function=read_file>\n</function>\n</tool_call>`,
    /path: missing/,
  ],
  ["A1", "with an argument nobody knows", call.replace("=offset", "=line"), /not take line/],
  ["A1", "followed by its made-up result", `${call}\nThe file holds 3 lines.`, /text follows/],
  [
    "A1",
    "with more than name and arguments",
    `<tool_call>{"name":"list_files","arguments":{},"and":1}</tool_call>`,
    /more than one way/,
  ],
  [
    "A2",
    "of which only the end came",
    `I read it.\n</parameter>\n</function>\n</tool_call>`,
    /not whole/,
  ],
  ["A2", "after other words on its line", `I read it: ${call.replaceAll("\n", "")}`, /not whole/],
  ["A2", "bare JSON as the whole answer", json, /not whole/],
  [
    "A5",
    "several lines without their end",
    `<tool_call>\n<function=write_file>\n<parameter=path>\na\n</parameter>\n<parameter=content>\none\ntwo\n</function>\n</tool_call>`,
    /not whole/,
  ],
  [
    "A5",
    "a text that ends early",
    `<tool_call>\n{"name":"write_file","arguments":{"path":"a","content":"ha\n</tool_call>`,
    /no valid JSON/,
  ],
  [
    "A6",
    "with the same argument twice",
    `<tool_call>\n${xml("<parameter=path>\na\n</parameter>\n<parameter=path>\nb\n</parameter>")}\n</tool_call>`,
    /more than one way/,
  ],
  [
    "A6",
    "with a tag inside its value",
    `<tool_call>\n<function=write_file>\n<parameter=path>\na\n</parameter>\n<parameter=content>\n<tool_call>\n</parameter>\n</function>\n</tool_call>`,
    /more than one way/,
  ],
  [
    "A6",
    "two of which one writes",
    `<tool_call>\n<function=delete_file>\n<parameter=path>\na\n</parameter>\n</function>\n</tool_call>\n${call}`,
    /more than one way/,
  ],
];

describe("a doubtful call written as text", () => {
  it.each(doubtful)(
    "%s: %s does not run, stays to read, and the model is told why",
    async (...[, , text, why]) => {
      for (const size of [1, 5, 10_000]) {
        const result = await heard(split(text, size));
        expect(result).toMatchObject({ calls: [], text, finish: "stop" });
        expect(result.note).toMatch(why);
      }
    },
  );

  it("B5 B6: every cut of a call as text writes nothing", async () => {
    const write =
      "<tool_call>\n<function=write_file>\n<parameter=path>\na.ts\n</parameter>\n<parameter=content>\nif (a) {\n  b();\n}\n</parameter>\n</function>";
    const object = `<tool_call>\n${JSON.stringify({ name: "write_file", arguments: { path: "a", content: 'x"}}' } })}\n</tool_call>`;
    for (const text of [write, object])
      for (let at = 0; at < text.length; at += 1)
        expect([at, (await heard([text.slice(0, at)])).calls]).toEqual([at, []]);
  });

  it("A1: one that nests without end does not end the turn", async () => {
    const deep = "[".repeat(100_000) + "]".repeat(100_000);
    const text = `<tool_call>{"name":"read_file","arguments":{"path":${deep}}}</tool_call>`;
    expect(await heard([text])).toMatchObject({
      calls: [],
      note: expect.stringMatching(/not run/),
    });
  });

  it("B6: a whole one in an answer that was cut does not run", async () => {
    const result = await heard([call], "length");
    expect(result).toMatchObject({ calls: [], text: call, finish: "length" });
    expect(result.note).toMatch(/not whole/);
  });

  it("A1: beside a structured call only that one runs", async () => {
    const structured: ModelEvent = {
      type: "tool-call",
      id: "1",
      name: "list_files",
      argumentsText: "{}",
    };
    expect(await heard([call], "tool-calls", [structured])).toMatchObject({
      calls: [["list_files", {}]],
      text: call,
      note: null,
    });
  });
});

const asText = (value: string) =>
  `Now.\n\n<tool_call>\n<function=change>\n<parameter=value>\n${value}\n</parameter>\n</function>\n</tool_call>`;

describe("a turn with a call written as text", () => {
  it("A1: runs it, and history holds the structured call and no text of it", async () => {
    const fixture = createAgentFixture([{ text: asText("x") }, { text: "Done." }]);
    expect(await play(fixture)).toBe("completed");
    expect(fixture.journal).toEqual(["start change x", "end change x"]);
    expect(fixture.events.find(({ type }) => type === "tool-call-start")).toMatchObject({
      name: "change",
      arguments: { value: "x" },
      repairs: ["text-call"],
    });
    const [, , assistant, result] = fixture.model.requests[1]?.messages ?? [];
    expect(assistant).toMatchObject({
      content: [{ text: "Now.\n\n" }],
      toolCalls: [{ name: "change", argumentsText: '{"value":"x"}' }],
    });
    expect(result).toMatchObject({
      role: "tool",
      content: [{ text: expect.stringMatching(/^<data \w+>\nchange did x\n<\/data \w+>$/) }],
    });
    expect(JSON.stringify(fixture.events)).not.toContain("tool_call>");
  });

  it("A1: asks for it as the mode wants, as for any other", async () => {
    const fixture = createAgentFixture([{ text: asText("x") }], { mode: "plan" });
    await play(fixture);
    expect(fixture.journal).toEqual([]);
  });

  it("A1: tells the model of a doubtful one, and not for ever", async () => {
    const cut = asText("x").replace("</function>\n</tool_call>", "");
    const fixture = createAgentFixture([
      { text: cut },
      { text: cut },
      { text: cut },
      { text: cut },
    ]);
    expect(await play(fixture)).toBe("completed");
    expect(fixture.journal).toEqual([]);
    expect(fixture.model.requests).toHaveLength(3);
    expect(fixture.model.requests[1]?.messages.at(-1)).toMatchObject({
      role: "user",
      content: [
        { text: expect.stringMatching(/written as text\. It was not run: it is not whole/) },
      ],
    });
  });

  it("A1: of an answer cut at its limit goes on as with any cut call", async () => {
    const cut = asText("x").slice(0, -30);
    const fixture = createAgentFixture([{ text: cut, finish: "length" }, { text: "Done." }]);
    expect(await play(fixture)).toBe("completed");
    expect(fixture.journal).toEqual([]);
  });

  it("A4: in an answer that is to be bare code is code", async () => {
    const fixture = createAgentFixture([{ text: asText("x") }]);
    const turn = await fixture.session.send("go", { codeOnly: true });
    expect((await turn.done).status).toBe("completed");
    expect(fixture.journal).toEqual([]);
  });

  it("A1: keeps what was held back when the stream breaks", async () => {
    const fixture = createAgentFixture([
      { text: asText("x").slice(0, 40), error: new Error("cut") },
    ]);
    await play(fixture);
    expect(JSON.stringify(fixture.session.log.state().turns)).toContain("<tool_call>");
  });
});
