import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { proseStops } from "../../src/shared/bare-code.ts";
import { runBelay, testKey, type CliResult } from "../support/belay-cli.ts";
import { startModelStudio, type ModelStudio } from "../support/model-studio/server.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";

const folder = createTemporaryFolder();
const home = join(folder.path, "home");
const workspace = join(folder.path, "project");
let studio: ModelStudio;

beforeAll(async () => {
  mkdirSync(home);
  mkdirSync(workspace);
  writeFileSync(join(workspace, "a.js"), "module.exports = 1;\n");
  studio = await startModelStudio({ keys: [testKey] });
});

afterAll(async () => {
  await studio.close();
  folder[Symbol.dispose]();
});

const ask = (...args: readonly string[]): Promise<CliResult> =>
  runBelay(
    ["ask", "add two numbers", "--workspace", workspace, "--model", "qwen3-coder-flash", ...args],
    { home, baseUrl: studio.baseUrl },
  );

describe("belay ask --code", () => {
  const answers = [
    { text: "I look first.", toolCalls: [{ name: "read_file", arguments: { path: "a.js" } }] },
    { text: "Here it is:\n\n```js\n(a, b) => a + b;\n```\n\nIt adds." },
  ];

  it("prints the bare code and nothing else, and asks for it in each request", async () => {
    const before = studio.chats().length;
    studio.play(answers);
    const result = await ask("--code");
    expect(result.stdout).toBe("(a, b) => a + b;\n");
    expect(result.code).toBe(0);
    const bodies = studio.chats().slice(before);
    expect(bodies.map(({ body }) => body["stop"])).toEqual([proseStops, proseStops]);
  });

  it("prints no code of an answer that failed", async () => {
    studio.play([{ text: "```js\nhalf", finish: "length" }]);
    const result = await ask("--code");
    expect([result.code, result.stdout]).toEqual([1, ""]);
    expect(result.stderr).toContain("output limit");
  });

  it("tells other programs by the event, with the answer as it came", async () => {
    studio.play(answers);
    const { events } = await ask("--code", "--json");
    expect(events.find(({ type }) => type === "turn-start")).toMatchObject({ codeOnly: true });
    const text = events.flatMap((event) => (event.type === "text-delta" ? [event.text] : []));
    expect(text.join("")).toContain("It adds.");
  });

  it("is as ever without the option", async () => {
    studio.play([{ text: "Here:\n```js\na\n```" }]);
    expect((await ask()).stdout).toContain("Here:\n```js\na\n```");
    expect(studio.chats().at(-1)?.body).not.toHaveProperty("stop");
  });
});

it("asks the cheapest model that the endpoint lists, whatever sessions use", async () => {
  using own = createTemporaryFolder();
  await using endpoint = await startModelStudio({
    keys: [testKey],
    models: ["qwen3-coder-plus", "qwen3-coder-flash", "qwen3.7-flash"],
  });
  writeFileSync(join(own.path, "settings.json"), JSON.stringify({ model: "qwen3-coder-plus" }));
  const result = await runBelay(["ask", "why?", "--workspace", workspace], {
    home: own.path,
    baseUrl: endpoint.baseUrl,
  });
  expect(result.code).toBe(0);
  expect(endpoint.chats().map(({ body }) => body["model"])).toEqual(["qwen3.7-flash"]);
});
