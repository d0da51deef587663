import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { CommandCover, CommandScope } from "../../../src/main/checkpoints/command-types.ts";
import type { Coverage } from "../../../src/main/checkpoints/records.ts";
import { noCommands } from "../../support/no-commands.ts";
import { runCommandTool } from "../../../src/main/tools/run-command.ts";
import { blobId } from "../../../src/main/workspace/blob-id.ts";
import { AppError } from "../../../src/shared/errors.ts";
import { checkpointIdSchema } from "../../../src/shared/ids.ts";
import { allCovered, freeCommands } from "../../support/free-commands.ts";
import { createToolFixture } from "../../support/tool-fixture.ts";

const change = (path: string) =>
  ({ path, kind: "modified", added: 1, removed: 0, binary: false }) as const;
const record = {
  checkpointId: checkpointIdSchema.parse("k-1"),
  changes: [change("read.txt"), change("other.txt")],
  notes: ["a note"],
};

/** A cover that holds the same against every command, and keeps what it was asked. */
function createCover(coverage: Coverage = allCovered) {
  const calls: string[] = [];
  const scopes: CommandScope[] = [];
  const cover: CommandCover = {
    coverage: () => coverage,
    async settle(limitMs) {
      calls.push(`settle ${limitMs}`);
      return coverage;
    },
    async aroundCommand(scope, run) {
      scopes.push(scope);
      calls.push("around");
      return { value: await run(), ...record };
    },
    async openWindow(scope) {
      scopes.push(scope);
      calls.push("open");
      return {
        close: async () => {
          calls.push("close");
          return record;
        },
        closeLate: async () => void calls.push("close late"),
      };
    },
  };
  return { cover, calls, scopes };
}

describe("run_command", () => {
  it("has on its card what changed, and tells the model only which files it has to read again", async () => {
    const { cover, scopes } = createCover();
    await using tools = createToolFixture({ "read.txt": "r\n" }, { commands: cover });
    tools.reads.record("read.txt", blobId(Buffer.from("r\n")));
    const done = await tools.call("run_command", { command: "echo hi" });
    expect(done).toMatchObject({ status: "completed", changes: record.changes, notes: ["a note"] });
    expect(done.result).toMatch(
      /^Exit code 0 after .*\nhi\nIt changed files you have read: read\.txt\.$/,
    );
    expect(scopes[0]).toMatchObject({ line: "echo hi", callId: tools.context.callId });
  });

  it("says nothing of changes when there are none", async () => {
    await using tools = createToolFixture();
    const done = await tools.call("run_command", { command: "true" });
    expect([done.changes, done.notes]).toEqual([undefined, undefined]);
    expect(done.result).not.toContain("changed");
  });

  it("has what a command changed until it was ended by its time limit", async () => {
    const { cover } = createCover();
    await using tools = createToolFixture({}, { commands: cover });
    const done = await tools.call("run_command", { command: "sleep 20", timeout_ms: 50 });
    expect(done).toMatchObject({ status: "failed", changes: record.changes });
  });

  it("closes the window of a background command when it has ended by itself", async () => {
    const { cover, calls } = createCover();
    await using tools = createToolFixture({}, { commands: cover });
    const started = await tools.call("run_command", { command: "sleep 1.3", background: true });
    expect(started).toMatchObject({ status: "completed" });
    expect([started.changes, calls]).toEqual([undefined, ["open"]]);
    await expect.poll(() => calls).toEqual(["open", "close late"]);
  });

  it("has the changes of a background command that ended at once in its answer", async () => {
    const { cover, calls } = createCover();
    await using tools = createToolFixture({}, { commands: cover });
    const ended = await tools.call("run_command", { command: "exit 3", background: true });
    expect(ended).toMatchObject({ status: "failed", changes: record.changes });
    await wait(20);
    expect(calls).toEqual(["open", "close"]);
  });

  it("leaves no window open when the command cannot be started, and runs nothing when it cannot be watched", async () => {
    const { cover, calls } = createCover();
    await using tools = createToolFixture({}, { commands: cover });
    const tool = runCommandTool({
      ...noCommands,
      start: () => Promise.reject(new AppError("unavailable", "no shell")),
    });
    const background = { command: "x", background: true };
    await expect(tool.run(background, tools.context)).rejects.toThrow("no shell");
    expect(calls).toEqual(["open", "close"]);
    const blind: CommandCover = {
      ...freeCommands,
      aroundCommand: () => Promise.reject(new AppError("unavailable", "The disk is full.")),
    };
    const foreground = { ...tools.context, commands: blind };
    const run = runCommandTool(tools.runner).run({ command: "touch ran.txt" }, foreground);
    await expect(run).rejects.toThrow("The disk is full.");
    expect(existsSync(join(tools.root, "ran.txt"))).toBe(false);
  });
});

describe("what is said before a command runs", () => {
  const partly: Coverage = {
    ...allCovered,
    complete: false,
    files: 5000,
    covered: 4997,
    heavy: ["node_modules"],
    tooLarge: [{ path: "big.iso", size: 99 }],
    special: [".git", "lib/.git", "socket"],
  };

  it("is nothing when undo covers all there is", async () => {
    await using tools = createToolFixture();
    const tool = runCommandTool(noCommands);
    expect(await tool.caution?.({ command: "true" }, tools.context, true)).toBeNull();
  });

  it("names what undo would not cover, and asks where the files were not all looked at", async () => {
    const { cover, calls } = createCover(partly);
    await using tools = createToolFixture({}, { commands: cover });
    const tool = runCommandTool(noCommands);
    expect(await tool.caution?.({ command: "true" }, tools.context, true)).toEqual({
      asks: true,
      parts: [
        {
          code: "uncovered",
          unseen: { files: 3, of: 5000 },
          lists: [
            { what: "heavy", names: ["node_modules"], more: 0 },
            { what: "too-large", names: ["big.iso"], more: 0 },
            { what: "repository", names: ["lib/.git"], more: 0 },
            { what: "special", names: ["socket"], more: 0 },
          ],
        },
      ],
      text: "Undo will not cover 3 of 5000 files, which were not looked at yet; node_modules; big.iso (too large to be kept); lib/.git (another repository's history); socket (no regular file or folder).",
    });
    const whole = createCover({ ...partly, complete: true });
    const caution = await tool.caution?.(
      { command: "true" },
      { ...tools.context, commands: whole.cover },
      true,
    );
    expect(caution?.asks).toBe(false);
    // A person is there: they are asked at once, not after a wait.
    expect(calls).toEqual([]);
  });

  it("waits for the files without a person, but not before a question that comes anyway", async () => {
    const { cover, calls } = createCover(partly);
    await using tools = createToolFixture({}, { commands: cover });
    const tool = runCommandTool(tools.runner);
    const headless = { ...tools.context, attended: false };
    await tool.caution?.({ command: "true" }, headless, false);
    expect(calls).toEqual([]);
    await tool.caution?.({ command: "true" }, headless, true);
    await tool.run({ command: "true" }, headless);
    expect(calls).toEqual(["settle 60000", "settle 60000", "around"]);
  });
});
