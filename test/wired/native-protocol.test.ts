import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SessionEvent } from "../../src/shared/events.ts";
import { runBelay, testKey, type CliResult } from "../support/belay-cli.ts";
import type { RecordedRequest, ScriptedResponse } from "../support/model-studio/script.ts";
import { startModelStudio } from "../support/model-studio/server.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";

const folder = createTemporaryFolder();
const project = join(folder.path, "project");

beforeAll(() => {
  mkdirSync(project);
  writeFileSync(join(project, "sum.py"), "def add(a, b):\n    \n");
});
afterAll(() => folder[Symbol.dispose]());

/** Stands for the simulation's native endpoint in Beijing. */
const nativeBeijing = "NATIVE-BEIJING";

interface Asked extends CliResult {
  readonly sent: readonly RecordedRequest[];
}

/** Runs the command against a simulation of its own, whose cache is empty, and tells what it asked beside the list of models. */
async function belay(script: readonly ScriptedResponse[], ...args: string[]): Promise<Asked> {
  await using studio = await startModelStudio({
    keys: [testKey],
    models: ["qwen3-coder-flash", "qwen3.7-plus", "qwen2.5-coder-32b-instruct"],
    script,
  });
  const home = join(folder.path, "home");
  mkdirSync(home, { recursive: true });
  const environment = { BELAY_REGION_URLS: JSON.stringify(studio.regionUrls) };
  const native = studio.regionUrls.beijing.replace("/compatible-mode/v1", "/api/v1");
  const result = await runBelay(
    args.map((word) => (word === nativeBeijing ? native : word)),
    { home, environment },
  );
  return { ...result, sent: studio.requests.filter(({ method }) => method === "POST") };
}

const of = <T extends SessionEvent["type"]>(
  { events }: CliResult,
  type: T,
): Extract<SessionEvent, { type: T }>[] =>
  events.filter((event): event is Extract<SessionEvent, { type: T }> => event.type === type);

const textOf = (run: CliResult): string =>
  of(run, "text-delta")
    .map(({ text }) => text)
    .join("");

const protocolsOf = (each: CliResult) => of(each, "usage-add").map(({ protocol }) => protocol);

const looking: readonly ScriptedResponse[] = [
  { text: "I look. ", toolCalls: [{ name: "read_file", arguments: { path: "sum.py" } }] },
  { text: "Seen." },
];

describe("a session", () => {
  it("goes on in either protocol from one turn to the next", async () => {
    const place = ["--workspace", project, "--json", "--model", "qwen3-coder-flash"];
    const first = await belay(looking, "run", ...place, "--prompt", "Look");
    const session = ["--session", first.events[0]?.sessionId ?? ""];
    const native = ["--protocol", "dashscope"];
    const second = await belay(
      looking,
      "run",
      ...place,
      ...session,
      ...native,
      "--prompt",
      "Again",
    );
    const third = await belay([{ text: "Bye." }], "run", ...place, ...session, "--prompt", "Bye");
    expect([first, second, third].map((each) => [each.code, each.stderr])).toEqual(
      Array.from({ length: 3 }, () => [0, ""]),
    );
    expect([first, second, third].map(protocolsOf)).toEqual([
      ["openai", "openai"],
      ["dashscope", "dashscope"],
      ["openai"],
    ]);
    // The whole history is in the last request, the native turn's call with its result too.
    expect(third.sent.at(-1)?.bodyText.match(/"tool_call_id"/g)).toHaveLength(2);
  });

  it("runs on the path of a multimodal model too, with its reasoning", async () => {
    const script = [{ reasoning: "Let me see…", ...looking[0] }, { text: "Seen 👋." }];
    const args = ["--model", "qwen3.7-plus", "--protocol", "dashscope", "--prompt", "Look"];
    const result = await belay(script, "run", "--workspace", project, "--json", ...args);
    expect([result.code, result.stderr, textOf(result)]).toEqual([0, "", "I look. Seen 👋."]);
    expect(result.sent.map(({ path }) => path)).toEqual(
      Array.from({ length: 2 }, () => "/api/v1/services/aigc/multimodal-generation/generation"),
    );
    expect(
      of(result, "reasoning-delta")
        .map(({ text }) => text)
        .join(""),
    ).toBe("Let me see…");
  });
});

describe("--protocol dashscope", () => {
  it("goes without saying at a native base URL, of a quick question too", async () => {
    const args = ["--workspace", project, "--json", "--base-url", nativeBeijing];
    const result = await belay([{ text: "Because." }], "ask", ...args, "Why?");
    expect([result.code, result.stderr, textOf(result)]).toEqual([0, "", "Because."]);
    expect(of(result, "usage-add")).toMatchObject([{ protocol: "dashscope", region: "beijing" }]);
    expect(result.sent[0]?.path).toMatch(/^\/beijing\/api\/v1\/services\/aigc\//);
  });

  it.each([
    ["a plan", ["--region", "token-plan"], /plans have no native.*--protocol openai/],
    [
      "a server of another make",
      ["--base-url", "http://127.0.0.1:9/v1"],
      /No native DashScope endpoint/,
    ],
  ])("is refused for %s with what to do, and nothing is sent", async (_what, where, says) => {
    const args = ["--workspace", project, "--json", "--model", "x", "--protocol", "dashscope"];
    const result = await belay([], "run", ...args, ...where, "--prompt", "Hi");
    expect(result.code).not.toBe(0);
    expect(result.stderr + result.stdout).toMatch(says);
    expect(result.sent).toEqual([]);
  });
});
