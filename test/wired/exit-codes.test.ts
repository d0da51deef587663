import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runBelay, testKey, type CliOptions, type CliResult } from "../support/belay-cli.ts";
import { startModelStudio, type ModelStudio } from "../support/model-studio/server.ts";
import { noSandboxHere, skipNote } from "../support/sandbox-fixture.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";

const folder = createTemporaryFolder();
const home = join(folder.path, "home");
const workspace = join(folder.path, "project");
let studio: ModelStudio;

beforeAll(async () => {
  mkdirSync(home);
  mkdirSync(workspace);
  studio = await startModelStudio({ keys: [testKey] });
});

afterAll(async () => {
  await studio.close();
  folder[Symbol.dispose]();
});

function run(
  args: readonly string[],
  options: Pick<CliOptions, "key" | "input" | "through"> = {},
): Promise<CliResult> {
  return runBelay(
    [
      "run",
      "--workspace",
      workspace,
      "--json",
      "--region",
      "singapore",
      "--base-url",
      studio.baseUrl,
      "--model",
      "qwen3-coder-flash",
      ...args,
    ],
    {
      home,
      ...options,
    },
  );
}

const endOf = (result: CliResult) => result.events.find((event) => event.type === "turn-end");

it("exit 2: arguments that cannot be used name the option and the usage", async () => {
  for (const args of [
    ["--prompt", "x", "--mode", "yolo"],
    ["--prompt", "x", "--budget", "lots"],
    ["--prompt", ""],
    ["--nonsense"],
    ["--prompt", "x", "--max-steps", "0"],
  ]) {
    const result = await run(args);
    expect([result.code, result.stdout]).toEqual([2, ""]);
    expect(result.stderr).toContain("Usage: belay run");
    expect(result.stderr).not.toContain("    at ");
  }
});

it("exit 1: a key that is refused says where and what to check, without the key", async () => {
  const result = await run(["--prompt", "x"], { key: "sk-wrong-key-0123456789" });
  expect(result.code).toBe(1);
  expect(endOf(result)).toMatchObject({ status: "failed", error: { code: "unauthorized" } });
  expect(result.stdout + result.stderr).not.toContain("sk-wrong-key");
});

it("exit 1: a retired model names its successor", async () => {
  const result = await run(["--prompt", "x", "--model", "qwen3-coder-plus"]);
  expect(result.code).toBe(1);
  expect(endOf(result)).toMatchObject({
    error: { code: "model-not-found", message: expect.stringContaining("qwen3.7-plus") },
  });
});

it("exit 4: a budget is checked before the request, and nothing is sent", async () => {
  const sent = studio.chats().length;
  const result = await run(["--prompt", "x", "--budget", "0.000001USD"]);
  expect(result.code).toBe(4);
  expect(endOf(result)).toMatchObject({ status: "budget" });
  expect(studio.chats()).toHaveLength(sent);
});

it("exit 4: under a budget an unknown price stops too, and says what to do", async () => {
  const sent = studio.chats().length;
  const args = ["--prompt", "x", "--budget", "5USD", "--model", "a-model-of-no-known-price"];
  const result = await run(args);
  expect(result.code).toBe(4);
  expect(endOf(result)).toMatchObject({ status: "budget", error: { unkept: "unknown-price" } });
  expect(studio.chats()).toHaveLength(sent);
});

const ranIt = (needs: readonly string[] = []) => [
  {
    toolCalls: [
      { name: "run_command", arguments: { command: "echo ran > ran.txt; env > env.txt", needs } },
    ],
  },
  { text: "done" },
];

it("exit 3: a command that would leave the sandbox asks, runs nothing, and goes on when approved", async () => {
  studio.play(ranIt(["no-sandbox"]));
  const asked = await run(["--prompt", "run it", "--mode", "auto"]);
  expect(asked.code).toBe(3);
  const request = asked.events.find((event) => event.type === "approval-request");
  expect(() => readFileSync(join(workspace, "ran.txt"))).toThrow("ENOENT");
  const approved = await run([
    "--session",
    asked.events[0]?.sessionId ?? "",
    "--approve",
    request?.type === "approval-request" ? request.callId : "",
  ]);
  expect(approved.code).toBe(0);
  expect(readFileSync(join(workspace, "ran.txt"), "utf8")).toBe("ran\n");
  const environment = readFileSync(join(workspace, "env.txt"), "utf8");
  expect(environment).not.toContain(testKey);
  expect(environment).not.toContain("HOME=/belay");
});

it.skipIf(noSandboxHere !== null)(
  `exit 0: in Autopilot a command runs in the sandbox and nobody is asked${skipNote}`,
  async () => {
    studio.play(ranIt());
    const done = await run(["--prompt", "run it", "--mode", "auto"]);
    expect([done.code, done.events.some(({ type }) => type === "approval-request")]).toEqual([
      0,
      false,
    ]);
    const environment = readFileSync(join(workspace, "env.txt"), "utf8");
    expect(environment).toContain("HOME=/belay/home\n");
    expect(environment).not.toContain(testKey);
  },
);

it.skipIf(noSandboxHere !== null)(
  `exit 3: with bubblewrap gone, every command asks, with the reason and the remedy${skipNote}`,
  async () => {
    const hidden = ["/usr/bin/bwrap", "/usr/local/bin/bwrap"].filter((path) => existsSync(path));
    const through = ["bwrap", "--dev-bind", "/", "/"].concat(
      hidden.flatMap((path) => ["--bind", "/dev/null", path]),
    );
    studio.play(ranIt());
    const asked = await run(["--prompt", "run it", "--mode", "edit"], { through });
    const request = asked.events.find((event) => event.type === "approval-request");
    expect([asked.code, request]).toMatchObject([3, { unconfined: true }]);
    const reason = request?.type === "approval-request" ? request.reason : "";
    expect(reason).toContain("every command asks. bubblewrap is not installed.");
    expect(reason).toContain("apt install bubblewrap");
  },
);

it.each(noSandboxHere === null ? ["edit", "auto"] : ["edit"])(
  "exit 3 in %s mode: a file that steers asks, also while missing, and goes on when approved",
  async (mode) => {
    const path = `.github/workflows/${mode}.yml`;
    studio.play([
      { toolCalls: [{ name: "write_file", arguments: { path, content: "on: push\n" } }] },
      { text: "done" },
    ]);
    const asked = await run(["--prompt", "write it", "--mode", mode]);
    expect(asked.code).toBe(3);
    const request = asked.events.find((event) => event.type === "approval-request");
    expect(request).toMatchObject({
      onlyOnce: true,
      reason: expect.stringContaining("Runs on a build server"),
    });
    expect(() => readFileSync(join(workspace, path))).toThrow("ENOENT");
    const approved = await run([
      "--session",
      asked.events[0]?.sessionId ?? "",
      "--approve",
      request?.type === "approval-request" ? request.callId : "",
    ]);
    expect(approved.code).toBe(0);
    expect(readFileSync(join(workspace, path), "utf8")).toBe("on: push\n");
  },
);

it("exit 5: an undo that leaves a conflict says which file, and keeps it", async () => {
  studio.play([
    { toolCalls: [{ name: "write_file", arguments: { path: "a.txt", content: "agent\n" } }] },
    { text: "done" },
  ]);
  expect((await run(["--prompt", "write", "--mode", "edit"])).code).toBe(0);
  writeFileSync(join(workspace, "a.txt"), "mine\n");
  const result = await runBelay(["undo", "--workspace", workspace, "--last", "--json"], { home });
  expect(result.code).toBe(5);
  expect(JSON.parse(result.stdout)).toMatchObject({
    undone: [],
    conflicts: [{ path: "a.txt" }],
    redo: null,
  });
  expect(readFileSync(join(workspace, "a.txt"), "utf8")).toBe("mine\n");
});

it("exit 130: an interrupt ends the turn, and the session can go on", async () => {
  studio.play([{ text: "I begin", hang: true }, { text: "whole" }]);
  const result = await runBelay(
    [
      "run",
      "--workspace",
      workspace,
      "--json",
      "--base-url",
      studio.baseUrl,
      "--region",
      "singapore",
      "--model",
      "qwen3-coder-flash",
      "--prompt",
      "-",
    ],
    {
      home,
      input: "from standard input",
      onLine: (line, kill) => {
        if (line.includes('"text-delta"')) kill("SIGINT");
      },
    },
  );
  expect(result.code).toBe(130);
  expect(result.events.find((event) => event.type === "turn-start")).toMatchObject({
    prompt: "from standard input",
  });
  expect(endOf(result)).toMatchObject({ status: "cancelled" });
  const next = await run(["--session", result.events[0]?.sessionId ?? "", "--prompt", "again"]);
  expect(next.code).toBe(0);
});

it("a killed run is shown as interrupted, and nothing repeats by itself", async () => {
  studio.play([
    { toolCalls: [{ name: "write_file", arguments: { path: "b.txt", content: "b\n" } }] },
    { text: "slow", hang: true },
  ]);
  const killed = await runBelay(
    [
      "run",
      "--workspace",
      workspace,
      "--json",
      "--mode",
      "edit",
      "--base-url",
      studio.baseUrl,
      "--region",
      "singapore",
      "--model",
      "qwen3-coder-flash",
      "--prompt",
      "go",
    ],
    {
      home,
      onLine: (line, kill) => {
        if (line.includes('"slow"')) kill("SIGKILL");
      },
    },
  );
  const sessionId = killed.events[0]?.sessionId ?? "";
  const sent = studio.chats().length;
  const undone = await runBelay(
    ["undo", "--workspace", workspace, "--session", sessionId, "--json"],
    { home },
  );
  expect(undone.code).toBe(0);
  expect(() => readFileSync(join(workspace, "b.txt"))).toThrow("ENOENT");
  expect(studio.chats()).toHaveLength(sent);
  studio.play([{ text: "whole" }]);
  const next = await run(["--session", sessionId, "--prompt", "go on"]);
  expect(next.code).toBe(0);
});

it("a refusal that a result caused names it, and --leave-out goes on without it", async () => {
  writeFileSync(join(workspace, "notes.txt"), "a bad word\n");
  const error = {
    status: 400,
    body: {
      code: "DataInspectionFailed",
      message: "Input data may contain inappropriate content.",
    },
  };
  studio.play([
    { toolCalls: [{ name: "read_file", arguments: { path: "notes.txt" } }] },
    { error },
    { text: "Without it, then." },
  ]);
  const refused = await run(["--prompt", "What do my notes say?"]);
  const end = endOf(refused);
  expect([refused.code, end?.error?.message]).toEqual([
    1,
    expect.stringMatching(/content filter.*read_file notes\.txt probably caused it/),
  ]);
  const again = ["--session", end?.sessionId ?? "", "--leave-out", end?.error?.leaveOut ?? ""];
  expect((await run(again)).code).toBe(0);
  const sent = studio.requests.at(-1)?.bodyText;
  expect([sent?.includes("notes.txt"), sent?.includes("a bad word")]).toEqual([true, false]);
});
