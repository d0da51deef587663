import { existsSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { runBelay, testKey, type CliResult } from "../support/belay-cli.ts";
import { startModelStudio } from "../support/model-studio/server.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";
import { treeOf } from "../support/tree-hash.ts";

it("a command that removes the project folder is undone at the command line, from the path where it was", async () => {
  using folder = createTemporaryFolder();
  const home = realpathSync(folder.path);
  const project = join(home, "project");
  mkdirSync(join(project, "src"), { recursive: true });
  writeFileSync(join(project, "src/a.ts"), "a\n");
  const before = treeOf(project);
  await using studio = await startModelStudio({
    keys: [testKey],
    script: [
      // In the sandbox it would empty the folder, and could not remove it.
      {
        toolCalls: [
          {
            name: "run_command",
            arguments: { command: "cd .. && rm -rf project", needs: ["no-sandbox"] },
          },
        ],
      },
      { text: "done" },
    ],
  });
  const belay = (...args: readonly string[]): Promise<CliResult> =>
    runBelay([...args, "--workspace", project, "--json"], { home, baseUrl: studio.baseUrl });
  const asked = await belay("run", "--prompt", "go", "--model", "qwen3-coder-flash");
  const request = asked.events.find((event) => event.type === "approval-request");
  const { sessionId = "", callId = "" } = request ?? {};
  const run = await belay("run", "--session", sessionId, "--approve", callId);
  const end = run.events.find((event) => event.type === "tool-call-end");
  expect(end?.notes?.join()).toContain("removed or moved the project folder itself");
  expect(existsSync(project)).toBe(false);

  const listed = await belay("checkpoints");
  expect([listed.code, JSON.parse(listed.stdout)]).toMatchObject([0, [{ tool: "run_command" }]]);
  expect(listed.stderr).toBe(
    `${project} is gone. Its checkpoints are still there, and undo makes the folder again.\n`,
  );
  expect(existsSync(project)).toBe(false);

  const undone = await belay("undo", "--last");
  expect([undone.code, JSON.parse(undone.stdout).conflicts]).toEqual([0, []]);
  expect(treeOf(project)).toEqual(before);
  const redone = await belay("redo");
  expect([redone.code, redone.stderr]).toEqual([0, ""]);
  expect(treeOf(project)).toEqual({});
});
