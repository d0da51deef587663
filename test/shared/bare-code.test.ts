import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bareCode, codeOf } from "../../src/shared/bare-code.ts";
import { createSessionScript, turnId } from "../support/session-script.ts";

const add = "function add(a, b) {\n  return a + b;\n}";

describe("bare code", () => {
  it.each([
    ["code as it is", add, add],
    ["a fence", `\`\`\`js\n${add}\n\`\`\``, add],
    ["a fence of tildes", `~~~\n${add}\n~~~\n`, add],
    ["prose around a fence", `Here it is:\n\n\`\`\`js\n${add}\n\`\`\`\n\nIt adds.`, add],
    ["carriage returns", "```js\r\nlet a;\r\n```\r\nDone.\r\n", "let a;"],
    ["a fence in a list", "1. Do this:\n   ```sh\n   npm i\n     -g\n   ```", "npm i\n  -g"],
    ["two fences", "```js\na\n```\nand\n```js\nb\n```", "a\n\nb"],
    ["a fence that is not closed", `\`\`\`js\n${add}`, add],
    ["a fence with a title", '```ts title="a.ts"\nlet a;\n```', "let a;"],
    ["blank lines, but no indent, at the start", "\n\n  return a;\n", "  return a;"],
    ["an announced answer", `Here is the function:\n\n${add}`, add],
    ["an explanation behind", `${add}\n\nExplanation: it adds.`, add],
    ["a note behind", `${add}\nNote: numbers only.`, add],
    ["a command in ticks", "`npm test`", "npm test"],
    ["an answer without code", "There is no such file.", "There is no such file."],
    ["nothing", " \n", ""],
  ])("takes %s", (_, text, code) => {
    expect(bareCode(text)).toBe(code);
  });

  it.each([
    ["a fence in a docstring", 'def f():\n    """\n    ```python\n    f()\n    ```\n    """'],
    ["a class with a colon", "class Here:\n\n    pass"],
    ["a template with a description", "Version: 1\nDescription: a stack"],
    ["a string template", "`${a}`"],
    ["ticks in a line", "`a` + `b`"],
  ])("leaves %s alone", (_, code) => {
    expect(bareCode(code)).toBe(code);
  });

  it("keeps fences inside of a fenced Markdown file", () => {
    const file = "# Use\n\n```sh\nnpm i\n```\n\nThat is all.";
    expect(bareCode(`\`\`\`md\n${file}\n\`\`\``)).toBe(file);
    expect(bareCode(`\`\`\`\`md\n${file}\n\`\`\`\`\nDone.`)).toBe(file);
  });

  it("gives fenced code back to the letter", () => {
    const line = fc.string({ maxLength: 12 }).filter((text) => !/[`~\r\n]/.test(text));
    const code = fc
      .array(line, { minLength: 1, maxLength: 6 })
      .map((lines) => `x${lines.join("\n")};`);
    fc.assert(
      fc.property(code, (text) => {
        expect(bareCode(`Look:\n\n\`\`\`\n${text}\n\`\`\`\n\nThat is it.`)).toBe(text);
      }),
    );
  });

  it("is the last step's answer, without what was discarded", () => {
    const script = createSessionScript();
    const turn = turnId("t-1");
    script.add({ type: "turn-start", turnId: turn, prompt: "add", codeOnly: true });
    script.add({ type: "step-start", turnId: turn, step: 1 });
    script.text("t-1", "I look at it first.");
    script.add({ type: "step-start", turnId: turn, step: 2 });
    script.text("t-1", "```js\nlost");
    script.add({ type: "step-discard", turnId: turn, step: 2, reason: "unavailable" });
    script.add({ type: "step-start", turnId: turn, step: 3 });
    script.text("t-1", "```js\nfound\n```");
    const [state] = script.state().turns;
    expect(state?.codeOnly).toBe(true);
    expect(state && codeOf(state)).toBe("found");
  });
});
