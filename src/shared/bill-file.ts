import { z } from "zod";
import { currencySchema, moneySchema } from "./money.ts";
import { reconciliationRowSchema, reconciliationSchema } from "./monitoring.ts";

const count = z.int().nonnegative();
const byRegion = z.object({ region: z.string().min(1).max(64) });

/** More columns than this are no bill. */
export const mostColumns = 200;

/**
 * What a column of the provider's usage or bill export holds. Its names differ by page and language and are documented nowhere, so
 * that they are guessed and the person has the last word. Either `input` and `output` (and `cached`) are columns of their own, or
 * each row has a `quantity` of one `kind`. `unit` says in which unit a row's tokens are.
 */
export const columnRoleSchema = z.enum([
  "time",
  "model",
  "workspace",
  "key",
  "input",
  "output",
  "cached",
  "kind",
  "quantity",
  "unit",
  "calls",
  "amount",
  "currency",
]);
export type ColumnRole = z.infer<typeof columnRoleSchema>;

const decimal = moneySchema.shape.amount;

/** How a file is read. */
export const billMappingSchema = z.object({
  /** The place of each column from 0; a role that no column has is missing. */
  columns: z.partialRecord(columnRoleSchema, count.max(mostColumns - 1)),
  /** Of times that name no zone themselves. */
  zone: z.enum(["utc", "utc+8"]),
  /** What a row is of; `auto`: a day where no row has a time of day. */
  period: z.enum(["auto", "hour", "day"]),
  /** Of tokens in a row that does not say. */
  unit: z.enum(["tokens", "thousand", "million"]),
  /** Whether cached tokens are among the input or counted beside it; `auto`: what fits our figures better. */
  cached: z.enum(["auto", "within", "beside"]),
  /** Of amounts that do not say. */
  currency: currencySchema,
});
export type BillMapping = z.infer<typeof billMappingSchema>;

/** The role that has no column and needs one; null = none. */
export function missingRole({ columns }: BillMapping): ColumnRole | null {
  const has = (role: ColumnRole): boolean => columns[role] !== undefined;
  if (!has("time")) return "time";
  if (has("quantity") || (has("input") && has("output"))) return null;
  if (has("input")) return "output";
  return has("output") ? "input" : "quantity";
}

/** Why a file cannot be read, as something to be worded for the person. */
export const billFaultSchema = z.object({
  code: z.enum([
    "unreadable", // the disk says no
    "too-large", // above 64 MB
    "not-text", // a workbook or something else that is no text
    "no-table", // no line of headings with columns under it
    "open-quote", // a quotation mark that is never closed
    "long-row", // a row too long or with too many cells: another separator, or no table
    "no-column", // a role that is needed has no column; `column` is the role
    "changed", // other headings than when its columns were chosen
    "no-time",
    "only-month", // a month where a day or an hour is needed
    "no-number",
    "shortened-number", // 1.2E+05: a spreadsheet has thrown digits away
    "no-unit",
    "no-currency",
    "no-rows", // nothing under the headings counts tokens; `text` is what it counts
    "too-long", // more than 400 days from the first row to the last
  ]),
  /** From 1. */
  line: z.int().positive().nullable(),
  /** Its heading. */
  column: z.string().nullable(),
  /** The cell, cut when it is long. */
  text: z.string().nullable(),
});
export type BillFault = z.infer<typeof billFaultSchema>;

/** A file that was chosen, as far as its headings and first rows tell. */
export const billFileSchema = z.object({
  /** Stands for its path, which the window does not get. */
  fileId: z.uuid(),
  name: z.string(),
  encoding: z.enum(["utf-8", "utf-16le", "utf-16be", "gb18030"]),
  separator: z.enum([",", ";", "\t"]),
  /** Of the headings, from 1. */
  headerLine: z.int().positive(),
  header: z.array(z.string()).max(mostColumns),
  /** The first rows under them. */
  sample: z.array(z.array(z.string())),
  mapping: billMappingSchema,
  /** The person chose these columns for a file with the same headings. */
  remembered: z.boolean(),
});
export type BillFile = z.infer<typeof billFileSchema>;

/**
 * An amount of ours beside the provider's, in one currency. `difference` is theirs less ours. `rounding`: within what the file's own
 * decimals leave out. `uncertain`: calls of ours have no price or no usage, or were counted in the period next to it.
 */
export const billCostSchema = z.object({
  currency: currencySchema,
  ours: decimal,
  theirs: decimal,
  difference: decimal,
  state: z.enum(["same", "rounding", "differs", "uncertain"]),
});
export type BillCost = z.infer<typeof billCostSchema>;

/** Rows of one model in which both sides counted the same tokens and another amount, together. */
export const billCostAlertSchema = z.object({
  model: z.string(),
  currency: currencySchema,
  rows: z.int().positive(),
  ours: decimal,
  theirs: decimal,
  /** The difference's share of the larger amount, from -100 to 100. */
  percent: z.number(),
});

/** A reconciliation with a file. `hour` of each row is the beginning of its period; `readAt` is when the file was written. */
export const billReportSchema = reconciliationSchema.omit({ counting: true }).extend({
  rows: z.array(reconciliationRowSchema.extend({ costs: z.array(billCostSchema) })),
  file: z.object({
    name: z.string(),
    rows: count,
    /** Lines of totals and rows of other things than tokens, which are in no figure. */
    totalLines: count,
    otherRows: count,
    otherKinds: z.array(z.string()),
  }),
  /** How finely the file tells apart, and so the comparison. */
  grain: z.object({
    period: z.enum(["hour", "day"]),
    /** How far the clock of its days is ahead of UTC. */
    aheadMinutes: z.int(),
    models: z.boolean(),
    keys: z.boolean(),
    calls: z.boolean(),
    /** Input and output apart; else their sum. */
    kinds: z.boolean(),
  }),
  /** Where its cached tokens were taken to be; null = it has none. */
  cached: z.enum(["within", "beside"]).nullable(),
  /** Over the rows that were compared; one for each currency. */
  costs: z.array(billCostSchema.extend({ percent: z.number().nullable() })),
  costAlerts: z.array(billCostAlertSchema),
});
export type BillReport = z.infer<typeof billReportSchema>;

/** A file that cannot be read is an answer; nothing of it is kept. */
export const billAnswerSchema = z.discriminatedUnion("outcome", [
  z.object({ outcome: z.literal("compared"), report: billReportSchema }),
  z.object({ outcome: z.literal("faulty"), fault: billFaultSchema }),
]);
export type BillAnswer = z.infer<typeof billAnswerSchema>;

/** Reading the provider's usage or bill export. It is a look: nothing of it comes into the ledger. */
export const billOperations = {
  /** Shows the system's file dialog; null when the person closed it. */
  "monitoring.chooseBill": {
    input: byRegion,
    output: z
      .discriminatedUnion("outcome", [
        z.object({ outcome: z.literal("opened"), file: billFileSchema }),
        z.object({ outcome: z.literal("faulty"), name: z.string(), fault: billFaultSchema }),
      ])
      .nullable(),
  },
  /** Compares the chosen file with the ledger, and remembers its columns when it could be read. AppError("not-found") for another file than the newest. */
  "monitoring.compareBill": {
    input: byRegion.extend({ fileId: z.uuid(), mapping: billMappingSchema }),
    output: billAnswerSchema,
  },
} as const;
