import { utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { billReportSchema } from "../../src/shared/bill-file.ts";
import { billOfCalls, withCosts } from "../support/bill-of-calls.ts";
import { runBelay } from "../support/belay-cli.ts";
import { writeLedger } from "../support/ledger-of-calls.ts";
import { callElsewhere, keysOfMonth, simulateCalls } from "../support/simulated-calls.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";

const start = Date.parse("2026-10-05T16:00:00Z");
const calls = withCosts(simulateCalls({ seed: 11, start, hours: 72, callsAnHour: 6 }));
const [key] = keysOfMonth;
const elsewhere = callElsewhere(key, Date.parse("2026-10-07T10:00:00Z"));

it("belay usage --reconcile --csv compares a bill in words and as JSON, remembers its columns, and says what is wrong with one", async () => {
  using home = createTemporaryFolder();
  using other = createTemporaryFolder();
  writeLedger(home.path, calls);
  const write = (name: string, text: string): string => {
    const path = join(other.path, name);
    writeFileSync(path, text);
    const later = start / 1000 + 60 * 86_400;
    utimesSync(path, later, later);
    return path;
  };
  const run = (path: string, ...args: string[]) =>
    runBelay(["usage", "--reconcile", "--csv", path, "--region", "singapore", ...args], {
      home: home.path,
    });

  const same = write("same.csv", billOfCalls(calls, { period: "day", decimals: 9 }));
  const quiet = await run(same);
  expect(quiet.stderr).toBe("");
  expect(quiet.stdout).toContain("Read as: time=开始时间, model=模型, workspace=业务空间ID,");
  expect(quiet.stdout).toContain(
    "same.csv, singapore, 2026-10-06 to 2026-10-09 UTC+8, by the day: complete up to 2026-10-09.",
  );
  expect(quiet.stdout).toMatch(/Cost: ours (\d+\.\d+), theirs \1 USD \(0, the same\)/);
  expect(quiet.stdout).toContain("No drift of 1 % or more.");
  expect(quiet.code).toBe(0);

  const shared = write("shared.csv", billOfCalls([...calls, elsewhere], { decimals: 9 }));
  const words = await run(shared);
  expect(words.stdout).toMatch(
    /ALERT (?:more|only) at the provider: qwen3-coder-plus, key 0a1b2c3d = 1024001, 2026-10-07 10:00, \+3004321 tokens/,
  );
  expect(words.code).toBe(1);
  const json = await run(shared, "--json", "--threshold", "100");
  const report = billReportSchema.parse(JSON.parse(json.stdout));
  expect(report.totals.drift.tokens).toBe(3_004_321);

  const odd = write("odd.csv", `when,what,in,out\n2026-10-06,"qwen3-coder-plus",1,2\n`);
  const unknown = await run(odd);
  expect([unknown.code, unknown.stderr]).toEqual([
    2,
    expect.stringContaining(
      'No column is known to hold time: say it with --columns. Its columns: 1 "when"',
    ),
  ]);
  const said = await run(odd, "--columns", "time=when,model=2,input=in,output=out,zone=utc");
  expect(said.stdout).toContain("Read as: time=when, model=what, input=in, output=out, zone=utc");
  expect((await run(odd)).stdout).toContain("Read as: time=when");

  const broken = write(
    "broken.csv",
    "time,model,input,output\n2026-10-06,m,1,2\n2026-10-06,m,1.2E+05,2\n",
  );
  const refused = await run(broken);
  expect([refused.code, refused.stdout, refused.stderr]).toEqual([
    1,
    "",
    expect.stringContaining('broken.csv: Line 3, column "input": "1.2E+05" was shortened'),
  ]);
  for (const [args, reason] of [
    [["--reconcile", "--csv"], "needs a FILE"],
    [["--csv", same], "Unexpected argument"],
    [["--reconcile", "--csv", same, "--since", "2026-10-06"], "leave --since out"],
    [["--reconcile", "--csv", same, "--columns", "mood=1"], "is not understood"],
    [["--reconcile", "--csv", same, "--columns", "input=99"], 'no column "99"'],
    [["--reconcile", "--columns", "time=1"], "add --csv FILE"],
  ] as const) {
    const bad = await runBelay(["usage", ...args], { home: home.path });
    expect([bad.code, bad.stderr]).toEqual([2, expect.stringContaining(reason)]);
  }
});
