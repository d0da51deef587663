import {
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { History } from "../../../../src/main/history/history.ts";
import { openHistory } from "../../../../src/main/history/open-history.ts";
import { createBillDesk, type BillDesk } from "../../../../src/main/monitoring/bill/bill-desk.ts";
import { hourMs } from "../../../../src/main/monitoring/hours.ts";
import { createSourcesFile } from "../../../../src/main/monitoring/sources-file.ts";
import { AppError } from "../../../../src/shared/errors.ts";
import type { BillFile } from "../../../../src/shared/bill-file.ts";
import { billOfCalls, withCosts } from "../../../support/bill-of-calls.ts";
import { writeLedger } from "../../../support/ledger-of-calls.ts";
import { keysOfMonth, simulateCalls } from "../../../support/simulated-calls.ts";
import { createTemporaryFolder } from "../../../support/temporary-folder.ts";

const start = Date.parse("2026-10-05T00:00:00Z");
const calls = withCosts(simulateCalls({ seed: 5, start, hours: 72, callsAnHour: 4 }));
const [first] = keysOfMonth;

describe("the desk of bills, over real files and a real ledger", () => {
  const folder = createTemporaryFolder();
  const sources = createSourcesFile(join(folder.path, "monitoring.json"));
  let history: History;
  let desk: BillDesk;

  beforeAll(async () => {
    const file = writeLedger(folder.path, calls);
    history = await openHistory({ file, backups: join(folder.path, "backups"), secrets: () => [] });
    desk = createBillDesk({
      sources,
      ownHours: (query) => history.ownHours(query),
      currencyIn: () => "USD",
    });
  });
  afterAll(async () => {
    await history.close();
    folder[Symbol.dispose]();
  });

  function write(name: string, bytes: string | Uint8Array): string {
    const path = join(folder.path, name);
    writeFileSync(path, bytes);
    // Exported weeks after: everything in it is complete.
    const later = (start + 30 * 24 * hourMs) / 1000;
    utimesSync(path, later, later);
    return path;
  }
  async function open(path: string): Promise<BillFile> {
    const opened = await desk.open("singapore", path);
    if (opened.outcome === "faulty") throw new Error(JSON.stringify(opened.fault));
    return opened.file;
  }
  async function faultOf(path: string): Promise<string> {
    const opened = await desk.open("singapore", path);
    return opened.outcome === "faulty" ? opened.fault.code : opened.outcome;
  }
  const compare = ({ fileId, mapping }: Pick<BillFile, "fileId" | "mapping">) =>
    desk.compare({ region: "singapore", fileId, mapping });
  const ledger = (): Promise<unknown> =>
    history.ownHours({ region: "singapore", from: 0, to: start * 2 });

  it("shows headings and first rows, compares to the nano-unit, and does the same each time", async () => {
    const before = await ledger();
    const path = write("bill.csv", billOfCalls(calls, { decimals: 9 }));
    const file = await open(path);
    expect(file).toMatchObject({
      name: "bill.csv",
      encoding: "utf-8",
      separator: ",",
      headerLine: 1,
    });
    expect(file.sample).toHaveLength(5);
    expect(file.remembered).toBe(false);
    const answer = await compare(file);
    if (answer.outcome === "faulty") throw new Error(JSON.stringify(answer.fault));
    expect([answer.report.alerts, answer.report.costAlerts]).toEqual([[], []]);
    expect(answer.report.costs).toMatchObject([
      { currency: "USD", difference: "0", state: "same" },
    ]);
    const again = await open(path);
    expect(again.remembered).toBe(true);
    expect(await compare(again)).toEqual(answer);
    expect(await ledger()).toEqual(before);
    // Only how its columns are read is kept.
    expect(readFileSync(join(folder.path, "monitoring.json"), "utf8")).not.toContain("qwen3");
  });

  it("remembers the columns that the person chose by the headings, and not those that did not work", async () => {
    const path = write("odd.csv", "A,B,C,D\n2026-10-05 10:00:00,x,1,2\n");
    const file = await open(path);
    expect(file.mapping.columns).toEqual({});
    const missing = await compare(file);
    expect(missing).toMatchObject({
      outcome: "faulty",
      fault: { code: "no-column", column: "time" },
    });
    const wrong = { ...file.mapping, columns: { time: 0, input: 1, output: 2 } };
    const answer = await compare({ fileId: file.fileId, mapping: wrong });
    expect(answer).toEqual({
      outcome: "faulty",
      fault: { code: "no-number", line: 2, column: "B", text: "x" },
    });
    expect((await open(path)).remembered).toBe(false);
    const right = { ...file.mapping, columns: { time: 0, input: 2, output: 3 } };
    const reopened = await open(path);
    expect((await compare({ fileId: reopened.fileId, mapping: right })).outcome).toBe("compared");
    const other = await open(write("same-headings.csv", "A,B,C,D\n2026-10-06 10:00:00,y,3,4\n"));
    expect([other.remembered, other.mapping]).toEqual([true, right]);
  });

  it("answers a file that is none with why, and forgets one that another was opened after", async () => {
    const large = write("large.csv", "a,b\n1,2\n");
    truncateSync(large, 64 * 1024 * 1024 + 1);
    mkdirSync(join(folder.path, "folder.csv"));
    expect(await faultOf(large)).toBe("too-large");
    expect(await faultOf(join(folder.path, "folder.csv"))).toBe("unreadable");
    expect(await faultOf(join(folder.path, "gone.csv"))).toBe("unreadable");
    expect(await faultOf(write("book.xlsx", Uint8Array.from([0x50, 0x4b, 3, 4])))).toBe("not-text");

    const path = write("bill.csv", billOfCalls(calls, {}));
    const file = await open(path);
    const next = await open(path);
    await expect(compare(file)).rejects.toThrow(AppError);
    write("bill.csv", "time,model,input,output\n2026-10-05,m,1,2\n");
    expect(await compare(next)).toMatchObject({ outcome: "faulty", fault: { code: "changed" } });
  });

  it("says no to more than 400 days", async () => {
    const file = await open(
      write("years.csv", "time,input,output\n2025-01-01,1,2\n2026-10-05,1,2\n"),
    );
    expect(await compare(file)).toMatchObject({ outcome: "faulty", fault: { code: "too-long" } });
  });

  it("keeps keys that the person put together with a file's apart from those of the monitoring", () => {
    const link = {
      fingerprint: first.fingerprint,
      provider: { apiKeyId: "laptop", workspaceId: "" },
    };
    sources.keepBillLinks("singapore", [link]);
    sources.keepBillLinks("beijing", []);
    expect(sources.billLinks("singapore")).toEqual([link]);
    expect(sources.billLinks("beijing")).toEqual([]);
    expect(sources.find("singapore")).toBeNull();
    sources.setThreshold(2);
    expect(sources.billLinks("singapore")).toEqual([link]);
  });

  it("reads on where a later version wrote mappings that this one does not know", () => {
    using other = createTemporaryFolder();
    const file = join(other.path, "monitoring.json");
    const bills = { mappings: [{ shape: "x", mapping: { columns: { mood: 1 } } }], links: [] };
    writeFileSync(file, JSON.stringify({ thresholdPercent: 3, sources: [], bills }));
    const read = createSourcesFile(file);
    expect([read.threshold(), read.mapping("x")]).toEqual([3, null]);
    expect(readdirSync(other.path)).toEqual(["monitoring.json"]);
  });
});
