/* oxlint-disable no-console -- a bench prints its figures */
// A month of 100,000 requests: how long the usage panel waits for its figures, and how large the ledger is.
import { statSync } from "node:fs";
import { join } from "node:path";
import { openHistory } from "../../src/main/history/open-history.ts";
import { createUsageDesk } from "../../src/main/usage/usage-desk.ts";
import { usageReport } from "../../src/main/usage/usage-report.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";
import { writeMonth } from "../support/usage-month.ts";

const rows = 100_000;
const rounds = 7;
const limits = { open: 300, aggregation: 50 } as const;

using folder = createTemporaryFolder();
const end = Date.parse("2026-11-26T17:00:00Z");
const workspaces = ["/home/person/shop", "/home/person/mailer", "/home/person/ledger"];
const file = writeMonth({ home: folder.path, rows, workspaces, end });
console.log(`database of ${rows} requests: ${(statSync(file).size / 2 ** 20).toFixed(1)} MB`);

const history = await openHistory({ file, backups: join(folder.path, "backups") });
const desk = createUsageDesk(history.usage, () => end);
const shop = { workspace: workspaces[0] ?? "" };
const month = { since: "2026-10-27T00:00:00.000Z" };

// As the window does it: both at once, for everything there is.
const opened = await time(() => Promise.all([desk.overview({}), desk.groups({}, "model")]));
report("panel opens, first time", [opened], limits.open);
await measure("panel opens", limits.open, () =>
  Promise.all([desk.overview({}), desk.groups({}, "model")]),
);
await measure("overview, 30 days", limits.aggregation, () => desk.overview(month));
await measure("overview, one project", limits.aggregation, () => desk.overview(shop));
for (const by of ["model", "region", "day", "workspace"] as const)
  await measure(`by ${by}`, limits.aggregation, () => desk.groups({}, by));
// As the panel asks: the first of all sessions, then those and 200 more.
for (const first of [12, 212]) {
  const { groups } = await desk.groups({}, "session", first);
  const name = `${first} of ${groups} sessions, dearest first`;
  await measure(name, limits.aggregation, () => desk.groups({}, "session", first));
  await measure(`${name}, 30 days`, limits.aggregation, () => desk.groups(month, "session", first));
}
await measure("belay usage --by day", limits.aggregation, () =>
  usageReport(history.usage, { by: "day" }),
);
await measure("100 requests of a day", limits.aggregation, () =>
  desk.calls({
    filter: { since: "2026-11-01T00:00:00Z", until: "2026-11-02T00:00:00Z" },
    limit: 100,
  }),
);
await history.close();

async function time(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

async function measure(name: string, limit: number, run: () => Promise<unknown>): Promise<void> {
  const took: number[] = [];
  for (let round = 0; round < rounds; round += 1) took.push(await time(run));
  report(name, took, limit);
}

/** The best round says what the program needs; the others what else the machine did. */
function report(name: string, took: readonly number[], limit: number): void {
  const best = Math.min(...took);
  const median = took.toSorted((a, b) => a - b)[Math.floor(took.length / 2)] ?? best;
  const verdict = best <= limit ? "ok" : "TOO SLOW";
  console.log(
    `${name}: best ${best.toFixed(1)} ms, median ${median.toFixed(1)} ms (at most ${limit}) ${verdict}`,
  );
  if (best > limit) process.exitCode = 1;
}
