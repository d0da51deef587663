import {
  missingRole,
  type BillCost,
  type BillFault,
  type BillReport,
} from "../../shared/bill-file.ts";
import type { Core } from "../core.ts";
import { badArguments, exitCodes, type ParsedArguments } from "./arguments.ts";
import { badColumns, mappingOf, mappingText } from "./bill-columns.ts";
import { jsonLine, printable, table, type CommandIo } from "./output.ts";
import {
  isDifference,
  keyText,
  percentText,
  signed,
  statesText,
  stateWords,
  unknownLine,
} from "./reconcile-words.ts";

const billWords = {
  ...stateWords,
  "hour-edge": "agree over its edge",
  "not-monitored": "not in the file",
};

/** More rows say nothing more; --json has all of them. */
const mostRows = 60;

export interface BillCommandHow {
  readonly io: CommandIo;
  readonly region: string;
  readonly threshold: number | undefined;
}

/** `belay usage --reconcile --csv FILE`: fails where a drift passes the threshold, and where the file cannot be read. */
export async function billCommand(
  core: Core,
  parsed: ParsedArguments,
  { io, region, threshold }: BillCommandHow,
): Promise<number> {
  const [path] = parsed.words;
  if (path === undefined) throw badArguments(parsed.command, "--reconcile --csv needs a FILE");
  for (const option of ["since", "until", "monitoring-url"])
    if (parsed.text(option) !== undefined)
      throw badArguments(parsed.command, `the file says what it is of: leave --${option} out`);
  const { bill } = core.monitoring;
  const opened = await bill.open(region, path);
  if (opened.outcome === "faulty") return failed(io, opened.fault, path);
  const { file } = opened;
  const mapping = mappingOf(parsed, file);
  const missing = missingRole(mapping);
  if (missing !== null)
    throw badColumns(parsed, `No column is known to hold ${missing}: say it with --columns`, file);
  const answer = await bill.compare({
    region,
    fileId: file.fileId,
    mapping,
    ...(threshold === undefined ? {} : { thresholdPercent: threshold }),
  });
  if (answer.outcome === "faulty") return failed(io, answer.fault, path);
  const { report } = answer;
  io.out(
    parsed.flag("json")
      ? jsonLine(report)
      : `Read as: ${printable(mappingText(mapping, file.header))}.\n${inWords(report)}`,
  );
  const isQuiet = report.alerts.length === 0 && report.costAlerts.length === 0;
  return isQuiet ? exitCodes.done : exitCodes.failed;
}

function failed(io: CommandIo, fault: BillFault, path: string): number {
  io.error(`belay: ${printable(path)}: ${printable(faultText(fault))}\n`);
  return exitCodes.failed;
}

const faultWords: Readonly<Record<BillFault["code"], string>> = {
  unreadable: "It cannot be read",
  "too-large": "It is larger than 64 MB. Export a shorter time.",
  "not-text": "It is no text. Export it as CSV, or save the workbook as CSV.",
  "no-table": "No line of headings with columns was found. Export it as CSV.",
  "open-quote": "A quotation mark is never closed. Mend the line, or export the file anew.",
  "long-row":
    "The row is too long to be one. Check the quotation marks there, or export the file anew.",
  "no-column": "No column is known to hold it: say it with --columns.",
  changed: "Its headings changed while it was read. Run the command again.",
  "no-time":
    "is no time like 2026-11-20 10:00. Choose another column with --columns, or mend the file.",
  "only-month": "is a month. Choose a column with days or hours, or export by the day or hour.",
  "no-number": "is no number. Choose another column with --columns, or mend the file.",
  "shortened-number":
    "was shortened by a spreadsheet. Export the file anew, and do not save it with one.",
  "no-unit": "is no unit of tokens. Choose another column with --columns.",
  "no-currency": "is neither USD nor CNY. Choose another column with --columns.",
  "no-rows": "Nothing under its headings counts tokens. Choose other columns with --columns.",
  "too-long": "It spans more than 400 days. Export a shorter time.",
};

function faultText({ code, line, column, text }: BillFault): string {
  const where = [
    ...(line === null ? [] : [`Line ${line}`]),
    ...(column === null ? [] : [`column "${column}"`]),
  ].join(", ");
  const cell = text === null ? "" : code === "unreadable" ? `(${text}) ` : `"${text}" `;
  return `${where === "" ? "" : `${where}: `}${cell}${faultWords[code]}`;
}

function inWords(report: BillReport): string {
  const { region, file, grain, completeUpTo, totals, alerts, costAlerts } = report;
  const when = (at: string): string => periodText(at, grain);
  const differing = report.rows.filter(
    (row) => isDifference(row) || row.costs.some(({ state }) => state === "differs"),
  );
  const left = differing.length - mostRows;
  const complete =
    completeUpTo === null ? "nothing is complete yet" : `complete up to ${when(completeUpTo)}`;
  const zone = grain.aheadMinutes === 0 ? "UTC" : "UTC+8";
  return [
    `${printable(file.name)}, ${printable(region)}, ${when(report.since)} to ${when(report.until)} ${zone}, by the ${grain.period}: ${complete}.\n`,
    ...notesOf(report).map((note) => `${note}\n`),
    differing.length === 0 ? "" : rowsTable(differing.slice(0, mostRows), grain),
    left > 0 ? `${left} more: --json has all of them.\n` : "",
    report.rows.length === 0
      ? ""
      : `${grain.period === "day" ? "Days" : "Hours"}: ${statesText(report.states, billWords)}.\n`,
    `Tokens: ours ${totals.ours.tokens}, theirs ${totals.theirs.tokens}, drift ${signed(totals.drift.tokens)}${percentText(totals.drift.percent)}.\n`,
    ...report.costs.map((cost) => `Cost: ${costText(cost)}${percentText(cost.percent)}.\n`),
    unknownLine(totals.ours),
    ...alerts.map(
      ({ state, model, key, drift, firstHour, lastHour }) =>
        `ALERT ${billWords[state]}: ${printable(model)}${grain.keys ? `, key ${printable(keyText({ key }))}` : ""}, ${when(firstHour)}${firstHour === lastHour ? "" : ` to ${when(lastHour)}`}, ${signed(drift.tokens)} tokens${percentText(drift.percent)}\n`,
    ),
    ...costAlerts.map(
      ({ model, currency, ours, theirs, rows, percent }) =>
        `ALERT same tokens, another amount: ${printable(model)}, ${rows} rows, ours ${ours} ${currency}, theirs ${theirs} ${currency}${percentText(percent)}\n`,
    ),
    alerts.length + costAlerts.length === 0
      ? `No drift of ${report.thresholdPercent} % or more.\n`
      : "",
  ].join("");
}

/** What the comparison cannot tell, and what it took. */
function notesOf({ grain, cached, file }: BillReport): readonly string[] {
  const notes: string[] = [];
  if (!grain.keys)
    notes.push(
      "The file names no keys: all are taken together, and more at the provider may be anybody's.",
    );
  if (!grain.models) notes.push("The file names no models: all are taken together.");
  if (!grain.kinds)
    notes.push("The file has one number of tokens: input and output are taken together.");
  if (cached === "beside") notes.push("Cached tokens are taken as counted beside the input.");
  if (file.totalLines > 0) notes.push(`${file.totalLines} lines of totals or notes left out.`);
  if (file.otherRows > 0) {
    const kinds = file.otherKinds.length === 0 ? "" : ` (${printable(file.otherKinds.join(", "))})`;
    notes.push(`${file.otherRows} rows of other things than tokens left out${kinds}.`);
  }
  return notes;
}

function rowsTable(rows: BillReport["rows"], grain: BillReport["grain"]): string {
  return table(
    [
      `${grain.period} (${grain.aheadMinutes === 0 ? "UTC" : "UTC+8"})`,
      "model",
      "key",
      "ours",
      "theirs",
      "drift",
      "%",
      "state",
      "cost",
    ],
    rows.map((row) => [
      periodText(row.hour, grain),
      row.model,
      keyText(row),
      String(row.ours?.tokens ?? 0),
      String(row.theirs?.tokens ?? 0),
      signed(row.drift.tokens),
      row.drift.percent === null ? "" : signed(row.drift.percent),
      billWords[row.state],
      row.costs.map(costText).join("; "),
    ]),
  );
}

const costWords: Readonly<Record<BillCost["state"], string>> = {
  same: "the same",
  rounding: "the same but for rounding",
  differs: "another amount",
  uncertain: "not comparable",
};

const costText = ({ currency, ours, theirs, difference, state }: BillCost): string =>
  `ours ${ours}, theirs ${theirs} ${currency} (${difference.startsWith("-") || difference === "0" ? "" : "+"}${difference}, ${costWords[state]})`;

/** The beginning of a period in the zone of the file's days, else in UTC. */
function periodText(at: string, { period, aheadMinutes }: BillReport["grain"]): string {
  const local = new Date(Date.parse(at) + aheadMinutes * 60_000).toISOString();
  return period === "day" ? local.slice(0, 10) : local.slice(0, 16).replace("T", " ");
}
