import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runBelay, testKey, type CliResult } from "../support/belay-cli.ts";
import {
  createHostileRepository,
  hostileEnvironment,
  type HostileRepository,
} from "../support/hostile-repository.ts";
import { startModelStudio, type ModelStudio } from "../support/model-studio/server.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";

const folder = createTemporaryFolder();
const home = join(folder.path, "home");
let studio: ModelStudio;
let hostile: HostileRepository;

beforeAll(async () => {
  mkdirSync(home);
  hostile = createHostileRepository(folder.path);
  studio = await startModelStudio({ keys: [testKey] });
});

afterAll(async () => {
  await studio.close();
  folder[Symbol.dispose]();
});

/** As a person would, from within the folder. */
const belay = (...args: readonly string[]): Promise<CliResult> => {
  const [command = "", ...rest] = args;
  return runBelay([command, "--workspace", hostile.root, ...rest], { home });
};

const call = (name: string, input: Readonly<Record<string, unknown>>) => ({
  name,
  arguments: input,
});

it("listed, searched and worked in, a hostile repository runs nothing and decides nothing", async () => {
  studio.play([
    {
      toolCalls: [
        call("list_files", { path: ".", depth: 4 }),
        call("find_files", { pattern: "**/*" }),
        call("search_files", { pattern: "one" }),
        call("read_file", { path: "src/a.txt" }),
        call("read_file", { path: "README.md" }),
      ],
    },
    { toolCalls: [call("edit_file", { path: "src/a.txt", old_string: "two", new_string: "2" })] },
    { toolCalls: [call("write_file", { path: "src/new.txt", content: "new\n" })] },
    { toolCalls: [call("write_file", { path: "sub/b2.txt", content: "b2\n" })] },
    { text: "done" },
  ]);
  const ran = await belay(
    "run",
    "--json",
    "--region",
    "singapore",
    "--base-url",
    studio.baseUrl,
    "--model",
    "qwen3-coder-flash",
    "--mode",
    "edit",
    "--prompt",
    "work",
  );
  expect([ran.code, ran.stderr]).toEqual([
    0,
    expect.stringMatching(
      /^\d+ items here can run code or steer the agent; all off\. See: belay trust /,
    ),
  ]);
  expect(readFileSync(join(hostile.root, "src/a.txt"), "utf8")).toBe("one\n2\nthree\n");
  expect(hostile.ran()).toEqual([]);

  // Endpoint and key are the person's; neither the agent files' words nor the .env's reached a request.
  const sent = studio.chats();
  expect(sent).toHaveLength(5);
  const text = JSON.stringify(sent);
  for (const word of ["SENTINEL-", ...Object.values(hostileEnvironment)])
    expect(text).not.toContain(word);
});

it("its changes are shown as a patch, undone and done again, and nothing runs", async () => {
  const patch = await belay("undo", "--last", "--patch");
  expect([patch.code, patch.stdout.includes("-two\n+2\n")]).toEqual([0, true]);
  const undone = await belay("undo", "--last", "--json");
  expect(JSON.parse(undone.stdout)).toMatchObject({ conflicts: [], skipped: [] });
  expect(readFileSync(join(hostile.root, "src/a.txt"), "utf8")).toBe("one\ntwo\nthree\n");
  expect((await belay("redo", "--json")).code).toBe(0);
  expect(hostile.ran()).toEqual([]);
});

it("what steers is written, undone and done again only once the person has said so", async () => {
  const file = join(hostile.root, "GEMINI.md");
  const text = (): string | null => (existsSync(file) ? readFileSync(file, "utf8") : null);
  studio.play([
    { toolCalls: [call("write_file", { path: "GEMINI.md", content: "Be kind.\n" })] },
    { text: "done" },
  ]);
  const how = ["--region", "singapore", "--base-url", studio.baseUrl, "--json"] as const;
  const model = ["--model", "qwen3-coder-flash", "--mode", "auto"] as const;
  const asked = await belay("run", ...how, ...model, "--prompt", "Write the rules");
  expect([asked.code, text()]).toEqual([3, null]);
  const events = asked.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const { callId, sessionId } = events.find(({ type }) => type === "approval-request");
  const went = await belay("run", ...how, "--session", sessionId, "--approve", callId);
  expect([went.code, text()]).toEqual([0, "Be kind.\n"]);
  // There was none before the agent made it: that comes back at once, and what the agent made only once it is said.
  expect([(await belay("undo", "--last")).code, text()]).toEqual([0, null]);
  const kept = await belay("redo");
  expect([kept.code, text()]).toEqual([5, null]);
  expect(kept.stderr).toContain("To change it too: --allow-steering");
  expect((await belay("redo", "--allow-steering", "--json")).code).toBe(0);
  expect([text(), hostile.ran()]).toEqual(["Be kind.\n", []]);
  expect([(await belay("undo", "--last", "--allow-steering")).code, text()]).toEqual([0, null]);
});

it("all of it is named, and off", async () => {
  const listed = JSON.parse((await belay("trust", "--json")).stdout);
  expect(listed).toMatchObject({ complete: true, warning: null });
  expect(listed.off).toBe(listed.items.length);
  expect(hostile.ran()).toEqual([]);
});
