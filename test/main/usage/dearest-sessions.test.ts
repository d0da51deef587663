import { join } from "node:path";
import { expect, test } from "vitest";
import { openHistory } from "../../../src/main/history/open-history.ts";
import { dearestFirst } from "../../../src/main/usage/dearest-first.ts";
import { everyCall } from "../../../src/main/usage/every-call.ts";
import { createUsageDesk } from "../../../src/main/usage/usage-desk.ts";
import { parseNano, type Currency } from "../../../src/shared/money.ts";
import type { UsageFilter } from "../../../src/shared/usage-panel.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";
import { writeMonth } from "../../support/usage-month.ts";

const spent = (session: string, currency: string, [units, rest] = [0, 0]) => ({
  session_id: session,
  currency,
  calls: 1,
  unpriced_calls: currency === "" ? 1 : 0,
  cost_units: units,
  cost_rest: rest,
});

test("parts of one amount are carried over before sessions are compared, and yuan never beat a dollar", () => {
  const { sessions, currencies } = dearestFirst([
    spent("yuan", "CNY", [900, 0]),
    spent("one", "USD", [1, 999_999_999]),
    spent("carried", "USD", [1, 600_000_000]),
    spent("nothing", ""),
    spent("carried", "USD", [0, 600_000_000]),
    spent("same", "USD", [2, 200_000_000]),
    spent("same", "CNY", [0, 1]),
    spent("nothing", ""),
    spent("less", ""),
  ]);
  expect(sessions).toEqual(["same", "carried", "one", "yuan", "nothing", "less"]);
  expect(currencies).toEqual(["USD", "CNY"]);
  expect(dearestFirst([spent("a", "")]).currencies).toEqual([]);
});

test("the dearest sessions have the figures of all of them, in order, however few are asked for", async () => {
  using home = createTemporaryFolder();
  const end = Date.parse("2026-11-26T17:00:00Z");
  writeMonth({ home: home.path, rows: 4000, workspaces: ["/a", "/b"], end });
  const history = await openHistory({
    file: join(home.path, "history.db"),
    backups: join(home.path, "backups"),
  });
  const desk = createUsageDesk(history.usage, () => end);
  const cut = { since: "2026-11-05T10:07:11.003Z", until: "2026-11-19T03:22:09.999Z" };
  const filters: UsageFilter[] = [{}, cut, { ...cut, workspace: "/a" }, { region: "beijing" }];
  for (const filter of filters) {
    const calls = await everyCall(history.usage, filter);
    const [found = []] = await history.usage.figures({ filter, groupings: [{ by: "session" }] });
    const all = new Map(found.map(({ key, figures }) => [key, figures]));
    const nano = (key: string, currency: Currency): bigint =>
      calls
        .filter((call) => call.sessionId === key && call.cost?.currency === currency)
        .reduce((sum, { cost }) => sum + (parseNano(cost?.amount ?? "") ?? 0n), 0n);
    const inOrder = [...all.keys()]
      .map((key) => ({ key, usd: nano(key, "USD"), cny: nano(key, "CNY") }))
      .toSorted(
        (a, b) =>
          Number(b.usd - a.usd) ||
          Number(b.cny - a.cny) ||
          (all.get(b.key)?.calls ?? 0) - (all.get(a.key)?.calls ?? 0),
      );
    for (const first of [1, 7, 5000]) {
      const page = await desk.groups(filter, "session", first);
      expect(page.groups).toBe(all.size);
      expect(page.currencies).toEqual(
        (["USD", "CNY"] as const).filter((currency) =>
          calls.some(({ cost }) => cost?.currency === currency),
        ),
      );
      expect(page.rows.map(({ key }) => key)).toEqual(
        inOrder.slice(0, first).map(({ key }) => key),
      );
      for (const { key, title: _title, ...figures } of page.rows)
        expect(figures).toEqual(all.get(key));
    }
  }
  await history.close();
});
