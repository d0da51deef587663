import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SessionEvent } from "../../src/shared/events.ts";
import { runBelay, testKey, type CliResult } from "../support/belay-cli.ts";
import { startModelStudio, type ModelStudio } from "../support/model-studio/server.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";
import { treeOf } from "../support/tree-hash.ts";

const folder = createTemporaryFolder();
const home = join(folder.path, "home");
const project = join(folder.path, "project");

/** Everything that a command does to files, in one line, hidden ones among them. */
const line = [
  "printf 'new\\n' >> src/edit.ts",
  "printf made > made.txt",
  "rm gone.bin .env",
  "mv name.txt other.txt",
  "chmod 755 run.sh",
  "ln -s src/edit.ts link",
  "ln -sfn run.sh old-link",
  "echo '*' > .gitignore",
  "mkdir -p empty/in",
].join(" && ");

let studio: ModelStudio;
let asked: CliResult;
let run: CliResult;
let before: Record<string, string>;
let after: Record<string, string>;

const of = <T extends SessionEvent["type"]>(
  { events }: CliResult,
  type: T,
): Extract<SessionEvent, { type: T }>[] =>
  events.filter((event): event is Extract<SessionEvent, { type: T }> => event.type === type);

const repositoryIn = (tree: Record<string, string>): readonly [string, string][] =>
  Object.entries(tree).filter(([path]) => path.startsWith(".git/"));

const belay = (...args: readonly string[]): Promise<CliResult> =>
  runBelay([...args, "--workspace", project, "--json"], { home, baseUrl: studio.baseUrl });

beforeAll(async () => {
  mkdirSync(home);
  mkdirSync(join(project, "src"), { recursive: true });
  const put = (path: string, content: string | Buffer): void =>
    writeFileSync(join(project, path), content);
  put("src/edit.ts", "old\n");
  put("gone.bin", Buffer.from([0, 255, 13, 10]));
  put(".env", "SECRET=1\n");
  put("name.txt", "same bytes\n");
  put("run.sh", "echo\n");
  chmodSync(join(project, "run.sh"), 0o640);
  symlinkSync("src/edit.ts", join(project, "old-link"));
  const git = (...values: readonly string[]): unknown =>
    execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@b.c", ...values], {
      cwd: project,
    });
  git("init", "-q", "-b", "main");
  git("add", ".");
  git("commit", "-q", "-m", "one");
  studio = await startModelStudio({
    keys: [testKey],
    script: [
      { toolCalls: [{ name: "read_file", arguments: { path: "src/edit.ts" } }] },
      { toolCalls: [{ name: "run_command", arguments: { command: line } }] },
      { text: "done" },
    ],
  });
  before = treeOf(project);
  asked = await belay("run", "--prompt", "go", "--model", "qwen3-coder-flash");
  const [request] = of(asked, "approval-request");
  const { sessionId = "", callId = "" } = request ?? {};
  run = await belay("run", "--session", sessionId, "--approve", callId);
  after = treeOf(project);
});

afterAll(async () => {
  await studio[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

describe("a command in a headless turn", () => {
  it("asks first, and runs when it is allowed", () => {
    expect([asked.code, run.code, run.stderr]).toEqual([3, 0, ""]);
    expect(after).not.toEqual(before);
  });

  it("tells its checkpoint and its changes before it ends, and the model which files it has to read again", () => {
    const types = run.events.map((event) => event.type);
    expect(types.indexOf("checkpoint-add")).toBeGreaterThan(-1);
    expect(types.indexOf("checkpoint-add")).toBeLessThan(types.indexOf("tool-call-end"));
    const [end] = of(run, "tool-call-end");
    expect(end?.changes?.map(({ path, kind }) => `${kind} ${path}`)).toEqual([
      "deleted .env",
      "created .gitignore",
      "deleted gone.bin",
      "created link",
      "created made.txt",
      "modified old-link",
      "moved other.txt",
      "modified run.sh",
      "modified src/edit.ts",
    ]);
    expect(end?.result).toContain("It changed files you have read: src/edit.ts.");
    expect(end?.notes).toEqual(["Folders made: empty/, empty/in/."]);
  });

  it("is undone to the byte, and redone to the byte, and the repository stays as it is", async () => {
    const undone = await belay("undo", "--last");
    expect([undone.code, JSON.parse(undone.stdout).conflicts]).toEqual([0, []]);
    expect(treeOf(project)).toEqual(before);
    const redone = await belay("redo");
    expect([redone.code, JSON.parse(redone.stdout).conflicts]).toEqual([0, []]);
    expect(treeOf(project)).toEqual(after);
    expect(repositoryIn(after)).toEqual(repositoryIn(before));
  });

  it("is in a store that git finds sound", () => {
    const stores = readdirSync(join(home, "checkpoints"));
    expect(stores).toHaveLength(1);
    const store = join(home, "checkpoints", stores[0] ?? "");
    const printed = execFileSync("git", ["--git-dir", store, "fsck", "--strict", "--full"], {
      encoding: "utf8",
    });
    expect(printed.replaceAll(/^(?:notice|dangling).*\n/gm, "")).toBe("");
  });
});

describe("a command that Belay did not survive", () => {
  it("is told of by the next one, on standard error", async () => {
    const other = join(folder.path, "other");
    mkdirSync(other);
    const command = "mkfifo pipe; echo 1 > half; sleep 60";
    studio.play([{ toolCalls: [{ name: "run_command", arguments: { command } }] }]);
    const options = { home, baseUrl: studio.baseUrl };
    const args = ["--workspace", other, "--json"];
    const first = await runBelay(["run", "--prompt", "go", "--mode", "edit", ...args], options);
    const [request] = of(first, "approval-request");
    const goOn = ["--session", request?.sessionId ?? "", "--approve", request?.callId ?? ""];
    await runBelay(["run", ...goOn, ...args], {
      ...options,
      onStart: (kill) => watchFor(join(other, "half"), () => kill("SIGKILL")),
    });
    const list = await runBelay(["checkpoints", ...args], options);
    expect(list.stderr).toContain(`Belay ended while \`${command}\` ran.`);
    expect(JSON.parse(list.stdout)).toMatchObject([{ paths: ["half"] }]);
    const undo = await runBelay(["undo", "--last", "--workspace", other], options);
    expect([undo.code, undo.stderr]).toEqual([
      5,
      "Undo does not cover all that a command changed: its card names the rest.\n" +
        "What is named as a conflict was kept. To take it back too: --conflicts overwrite\n",
    ]);
  });
});

function watchFor(file: string, act: () => void): void {
  const timer = setInterval(() => {
    if (!existsSync(file)) return;
    clearInterval(timer);
    act();
  }, 20);
}
