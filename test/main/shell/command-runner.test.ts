import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createTurnId } from "../../../src/shared/ids.ts";
import { isAlive, pidIn } from "../../support/processes.ts";
import { createToolFixture, type ToolFixture } from "../../support/tool-fixture.ts";

/** Starts a child, a grandchild in a session of its own, and one that has lost its parent too. */
const family = [
  "echo $$ > root.pid",
  "(sleep 300 & echo $! > child.pid; wait) &",
  "setsid sh -c 'echo $$ > session.pid; exec sleep 300' &",
  "(setsid sh orphan.sh & )",
].join("\n");
/** Ignores SIGTERM, in a session of its own, its parent gone. */
const orphan = "trap '' TERM\necho $$ > orphan.pid\nwhile :; do sleep 1; done\n";
const members = ["root.pid", "child.pid", "session.pid", "orphan.pid"];

async function pids(tools: ToolFixture): Promise<number[]> {
  return Promise.all(members.map((file) => pidIn(join(tools.root, file))));
}

describe.skipIf(process.platform === "win32")("run_command", () => {
  it("answers with the exit code and both outputs in plain text", async () => {
    await using tools = createToolFixture({ "a.txt": "" });
    const done = await tools.call("run_command", {
      command: "pwd; ls; printf '\\033[31mred\\033[0m\\r\\n' >&2; exit 3",
    });
    expect(done).toMatchObject({ status: "failed", exitCode: 3 });
    expect(done.result).toMatch(/^Exit code 3 after \d+\.\d s\./);
    expect(done.result).toContain(tools.root);
    expect(done.result).toContain("red");
    expect(done.result).not.toContain("\u001B");
    expect(done.notes).toBeUndefined();
  });

  it("has no input to wait for and no terminal", async () => {
    await using tools = createToolFixture();
    const done = await tools.call("run_command", {
      command: "cat; test -t 1 || echo no terminal; echo $TERM",
    });
    expect(done.result).toContain("no terminal\ndumb");
  });

  it("keeps keys and what steers Electron, Node and npm from the command", async () => {
    const environment = {
      PATH: process.env["PATH"],
      HOME: "/home/someone",
      LANG: "C.UTF-8",
      DASHSCOPE_API_KEY: "sk-planted0123456789",
      OPENAI_API_KEY: "planted-too",
      AWS_SECRET_ACCESS_KEY: "planted-three",
      GITHUB_TOKEN: "planted-four",
      SSH_AUTH_SOCK: "/planted-five",
      ELECTRON_RUN_AS_NODE: "1",
      NODE_OPTIONS: "--planted-six",
      npm_config_registry: "planted-seven",
      BELAY_HOME: "/planted-eight",
      LD_PRELOAD: "/planted-nine",
      BASH_ENV: "/planted-ten",
      TMPDIR: "sk-planted9876543210",
      HTTPS_PROXY: "http://user:planted-eleven@proxy:1",
    };
    await using tools = createToolFixture({}, { environment });
    const done = await tools.call("run_command", {
      command: "env; cat /proc/self/environ | tr '\\0' '\\n'",
    });
    expect(done.result).toContain("HOME=/home/someone");
    expect(done.result).not.toContain("planted");
    expect(done.result).not.toMatch(/ELECTRON|NODE_OPTIONS|npm_/);
  });

  it("joins characters that are cut between two writes", async () => {
    await using tools = createToolFixture();
    const seen: string[] = [];
    const done = await tools.runner.run(
      {
        command:
          "printf '\\303'; sleep 0.2; printf '\\251\\n'; printf '\\033['; sleep 0.2; printf '1mbold\\033[0m\\n'",
        cwd: tools.root,
        signal: new AbortController().signal,
        onOutput: (text) => seen.push(text),
      },
      10_000,
    );
    expect(done.output).toBe("é\nbold\n");
    expect(seen.join("")).toBe("é\nbold\n");
  });

  it("keeps start and end of a flood, and the whole of it for reading on", async () => {
    await using tools = createToolFixture();
    const done = await tools.call("run_command", { command: "seq 1 100000" });
    expect(done.result.length).toBeLessThan(32_000);
    expect(done.result).toContain("\n1\n2\n");
    expect(done.result.trimEnd()).toMatch(/\n100000$/);
    const name = /belay-output:o-[a-z0-9]+/.exec(done.result)?.[0] ?? "";
    const middle = await tools.call("read_file", { path: name, offset: 50_000, limit: 2 });
    expect(middle.result).toMatch(/^50000\t50000\n50001\t50001\n\(lines 50000-50001 of 100000/);
    const file = join(tools.root, "../outputs", `${name.slice("belay-output:".length)}.txt`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("leaves no file behind for an output that was shown whole", async () => {
    await using tools = createToolFixture();
    await tools.call("run_command", { command: "echo short" });
    expect(readdirSync(join(tools.root, "../outputs"))).toEqual([]);
  });

  it.each([
    "belay-output:../project/a",
    "belay-output:/etc/passwd",
    "belay-output:",
    "belay-output:o-none",
  ])("opens nothing by the name %s", async (path) => {
    await using tools = createToolFixture({ "a.txt": "x" });
    const { status, result } = await tools.call("read_file", { path });
    expect(status).toBe("failed");
    expect(result).toContain("There is no command output");
  });

  it("ends the whole tree when the person stops it, daemons included", async () => {
    await using tools = createToolFixture({ "orphan.sh": orphan });
    const stop = new AbortController();
    const running = tools.call("run_command", { command: `${family}\nsleep 300` }, stop.signal);
    const all = await pids(tools);
    expect(all.every(isAlive)).toBe(true);
    stop.abort();
    expect(await running).toMatchObject({ status: "cancelled" });
    expect(all.map(isAlive)).toEqual([false, false, false, false]);
  });

  it("ends the whole tree at the time limit and says so", async () => {
    await using tools = createToolFixture({ "orphan.sh": orphan });
    const done = await tools.call("run_command", {
      command: `${family}\necho before; sleep 300`,
      timeout_ms: 1500,
    });
    expect(done.status).toBe("failed");
    expect(done.result).toMatch(/time limit[^]*before/);
    expect((await pids(tools)).map(isAlive)).toEqual([false, false, false, false]);
  });

  it("ends what a command leaves behind when it ends itself", async () => {
    await using tools = createToolFixture();
    const done = await tools.call("run_command", {
      command: "sleep 300 & echo $! > child.pid; echo done",
    });
    expect(done).toMatchObject({ status: "completed", exitCode: 0 });
    expect(done.result).toContain("1 processes it left behind were ended");
    expect(isAlive(await pidIn(join(tools.root, "child.pid")))).toBe(false);
  });

  it("runs in the background, can be looked at, and is ended with its turn", async () => {
    await using tools = createToolFixture();
    const started = await tools.call("run_command", {
      command: "echo $$ > root.pid; echo listening; sleep 0.2; sleep 300",
      background: true,
    });
    expect(started.status).toBe("completed");
    expect(started.result).toContain("listening");
    const path = /belay-output:o-[a-z0-9]+/.exec(started.result)?.[0] ?? "";
    expect((await tools.call("read_file", { path })).result).toBe(
      "1\tlistening\n(the command: still running)",
    );
    const pid = await pidIn(join(tools.root, "root.pid"));
    await tools.runner.killAll(createTurnId());
    expect(isAlive(pid)).toBe(true);
    await tools.runner.killAll(tools.context.turnId);
    expect(isAlive(pid)).toBe(false);
    expect((await tools.call("read_file", { path })).result).toContain(
      "(the command: ended by SIGTERM)",
    );
  });

  it("lists what runs in the background with the end of its output, until it is stopped", async () => {
    const told: number[] = [];
    await using tools = createToolFixture({}, { onBackground: (now) => told.push(now.length) });
    const { background } = tools.runner;
    const command = "echo $$ > root.pid; for i in $(seq 3000); do echo line $i; done; sleep 300";
    await tools.call("run_command", { command: "true", background: true });
    await tools.call("run_command", { command, background: true });
    const [running, ...others] = background.list();
    const { sessionId } = tools.context;
    expect(running).toMatchObject({ command, workspace: tools.root, sessionId });
    expect(others).toEqual([]);
    const id = running?.id ?? "";
    await expect.poll(() => background.tail(id)).toMatch(/line 2999\nline 3000\n$/);
    expect(background.tail(id)).toHaveLength(8000);
    const pid = await pidIn(join(tools.root, "root.pid"));
    await background.stop(id);
    expect(isAlive(pid)).toBe(false);
    expect(background.list()).toEqual([]);
    expect(() => background.tail(id)).toThrow("has ended");
    await background.stop(id);
    // Of the one that ended at once nobody was told.
    await expect.poll(() => told).toEqual([1, 0]);
  });

  it("says at once when a background command fails", async () => {
    await using tools = createToolFixture();
    const started = await tools.call("run_command", {
      command: "echo no such port >&2; exit 7",
      background: true,
    });
    expect(started.status).toBe("failed");
    expect(started.result).toMatch(/exited with code 7[^]*no such port/);
  });

  it("does not start when it was stopped before", async () => {
    await using tools = createToolFixture();
    const stopped = AbortSignal.abort();
    const done = await tools.call("run_command", { command: "sleep 300" }, stopped);
    expect(done.status).toBe("cancelled");
  });
});
