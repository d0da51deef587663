import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runBelay, testKey, type CliResult } from "../support/belay-cli.ts";
import { startModelStudio, type ModelStudio } from "../support/model-studio/server.ts";
import { promptOf } from "../support/prefix-rule.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";

/** Takes 129,024 tokens of input. */
const model = "qwen2.5-coder-7b-instruct";
const folder = createTemporaryFolder();
const home = join(folder.path, "home");
const workspace = join(folder.path, "project");
let studio: ModelStudio;

beforeAll(async () => {
  mkdirSync(home);
  mkdirSync(workspace);
  studio = await startModelStudio({ keys: [testKey], models: [model] });
});

afterAll(async () => {
  await studio.close();
  folder[Symbol.dispose]();
});

const run = (input: string, ...args: readonly string[]): Promise<CliResult> =>
  runBelay(
    ["run", "--workspace", workspace, "--model", model, "--prompt", "-", "--json", ...args],
    { home, baseUrl: studio.baseUrl, input },
  );

it("compacts in a headless run when it must, says so, and goes on", async () => {
  studio.play([{ text: "Noted." }, { text: "The log in short." }, { text: "Four." }]);
  const first = await run(`Keep this log in mind.\n${"tide 3.9 m\n".repeat(38_000)}`);
  expect(first.code).toBe(0);
  const session = first.events[0]?.sessionId ?? "";
  const question = `How many are in this one?\n${"tide 6.1 m\n".repeat(4000)}`;
  const second = await run(question, "--session", session);
  expect(second.code).toBe(0);
  const told = second.events.filter(({ type }) => type.includes("compact"));
  expect(told).toMatchObject([
    { type: "compact-start", reason: "full", model },
    { type: "history-compact", summary: "The log in short." },
  ]);
  const [before, summary, after] = studio.chats().map(({ body }) => body);
  if (before === undefined || summary === undefined || after === undefined)
    throw new Error("three requests were to come");
  // The summary is asked for in the session's own prefix, which a cache knows.
  expect(promptOf(summary).tools).toBe(promptOf(before).tools);
  expect(promptOf(summary).messages.startsWith(promptOf(before).messages)).toBe(true);
  expect(promptOf(after).tools).toBe(promptOf(before).tools);
  expect(JSON.stringify(after)).toContain("The log in short.");
  expect(JSON.stringify(after)).not.toContain("3.9 m");
  expect(JSON.stringify(after)).toContain("6.1 m");
  const used = second.events.filter(({ type }) => type === "usage-add");
  expect(used).toHaveLength(2);
});
