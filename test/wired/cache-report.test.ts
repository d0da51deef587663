import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cacheReportSchema } from "../../src/shared/context.ts";
import { runBelay, testKey, type CliResult } from "../support/belay-cli.ts";
import type { ScriptedResponse } from "../support/model-studio/script.ts";
import { startModelStudio, type ModelStudio } from "../support/model-studio/server.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";

const folder = createTemporaryFolder();
const project = join(folder.path, "project");

beforeAll(() => {
  mkdirSync(project);
  writeFileSync(join(project, "long.txt"), "a line of a file that is read\n".repeat(400));
});
afterAll(() => folder[Symbol.dispose]());

const reading: readonly ScriptedResponse[] = [
  { text: "I look. ", toolCalls: [{ name: "read_file", arguments: { path: "long.txt" } }] },
  { text: "Seen." },
];
const unread = { prompt_tokens_details: { cached_tokens: 0 } };

/** The command with a history of its own, against one simulation, whose caches live on from run to run. */
function person(studio: ModelStudio, protocol: "openai" | "dashscope") {
  const home = join(folder.path, `home-${protocol}`);
  mkdirSync(home);
  let session: string | undefined;
  const environment = { BELAY_REGION_URLS: JSON.stringify(studio.regionUrls) };
  const run = (...args: string[]): Promise<CliResult> => runBelay(args, { home, environment });
  return {
    async ask(script: readonly ScriptedResponse[], model: string) {
      studio.play(script);
      const known = session === undefined ? [] : ["--session", session];
      const place = ["--workspace", project, "--model", model, "--protocol", protocol];
      const done = await run("run", ...place, ...known, "--prompt", "Look", "--json");
      expect([done.code, done.stderr]).toEqual([0, ""]);
      session ??= done.events[0]?.sessionId;
    },
    async report() {
      const { stdout } = await run("usage", "--cache", "--json");
      return cacheReportSchema.parse(JSON.parse(stdout));
    },
    words: async () => (await run("usage", "--cache")).stdout,
    async sums(settings: object) {
      writeFileSync(join(home, "settings.json"), JSON.stringify(settings));
      return (await run("usage")).stdout;
    },
  };
}

describe.each(["openai", "dashscope"] as const)("the cache report over %s", (protocol) => {
  it("tells hits from misses, and what each miss cost and why", async () => {
    await using studio = await startModelStudio({
      keys: [testKey],
      models: ["qwen3-coder-flash", "qwen3.7-plus"],
    });
    const one = person(studio, protocol);
    await one.ask(reading, "qwen3-coder-flash");
    await one.ask([{ text: "Once more." }], "qwen3-coder-flash");
    // The same beginning, and nothing of it read.
    await one.ask([{ text: "And again.", usage: unread }], "qwen3-coder-flash");
    await one.ask([{ text: "Who is this?" }], "qwen3.7-plus");
    await one.ask([{ text: "Back.", usage: null }], "qwen3-coder-flash");
    const { requests, ...sums } = await one.report();
    const told = requests.toReversed().map(({ call, verdict }) => ({
      model: call.model,
      status: verdict.status,
      causes: verdict.causes.map(({ cause }) => cause),
    }));
    const flash = { model: "qwen3-coder-flash" };
    expect(told).toEqual([
      { ...flash, status: "new", causes: ["first-call"] },
      { ...flash, status: "hit", causes: [] },
      { ...flash, status: "hit", causes: [] },
      { ...flash, status: "miss", causes: ["not-hit"] },
      { model: "qwen3.7-plus", status: "miss", causes: ["model-switch"] },
      { ...flash, status: "unknown", causes: ["unknown-usage"] },
    ]);
    expect(sums.unknownCalls).toBe(1);
    const missed = requests.filter(({ verdict }) => verdict.status === "miss");
    for (const { call, verdict } of missed) {
      expect(verdict.missedTokens).toBeGreaterThan(2500);
      expect(verdict.missedTokens).toBeLessThan(call.usage?.inputTokens ?? 0);
      expect(verdict.lost).toMatchObject({ currency: "USD" });
    }
    expect(await one.words()).toMatch(/not-hit +1 +\d+ +\$0\.00\d\d/);
    const printed = await one.sums({ displayCurrency: "CNY", displayRate: "7.25" });
    const [, billed = ""] = /total .* ([\d.]+) USD/.exec(printed) ?? [];
    const [, shown = ""] =
      /^About ([\d.]+) CNY in all, at 7\.25 CNY to the USD\.$/m.exec(printed) ?? [];
    expect(Number(billed)).toBeGreaterThan(0);
    expect(Number(shown)).toBeCloseTo(Number(billed) * 7.25, 8);
  });
});
