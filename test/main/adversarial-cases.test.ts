import { expect, it } from "vitest";
import { hostilePaths, pathCalls, toolCalls } from "../support/hostile-calls.ts";
import { hostileTexts } from "../support/hostile-text.ts";
import { otherAttacks, pathAttacks } from "../support/sandbox-attacks.ts";

/** What is tried against each way in, by the tests that are named beside it. */
const paths = hostilePaths("/outside");
const places = { outside: "/outside", root: "/outside/project", home: "/home/ada" };
const call = { sessionId: "s", turnId: "t", workspace: "/w", entry: "e" };
const corpus: Readonly<Record<string, readonly string[]>> = {
  // main/shell/sandbox/escapes.test.ts, inside the real sandbox
  commands: [...pathAttacks(places), ...otherAttacks(places)].map(({ script }) => script),
  // main/tools/hostile-paths.test.ts, with the real tools and checkpoints
  tools: paths.flatMap((path) => toolCalls(path).map((one) => JSON.stringify(one))),
  // main/ipc/paths.test.ts, through the real router and core
  calls: paths.flatMap((path) => pathCalls({ ...call, path }).map((one) => JSON.stringify(one))),
  // e2e/hostile-text.test.ts, in the real window
  texts: hostileTexts,
};

it("more than 300 different hostile cases are tried through tools, commands and calls each", () => {
  const counted = Object.entries(corpus).map(([way, cases]) => [way, new Set(cases).size] as const);
  const line = counted.map(([way, cases]) => `${cases} ${way}`).join(" · ");
  process.stderr.write(`hostile cases: ${line}\n`);
  for (const [way, cases] of counted) expect([way, cases]).toEqual([way, corpus[way]?.length ?? 0]);
  const { commands = 0, tools = 0, calls = 0 } = Object.fromEntries(counted);
  for (const cases of [commands, tools, calls]) expect(cases).toBeGreaterThan(300);
});
