import type { BillReport } from "../../../shared/bill-file.ts";
import { hourMs } from "../hours.ts";
import { reconciliationReport } from "../reconciliation-report.ts";
import { compareCosts } from "./bill-costs.ts";
import type { ComparedBill } from "./compare-bill.ts";
import type { FoldedBill } from "./fold-bill.ts";

export interface BillReportInput {
  readonly region: string;
  readonly name: string;
  readonly bill: FoldedBill;
  /** Unix milliseconds. */
  readonly writtenAt: number;
  readonly thresholdPercent: number;
}

/** What window and command line show of a comparison with a file. */
export function billReport(compared: ComparedBill, input: BillReportInput): BillReport {
  const { reconciled, stretch, grain, cached, costsOf } = compared;
  const { region, name, bill, writtenAt, thresholdPercent } = input;
  const { counting: _, ...report } = reconciliationReport(reconciled, {
    region,
    stretch,
    readAt: writtenAt,
    counting: "per-minute",
    thresholdPercent,
  });
  const costs = compareCosts({
    rows: reconciled.hours,
    costsOf,
    decimals: bill.decimals,
    thresholdPercent,
  });
  return {
    ...report,
    coveredFrom: report.since,
    rows: report.rows.map((row, at) => {
      const hour = reconciled.hours[at];
      return Object.assign(row, { costs: hour === undefined ? [] : [...costs.ofRow(hour)] });
    }),
    file: {
      name,
      rows: bill.rows,
      totalLines: bill.totalLines,
      otherRows: bill.otherRows,
      otherKinds: [...bill.otherKinds],
    },
    grain: {
      period: grain.period.ms === hourMs ? "hour" : "day",
      aheadMinutes: grain.period.aheadMs / 60_000,
      models: grain.models,
      keys: grain.keys,
      calls: grain.calls,
      kinds: grain.kinds,
    },
    cached,
    costs: costs.totals,
    costAlerts: costs.alerts,
  };
}
