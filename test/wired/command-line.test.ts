import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { doctorReportSchema } from "../../src/shared/app.ts";
import { runBelay, testKey } from "../support/belay-cli.ts";
import { startModelStudio } from "../support/model-studio/server.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";

const folder = createTemporaryFolder();
const home = join(folder.path, "home");
const project = join(folder.path, "it's a project");
mkdirSync(home);
mkdirSync(project);

afterAll(() => folder[Symbol.dispose]());

it("takes a mistyped command for no folder to open", async () => {
  const result = await runBelay(["dotcor"], { home });
  expect([result.code, result.stdout]).toEqual([2, ""]);
  expect(result.stderr).toBe(
    'belay: "dotcor" is neither a command nor a folder. See: belay --help\n',
  );
});

it("ends at an interrupt while it waits for a prompt on standard input", async () => {
  const database = join(home, "history.db");
  let kill: ((signal: NodeJS.Signals) => void) | undefined;
  const run = runBelay(["run", "--workspace", project, "--prompt", "-"], {
    home,
    input: null,
    onStart: (started) => {
      kill = started;
    },
  });
  await expect.poll(() => existsSync(database), { timeout: 10_000 }).toBe(true);
  kill?.("SIGINT");
  const result = await run;
  expect([result.code, result.stderr]).toEqual([130, "belay: Interrupted.\n"]);
});

it("names the registry's Electron in its report", async () => {
  const environment = { BELAY_REGISTRY_ELECTRON: "1" };
  const result = await runBelay(["doctor", "--json"], { home, environment });
  const { items } = doctorReportSchema.parse(JSON.parse(result.stdout));
  expect(items.find(({ name }) => name === "runtime")?.detail).toContain("third-party repack");
  expect(result.code).toBe(0);
});

it("works in a home folder or a whole disk only when that is confirmed", async () => {
  for (const wide of [home, "/"]) {
    const refused = await runBelay(["run", "--workspace", wide, "--prompt", "x"], { home });
    expect([refused.code, refused.stdout]).toEqual([3, ""]);
    expect(refused.stderr).toContain("To confirm: --confirm-folder");
  }
  await using studio = await startModelStudio({ keys: [testKey], script: [{ text: "here" }] });
  const confirmed = await runBelay(
    ["ask", "where?", "--workspace", home, "--model", "qwen3-coder-flash", "--confirm-folder"],
    { home, baseUrl: studio.baseUrl },
  );
  expect([confirmed.code, confirmed.stdout]).toEqual([0, "here\n"]);
});

it("takes a folder that is not there for a bad argument", async () => {
  for (const command of [
    ["run", "--prompt", "x"],
    ["undo", "--last"],
  ]) {
    const result = await runBelay([...command, "--workspace", `${project}/gone`], { home });
    expect([result.code, result.stderr]).toEqual([
      2,
      expect.stringContaining("There is no folder"),
    ]);
  }
});

const play = { mode: "edit", model: "qwen3-coder-flash", region: "singapore" } as const;
const options = Object.entries(play).flatMap(([name, value]) => [`--${name}`, value]);

it("shows control characters of a model instead of obeying them, and the command that goes on", async () => {
  const command = "rm -rf / #\u001B[2K\u001B]52;c;ZXZpbA==\u0007\u202Etxt.exe\r";
  await using studio = await startModelStudio({
    keys: [testKey],
    script: [{ text: "hi\u001B[8m", toolCalls: [{ name: "run_command", arguments: { command } }] }],
  });
  const asked = await runBelay(["run", "--workspace", project, ...options, "--prompt", "go"], {
    home,
    baseUrl: studio.baseUrl,
  });
  expect([asked.code, asked.stdout]).toEqual([3, "hi\\u001b[8m\n"]);
  expect(asked.stderr).toContain("rm -rf / #\\u001b[2K\\u001b]52;c;ZXZpbA==\\u0007\\u202etxt.exe");
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  expect(asked.stderr).not.toMatch(/[\u0000-\u0008\u000B-\u001F\u202E]/);
  expect(asked.stderr).toContain(
    `Go on with: belay run --workspace '${folder.path}/it'\\''s a project' --session s-`,
  );
});

it("undoes files whose conversation is not in the history any more, and says so", async () => {
  const write = { name: "write_file", arguments: { path: "a.txt", content: "agent\n" } };
  await using studio = await startModelStudio({
    keys: [testKey],
    script: [{ toolCalls: [write] }, { text: "done" }],
  });
  writeFileSync(join(project, "mine.txt"), "mine\n");
  await runBelay(["run", "--workspace", project, ...options, "--prompt", "go"], {
    home,
    baseUrl: studio.baseUrl,
  });
  expect(readFileSync(join(project, "a.txt"), "utf8")).toBe("agent\n");
  for (const suffix of ["", "-wal", "-shm"])
    rmSync(join(home, `history.db${suffix}`), { force: true });
  const undo = ["undo", "--workspace", project, "--last", "--json"];
  writeFileSync(join(project, "a.txt"), "person\n");
  const kept = await runBelay([...undo, "--dry-run"], { home });
  expect([kept.code, JSON.parse(kept.stdout).conflicts]).toMatchObject([5, [{ path: "a.txt" }]]);
  writeFileSync(join(project, "a.txt"), "agent\n");
  const preview = await runBelay([...undo, "--dry-run"], { home });
  const expected = { undone: [{ path: "a.txt", action: "delete" }], conflicts: [], skipped: [] };
  expect([preview.code, JSON.parse(preview.stdout)]).toEqual([
    0,
    { ...expected, redo: null, dryRun: true, uncoveredCommands: 0 },
  ]);
  const undone = await runBelay(undo, { home });
  expect([undone.code, JSON.parse(undone.stdout)]).toEqual([
    0,
    { ...expected, redo: expect.any(String), notes: [expect.stringContaining("no session")] },
  ]);
  expect(undone.stderr).toContain("The conversation does not show this undo.");
  expect(existsSync(join(project, "a.txt"))).toBe(false);
});
