import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { runBelay, testKey, type CliResult } from "../support/belay-cli.ts";
import { startModelStudio, type ModelStudio } from "../support/model-studio/server.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";

/** A session that goes on in another process: `belay run --session`, a restarted app. */
const folder = createTemporaryFolder();
const home = join(folder.path, "home");
const workspace = join(folder.path, "project");
const file = join(workspace, "a.txt");
let studio: ModelStudio;

beforeAll(async () => {
  mkdirSync(home);
  mkdirSync(workspace);
  studio = await startModelStudio({ keys: [testKey] });
});

beforeEach(() => writeFileSync(file, "one\n"));

afterAll(async () => {
  await studio.close();
  folder[Symbol.dispose]();
});

const run = (...args: readonly string[]): Promise<CliResult> =>
  runBelay(
    ["run", "--workspace", workspace, "--json", "--region", "singapore", "--model"].concat(
      "qwen3-coder-flash",
      args,
    ),
    { home, baseUrl: studio.baseUrl },
  );

const read = { name: "read_file", arguments: { path: "a.txt" } };
const edit = {
  name: "edit_file",
  arguments: { path: "a.txt", old_string: "one", new_string: "two" },
};

async function runUntilAsked(): Promise<readonly string[]> {
  studio.play([{ toolCalls: [read] }, { toolCalls: [edit] }, { text: "done" }]);
  const asked = await run("--prompt", "edit it", "--mode", "ask");
  const request = asked.events.find((event) => event.type === "approval-request");
  if (request?.type !== "approval-request") throw new Error("nothing was asked");
  expect([asked.code, readFileSync(file, "utf8")]).toEqual([3, "one\n"]);
  return ["--session", request.sessionId, "--approve", request.callId];
}

it("makes the edit that was approved: what the session read still counts", async () => {
  const approved = await run(...(await runUntilAsked()));
  expect(approved.events.find((event) => event.type === "tool-call-end")).toMatchObject({
    status: "completed",
  });
  expect([approved.code, readFileSync(file, "utf8")]).toEqual([0, "two\n"]);
});

it("does not make the approved edit in a file that the person changed meanwhile", async () => {
  const approval = await runUntilAsked();
  writeFileSync(file, "one, and mine\n");
  const approved = await run(...approval);
  expect(approved.events.find((event) => event.type === "tool-call-end")).toMatchObject({
    status: "failed",
    result: expect.stringContaining("changed since you read it"),
  });
  expect(readFileSync(file, "utf8")).toBe("one, and mine\n");
});

it("tells the model which files the person and an undo changed since", async () => {
  writeFileSync(join(workspace, "mine.txt"), "one\n");
  studio.play([
    { toolCalls: [read, { name: "read_file", arguments: { path: "mine.txt" } }] },
    { toolCalls: [edit] },
    { text: "done" },
  ]);
  const first = await run("--prompt", "edit it", "--mode", "edit");
  const session = ["--session", first.events[0]?.sessionId ?? ""];
  await runBelay(["undo", "--workspace", workspace, ...session], { home });
  expect(readFileSync(file, "utf8")).toBe("one\n");
  writeFileSync(join(workspace, "mine.txt"), "mine\n");
  studio.play([{ text: "I see." }]);
  await run(...session, "--prompt", "go on");
  expect(studio.requests.at(-1)?.bodyText).toContain(
    "Changed since you last saw them, by the person or by undo: a.txt, mine.txt.",
  );
});
