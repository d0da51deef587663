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

it("goes on with --continue after a cut, as the command itself says", async () => {
  studio.play([
    { text: "Half of an answer that is cut in the middle", cutAfterBytes: 900, chunking: 5 },
    { text: "The whole answer." },
  ]);
  const options = { home, baseUrl: studio.baseUrl };
  const model = ["--model", "qwen3-coder-flash", "--region", "singapore"];
  const where = ["run", "--workspace", workspace];
  const cut = await runBelay([...where, ...model, "--prompt", "tell me"], options);
  expect(cut.code).toBe(1);
  expect(cut.stderr).toMatch(/^qwen3-coder-flash in singapore, by openai\n/);
  const [, session = ""] = /--session (\S+) --continue\n$/.exec(cut.stderr) ?? [];
  const whole = await runBelay([...where, "--session", session, "--continue"], options);
  expect([whole.code, whole.stdout]).toEqual([0, "The whole answer.\n"]);
  expect(
    studio
      .chats()
      .slice(-2)
      .map(({ body }) => body["messages"]),
  ).toEqual(Array.from({ length: 2 }, () => studio.chats().at(-1)?.body["messages"]));
});

it("names the successor of a model that is gone in the command that goes on", async () => {
  studio.play([{ text: "Another answers." }]);
  const options = { home, baseUrl: studio.baseUrl };
  const where = ["run", "--workspace", workspace];
  const gone = await runBelay([...where, "--model", "qwen3-max", "--prompt", "hello"], options);
  const [, rest = ""] = /--session (.+)\n$/.exec(gone.stderr) ?? [];
  expect(rest).toMatch(/^\S+ --continue --model qwen3\.7-max$/);
  const next = await runBelay([...where, "--session", ...rest.split(" ")], options);
  expect([next.code, next.stdout]).toEqual([0, "Another answers.\n"]);
});

it("needs a session to continue, and no prompt", async () => {
  const where = ["run", "--workspace", workspace, "--continue"];
  const bare = await runBelay(where, { home });
  expect([bare.code, bare.stderr]).toEqual([2, expect.stringContaining("needs --session")]);
  const both = await runBelay([...where, "--session", "s-0", "--prompt", "x"], { home });
  expect(both.code).toBe(2);
});
