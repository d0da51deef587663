import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runBelay, testKey, type CliResult } from "../support/belay-cli.ts";
import { startModelStudio, type ModelStudio } from "../support/model-studio/server.ts";
import { noSandboxHere, skipNote } from "../support/sandbox-fixture.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";

const folder = createTemporaryFolder();
const home = join(folder.path, "home");
const workspace = join(folder.path, "project");
let studio: ModelStudio;

/** On a machine where bubblewrap is there no more. */
const gone = ["/usr/bin/bwrap", "/usr/local/bin/bwrap"].filter((path) => existsSync(path));
const withoutBubblewrap = ["bwrap", "--dev-bind", "/", "/"].concat(
  gone.flatMap((path) => ["--bind", "/dev/null", path]),
);

beforeAll(async () => {
  mkdirSync(home);
  mkdirSync(workspace);
  studio = await startModelStudio({ keys: [testKey] });
});

afterAll(async () => {
  await studio.close();
  folder[Symbol.dispose]();
});

function belay(args: readonly string[], through?: readonly string[]): Promise<CliResult> {
  return runBelay(args, { home, ...(through === undefined ? {} : { through }) });
}

function run(args: readonly string[], through?: readonly string[]): Promise<CliResult> {
  const endpoint = ["--region", "singapore", "--base-url", studio.baseUrl];
  const model = ["--model", "qwen3-coder-flash"];
  const all = ["run", "--workspace", workspace, "--json", ...endpoint, ...model, ...args];
  return belay(all, through);
}

const commands = (...lines: readonly string[]) => [
  ...lines.map((command) => ({ toolCalls: [{ name: "run_command", arguments: { command } }] })),
  { text: "done" },
];

describe.skipIf(noSandboxHere !== null)(`Autopilot${skipNote}`, () => {
  it("is refused without bubblewrap, with the reason and what to do, and nothing is sent", async () => {
    studio.play(commands("echo ran > ran.txt"));
    const before = studio.requests.length;
    const refused = await run(["--prompt", "go", "--mode", "auto"], withoutBubblewrap);
    expect([refused.code, refused.stdout]).toEqual([1, ""]);
    expect(refused.stderr).toContain("Autopilot needs the sandbox, which does not hold here.");
    expect(refused.stderr).toContain("bubblewrap is not installed. Install it:");
    expect(studio.requests).toHaveLength(before);
    expect(existsSync(join(workspace, "ran.txt"))).toBe(false);
    const probe = await belay(["probe", "--workspace", workspace, "--json"], withoutBubblewrap);
    expect(JSON.parse(probe.stdout)).toMatchObject({ passed: false, mechanism: "none" });
  });

  it("runs commands where the check passes, asks for what is dangerous, and ends where it ceases to hold", async () => {
    studio.play(commands("echo ran > ran.txt", "rm -rf build"));
    const ran = await run(["--prompt", "go", "--mode", "auto"]);
    expect(ran.code).toBe(3);
    expect(readFileSync(join(workspace, "ran.txt"), "utf8")).toBe("ran\n");
    const request = ran.events.find((event) => event.type === "approval-request");
    expect(request).toMatchObject({ onlyOnce: true, command: { dangers: ["recursive-delete"] } });
    const session = ran.events[0]?.sessionId ?? "";
    const later = await run(["--session", session, "--prompt", "on"], withoutBubblewrap);
    expect(later.code).toBe(1);
    expect(later.stderr).toContain("Autopilot needs the sandbox");
    const audit = await belay(["audit", "--session", session, "--json"]);
    const entries = audit.stdout
      .trim()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
    expect(entries).toMatchObject([
      { by: "mode", decision: "allow", mode: "auto", asked: "echo ran > ran.txt", sandboxed: true },
      {
        by: "nobody",
        decision: "unattended",
        asked: "rm -rf build",
        dangers: ["recursive-delete"],
      },
    ]);
  });
});

describe("the rules on the command line", () => {
  it("are listed and taken back by their ids", async () => {
    const rule = {
      id: "a-one",
      workspace: "w",
      root: workspace,
      cover: { kind: "program", words: ["npm", "test"] },
      sandboxed: true,
      madeAt: "2026-11-26T10:00:00.000Z",
      moment: "of another content",
    };
    writeFileSync(join(home, "rules.json"), JSON.stringify({ rules: [rule] }));
    const listed = await belay(["rules", "--json"]);
    expect(JSON.parse(listed.stdout)).toMatchObject([{ id: "a-one", isVoid: true }]);
    const removed = await belay(["rules", "--remove", "a-one"]);
    expect(removed.stdout).toContain("No rules");
    const again = await belay(["rules", "--remove", "a-one"]);
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining("no such rule")]);
  });
});
