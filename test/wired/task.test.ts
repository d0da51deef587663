import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { usageReportSchema } from "../../src/shared/usage.ts";
import type { Protocol, SessionEvent } from "../../src/shared/events.ts";
import { runBelay, testKey, type CliResult } from "../support/belay-cli.ts";
import { createExpressRepository, expressTask } from "../support/express-task.ts";
import { startModelStudio, type ModelStudio } from "../support/model-studio/server.ts";
import { prefixFaults, promptOf } from "../support/prefix-rule.ts";
import { storyOf } from "../support/run-story.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";
import { treeOf } from "../support/tree-hash.ts";

const folder = createTemporaryFolder();

/** A person's data and project; the paths of both protocols are equally long, for the model reads them. */
const createPlace = (protocol: Protocol, name: string) => ({
  protocol,
  home: join(folder.path, name, "home"),
  workspace: join(folder.path, name, "express"),
});
type Place = ReturnType<typeof createPlace>;

const compatible = createPlace("openai", "one");
const native = createPlace("dashscope", "two");
const { home, workspace } = compatible;
let studio: ModelStudio;
let nativeStudio: ModelStudio;
let before: Record<string, string>;
let after: Record<string, string>;
let run: CliResult;
let nativeRun: CliResult;
/** What `belay usage` says after the task. */
let usage: { readonly total: unknown };
let nativeUsage: { readonly total: unknown };

const eventsOf = <T extends SessionEvent["type"]>(
  { events }: CliResult,
  type: T,
): Extract<SessionEvent, { type: T }>[] =>
  events.filter((event): event is Extract<SessionEvent, { type: T }> => event.type === type);

const of = <T extends SessionEvent["type"]>(type: T) => eventsOf(run, type);

const belayIn = (place: Place, baseUrl: string, ...args: readonly string[]): Promise<CliResult> =>
  runBelay([...args, "--workspace", place.workspace, "--json"], { home: place.home, baseUrl });

const belay = (...args: readonly string[]): Promise<CliResult> =>
  belayIn(compatible, studio.baseUrl, ...args);

/** The whole task in one place, over its protocol. */
const runTask = (place: Place, { baseUrl }: ModelStudio): Promise<CliResult> =>
  belayIn(
    place,
    baseUrl,
    "run",
    "--mode",
    "edit",
    "--model",
    "qwen3-coder-flash",
    "--region",
    "singapore",
    "--base-url",
    baseUrl,
    "--protocol",
    place.protocol,
    "--prompt",
    "Move the stat helper out",
  );

/** How long requests took is not the protocol's doing. */
const reportSchema = z.looseObject({
  total: z.array(usageReportSchema.shape.total.element.omit({ firstTokenMs: true, totalMs: true })),
});

const json = (result: CliResult): unknown => JSON.parse(result.stdout);

beforeAll(async () => {
  for (const place of [compatible, native]) mkdirSync(place.home, { recursive: true });
  createExpressRepository(workspace);
  cpSync(workspace, native.workspace, { recursive: true, verbatimSymlinks: true });
  studio = await startModelStudio({ keys: [testKey], script: expressTask });
  nativeStudio = await startModelStudio({ keys: [testKey], script: expressTask });
  before = treeOf(workspace);
  [run, nativeRun] = await Promise.all([
    runTask(compatible, studio),
    runTask(native, nativeStudio),
  ]);
  after = treeOf(workspace);
  usage = reportSchema.parse(json(await belay("usage")));
  nativeUsage = reportSchema.parse(json(await belayIn(native, nativeStudio.baseUrl, "usage")));
}, 60_000);

afterAll(async () => {
  await Promise.all([studio.close(), nativeStudio.close()]);
  folder[Symbol.dispose]();
});

/** Nothing but that the project's package.json can run code. */
const onlyTrust = /^1 item here can run code or steer the agent; all off\. See: belay trust .*\n$/;

describe("a task of 25 steps on the sources of express", () => {
  it("runs to its end, with the events that other programs rely on", () => {
    expect(run.stderr).toMatch(onlyTrust);
    expect(run.code).toBe(0);
    expect(of("step-start")).toHaveLength(25);
    expect(
      of("tool-call-end")
        .map((event) => `${event.status} ${event.result.slice(0, 80)}`)
        .filter((line) => !line.startsWith("completed")),
    ).toEqual([]);
    expect(of("turn-end")).toMatchObject([{ status: "completed" }]);
    expect(run.events.map((event) => event.seq)).toEqual(run.events.map((_, index) => index + 1));
    for (const event of run.events)
      expect(event).toMatchObject({ sessionId: expect.any(String), at: expect.any(String) });
  });

  it("puts every checkpoint before its effect, and one before each write", () => {
    const writes = new Set(["write_file", "edit_file", "move_file", "delete_file"]);
    const calls = of("tool-call-start").filter((event) => writes.has(event.name));
    expect(calls).toHaveLength(13);
    for (const call of calls) {
      const checkpoint = of("checkpoint-add").find((event) => event.callId === call.callId);
      const end = of("tool-call-end").find((event) => event.callId === call.callId);
      expect(call.seq).toBeLessThan(checkpoint?.seq ?? 0);
      expect(checkpoint?.seq).toBeLessThan(end?.seq ?? 0);
    }
  });

  it("begins every request with the one before, and keeps the first under 14 KB", () => {
    const bodies = studio.chats().map((request) => request.body);
    expect(Buffer.byteLength(JSON.stringify(bodies[0]))).toBeLessThan(14_000);
    expect(bodies).toHaveLength(25);
    expect(prefixFaults(bodies)).toEqual([]);
    const { toolNames } = promptOf(bodies[0] ?? {});
    expect(toolNames.length).toBeLessThanOrEqual(20);
    expect(new Set(toolNames).size).toBe(toolNames.length);
  });

  it("records each request in the ledger with its cost", () => {
    const added = of("usage-add");
    expect(added).toHaveLength(25);
    for (const event of added)
      expect(event).toMatchObject({ model: "qwen3-coder-flash", cost: { currency: "USD" } });
    expect(usage).toMatchObject({
      rows: [{ calls: 25, currency: "USD" }],
      total: [{ calls: 25 }],
    });
  });

  it("reads from the explicit cache what the request before left there, at its price", () => {
    const added = of("usage-add");
    for (const [index, event] of added.entries()) {
      const last = added[index - 1] ?? { cachedTokens: 0, cacheWriteTokens: 0 };
      expect(event.cachedTokens).toBe(last.cachedTokens + last.cacheWriteTokens);
      expect(event.cacheWriteTokens).toBeGreaterThan(0);
      const plain = event.inputTokens - event.cachedTokens - event.cacheWriteTokens;
      // qwen3-coder-flash in Singapore, in nano-dollars a token; creating costs 125 %, reading 10 %.
      const [input, output] = event.inputTokens <= 32_000 ? [300, 1500] : [500, 2500];
      const nano =
        input * (plain + event.cachedTokens * 0.1 + event.cacheWriteTokens * 1.25) +
        output * event.outputTokens;
      expect(Number(event.cost?.amount) * 1e9).toBeCloseTo(nano, 3);
    }
  });

  it("is undone to the byte, redone to the byte, and leaves a sound store", async () => {
    const sessionId = run.events[0]?.sessionId ?? "";
    const list = json(await belay("checkpoints", "--session", sessionId));
    expect(list).toHaveLength(13);
    const dry = json(await belay("undo", "--session", sessionId, "--dry-run"));
    expect(dry).toMatchObject({ conflicts: [] });
    expect(treeOf(workspace)).toEqual(after);
    const undone = await belay("undo", "--session", sessionId);
    expect(undone.code).toBe(0);
    expect(treeOf(workspace)).toEqual(before);
    const redone = await belay("redo");
    expect(redone.code).toBe(0);
    expect(treeOf(workspace)).toEqual(after);
    for (const store of execFileSync("ls", [join(home, "checkpoints")], { encoding: "utf8" })
      .trim()
      .split("\n")) {
      const fsck = execFileSync(
        "git",
        ["--git-dir", join(home, "checkpoints", store), "fsck", "--strict", "--full"],
        { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
      );
      expect(fsck.replaceAll(/^notice:.*\n/gm, "")).toBe("");
    }
  });

  it("leaves the key nowhere in its data", () => {
    const found = execFileSync(
      "sh",
      ["-c", 'grep -rlaF -- "$1" "$2" || true', "sh", testKey, home],
      { encoding: "utf8" },
    );
    expect(found).toBe("");
    expect(run.stdout).not.toContain(testKey);
    expect(readFileSync(join(workspace, "windows.txt"), "utf8")).toBe(
      "first\r\nsecond line\r\nthird",
    );
  });

  it("sends the same system message and tools in another session and mode", async () => {
    const first = studio.chats()[0]?.body ?? {};
    studio.play([{ text: "Nothing to do." }]);
    const args = ["--model", "qwen3-coder-flash", "--mode", "plan", "--prompt", "Look around"];
    await belay("run", ...args);
    const other = promptOf(studio.chats().at(-1)?.body ?? {});
    const system = promptOf({ messages: [first["messages"]].flat().slice(0, 1) }).messages;
    expect(other.messages.startsWith(`${system},`)).toBe(true);
    expect(other.tools).toBe(promptOf(first).tools);
  });
});

const figures = (result: CliResult) =>
  eventsOf(result, "usage-add").map(
    ({ inputTokens, cachedTokens, cacheWriteTokens, outputTokens, cost }) => ({
      inputTokens,
      cachedTokens,
      cacheWriteTokens,
      outputTokens,
      cost,
    }),
  );

const withoutGit = (tree: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(tree).filter(([path]) => !path.startsWith(".git/")));

describe("the same task over the native protocol", () => {
  it("asks natively, 25 times, and each request begins with the one before", () => {
    expect(nativeRun.stderr).toMatch(onlyTrust);
    expect(nativeRun.code).toBe(0);
    const chats = nativeStudio.chats();
    expect(new Set(chats.map(({ path }) => path))).toEqual(
      new Set(["/api/v1/services/aigc/text-generation/generation"]),
    );
    expect(studio.chats().every(({ protocol }) => protocol === "openai")).toBe(true);
    const bodies = chats.map(({ body }) => body);
    expect(bodies).toHaveLength(25);
    expect(prefixFaults(bodies)).toEqual([]);
    expect(promptOf(bodies[0] ?? {}).tools).toBe(promptOf(studio.chats()[0]?.body ?? {}).tools);
  });

  it("leaves the same files, to the byte", () => {
    expect(withoutGit(treeOf(native.workspace))).toEqual(withoutGit(after));
    expect(withoutGit(after)).not.toEqual(withoutGit(before));
  });

  it("tells the same events in the same order", () => {
    const told = storyOf(nativeRun.events, dirname(native.workspace));
    expect(told).toEqual(storyOf(run.events, dirname(workspace)));
    expect(told.events.length).toBeGreaterThan(100);
  });

  it("counts the same tokens, from the cache too, and costs the same", () => {
    expect(figures(nativeRun)).toHaveLength(25);
    expect(figures(nativeRun)).toEqual(figures(run));
    expect(figures(nativeRun).some(({ cachedTokens }) => cachedTokens > 0)).toBe(true);
    expect(nativeUsage.total).toMatchObject([{ calls: 25, currency: "USD" }]);
    expect(nativeUsage.total).toEqual(usage.total);
  });
});
