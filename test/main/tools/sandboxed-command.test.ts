import { existsSync, readFileSync } from "node:fs";
import { totalmem } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CommandSandbox } from "../../../src/main/tools/tool.ts";
import { isAlive, processOf } from "../../support/processes.ts";
import { realSandbox } from "../../support/real-sandbox.ts";
import { git } from "../../support/run-git.ts";
import { noSandboxHere, skipNote } from "../../support/sandbox-fixture.ts";
import { createToolFixture, type ToolFixture } from "../../support/tool-fixture.ts";

const words = (tools: ToolFixture, needs: readonly string[]) =>
  tools.caution("run_command", { command: "x", needs });

describe.skipIf(noSandboxHere !== null)(`run_command in the sandbox${skipNote}`, () => {
  let tools: ToolFixture;
  const run = (command: string, more: Readonly<Record<string, unknown>> = {}) =>
    tools.call("run_command", { command, ...more });

  beforeAll(() => {
    tools = createToolFixture({ "a.txt": "a\n" }, { sandbox: realSandbox() });
    git(tools.root, "init", "-q", "-b", "main");
    git(tools.root, "config", "user.name", "t");
    git(tools.root, "config", "user.email", "t@example.invalid");
    git(tools.root, "add", ".");
    git(tools.root, "commit", "-qm", "first");
  });

  afterAll(async () => tools[Symbol.asyncDispose]());

  it("runs the programs of the search path on the project's files", async () => {
    tools.put("Makefile", "out.txt: a.txt\n\tcp a.txt out.txt\n");
    tools.put("t.py", "import json, os\nprint(json.dumps(sorted(os.listdir('.'))[0]))\n");
    tools.put("package.json", '{"name":"p","version":"1.0.0","scripts":{"hi":"node -p 6*7"}}');
    const done = await run(
      "make -s && cat out.txt && node -p 1+1 && npm run -s hi && python3 t.py && git log --format=%s",
    );
    expect(done.result).toMatch(/^Exit code 0 after .*\na\n2\n42\n"\.git"\nfirst$/);
    expect(done.status).toBe("completed");
  });

  it("names the wall that a command hit, and the need that opens it; with the need it goes through", async () => {
    const denied = await run("echo b >> a.txt; git commit -qam second");
    expect(denied.status).toBe("failed");
    expect(denied.result).toContain('Run it again with needs ["git-history"]');
    expect(denied.notes?.join()).toContain("Blocked: a change of git's history");
    expect(denied.blocked).toMatchObject([{ wall: "git-history", need: "git-history" }]);
    // What did not keep it from its end was in nobody's way.
    const fine = await run("touch .git/x; true");
    expect(fine).toMatchObject({ status: "completed" });
    expect(fine.blocked).toBeUndefined();
    const granted = await run("git commit -qam second && git log --format=%s", {
      needs: ["git-history"],
    });
    expect(granted.result).toContain("second\nfirst");
    const elsewhere = await run("echo x > /usr/belay-test");
    expect(elsewhere.result).toContain("Blocked: a write to /usr/belay-test.");
    expect(elsewhere.blocked).toEqual([
      { wall: "write", place: "/usr/belay-test", need: "write:/usr" },
    ]);
    expect(existsSync("/usr/belay-test")).toBe(false);
  });

  it("leaves the sandbox by the need that says so, and refuses one that is none", async () => {
    const outside = await run("echo home:$HOME", { needs: ["no-sandbox"] });
    expect(outside.result).toContain(`home:${process.env["HOME"] ?? ""}`);
    const inside = await run("echo home:$HOME");
    expect(inside.result).toContain("home:/belay/home");
    expect((await run("touch ran", { needs: ["everything"] })).status).toBe("failed");
    expect(existsSync(join(tools.root, "ran"))).toBe(false);
  });

  it("tells a person in its own words what a call wants, and asks about what steers each time", async () => {
    expect(await words(tools, [])).toBeNull();
    expect(await words(tools, ["git-history"])).toEqual({
      text: "It may change git's history.",
      parts: [{ code: "need", need: "git-history" }],
      asks: false,
      wantsMore: true,
    });
    expect(await words(tools, ["steering-files"])).toMatchObject({ asks: true, onlyOnce: true });
    expect(await words(tools, ["no-sandbox"])).toMatchObject({ wantsMore: true, unconfined: true });
  });

  it("keeps a background command in as well, with its output, and ends it with all of its processes", async () => {
    const started = await run(
      "echo up; (setsid sleep 300.0611 &); echo x > ~/own; echo no > /usr/belay-test; sleep 300.0612",
      { background: true },
    );
    expect(started.result).toContain("up\n");
    expect(started.result).toContain("/usr/belay-test: Read-only file system");
    const pids = [await processOf("sleep 300.0611"), await processOf("sleep 300.0612")];
    expect(pids.map(isAlive)).toEqual([true, true]);
    await tools.runner.killAll();
    expect(pids.map(isAlive)).toEqual([false, false]);
  });

  it("ends a command at its time limit, with what it left running", async () => {
    const done = await run("(setsid sleep 300.0613 &); echo begun; sleep 300", { timeout_ms: 700 });
    expect(done.result).toMatch(/^Stopped after .* the time limit[^]*begun/);
    const left = await run("cat /proc/[0-9]*/cmdline | tr -d '\\0'");
    expect(left.result).not.toContain("300.0613");
  });

  it("says which limit a command has met", async () => {
    const most = Math.floor(totalmem() * 0.85);
    const done = await run(`python3 -c 'print(len(bytearray(${most})))'`);
    expect(done.result).toMatch(/^Limit: one process of a command may hold [\d.]+ GB of data\./);
    const killed = await run("kill -KILL $$");
    expect(killed.result).toMatch(/^It was killed: [^]*Exit code 137/);
    const wanted = await run("exit 1");
    expect(wanted.notes).toBeUndefined();
  });

  it("takes back what steers, and says so to the person and to the model", async () => {
    const done = await run("echo '{}' > .mcp.json; echo own > own.txt");
    expect(existsSync(join(tools.root, ".mcp.json"))).toBe(false);
    expect(readFileSync(join(tools.root, "own.txt"), "utf8")).toBe("own\n");
    expect(done.notes?.join()).toContain("Took back .mcp.json");
    expect(done.result).toContain("Took back .mcp.json");
  });
});

describe("run_command without a sandbox", () => {
  const gone: CommandSandbox = {
    standing: async () => ({ reason: "It is gone.", remedy: "" }),
    launcher: () => Promise.reject(new Error("not used")),
  };

  it("runs nothing that was allowed to run inside one", async () => {
    await using tools = createToolFixture({}, { sandbox: () => gone });
    for (const background of [false, true]) {
      const done = await tools.call("run_command", { command: "touch ran", background });
      expect(done).toMatchObject({ status: "failed" });
      expect(done.result).toContain("the sandbox that it was allowed in does not hold any more");
    }
    expect(existsSync(join(tools.root, "ran"))).toBe(false);
  });

  it("runs what a person allowed knowing that there is none", async () => {
    await using tools = createToolFixture();
    expect((await tools.call("run_command", { command: "touch ran" })).status).toBe("completed");
    expect(existsSync(join(tools.root, "ran"))).toBe(true);
  });
});
