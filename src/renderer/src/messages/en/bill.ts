import type { BillCost, BillFault, BillMapping, ColumnRole } from "../../../../shared/bill-file.ts";

const number = (value: number): string => value.toLocaleString("en");
const some = (value: number, one: string, many: string): string =>
  value === 1 ? `1 ${one}` : `${number(value)} ${many}`;

const cell = (text: string | null): string => (text === null ? "The cell" : `“${text}”`);
const other = "Choose another column or mend the file.";

const faults: Readonly<Record<BillFault["code"], (text: string | null) => string>> = {
  unreadable: (text) => `It cannot be read: ${text ?? ""}`,
  "too-large": () => "It is larger than 64 MB. Export a shorter time.",
  "not-text": () => "It is no text. Export it as CSV, or save the workbook as CSV.",
  "no-table": () => "No line of headings with columns was found. Export it as CSV.",
  "open-quote": () => "A quotation mark is never closed. Mend the line, or export the file anew.",
  "long-row": () =>
    "The row is too long to be one. Check the quotation marks there, or export the file anew.",
  "no-column": () => "A column is missing. Choose which one holds it.",
  changed: () => "The file has other headings by now. Choose it again.",
  "no-time": (text) => `${cell(text)} is no time like 2026-11-20 10:00. ${other}`,
  "only-month": (text) =>
    `${cell(text)} is a month. Choose a column with days or hours, or export by the day or hour.`,
  "no-number": (text) => `${cell(text)} is no number. ${other}`,
  "shortened-number": (text) =>
    `${cell(text)} was shortened by a spreadsheet. Export the file anew, and do not save it with one.`,
  "no-unit": (text) => `${cell(text)} is no unit of tokens. Choose another column.`,
  "no-currency": (text) => `${cell(text)} is neither USD nor CNY. Choose another column.`,
  "no-rows": (text) =>
    text === null
      ? "Nothing under its headings counts tokens. Choose other columns."
      : `Its rows count no tokens, but ${text}. Choose other columns.`,
  "too-long": () => "It spans more than 400 days. Export a shorter time.",
};

/** A bill or usage export of the console, beside Belay's figures. */
export const bill = {
  choose: "Compare a file…",
  chooseDetail:
    "Without advanced monitoring: export usage or the bill in the console as CSV, and compare it here.",
  another: "Another file…",
  columns: "Columns…",
  leave: "Close the file",
  compare: "Compare",
  reading: (name: string) => `Reading ${name}…`,
  cannotRead: (name: string) => `${name} cannot be read`,
  title: "Columns of the file",
  file: (encoding: string, line: number) => `${encoding}, headings in line ${number(line)}`,
  guessed:
    "Guessed by the headings: the console names them differently by page and language. Check them once; Belay remembers them for files with the same headings.",
  remembered: "As you chose them for a file with the same headings.",
  none: "None",
  unnamed: (place: number) => `Column ${number(place)}`,
  example: (text: string) => `for example ${text}`,
  groups: { where: "Time and place", tokens: "Tokens", money: "Money", manner: "How it is read" },
  roles: {
    time: "Time",
    model: "Model",
    workspace: "Workspace",
    key: "API key",
    input: "Input tokens",
    output: "Output tokens",
    cached: "Cached tokens",
    kind: "Kind (input, output…)",
    quantity: "Quantity",
    unit: "Unit",
    calls: "Calls",
    amount: "Amount",
    currency: "Currency",
  } satisfies Record<ColumnRole, string>,
  roleNeeded: "Choose the column that holds it.",
  tokensHelp:
    "Input and output as columns of their own, or one quantity with its kind in each row.",
  zone: "Times are in",
  zones: { utc: "UTC", "utc+8": "UTC+8, as the console shows" } satisfies Record<
    BillMapping["zone"],
    string
  >,
  period: "Each row is of",
  periods: {
    auto: "Find out by the times",
    hour: "An hour or less",
    day: "A day",
  } satisfies Record<BillMapping["period"], string>,
  unitOf: "Tokens are counted in",
  units: { tokens: "Tokens", thousand: "Thousands", million: "Millions" } satisfies Record<
    BillMapping["unit"],
    string
  >,
  cachedAre: "Cached tokens are",
  cachedHow: {
    auto: "Find out by the figures",
    within: "Among the input",
    beside: "Beside the input",
  } satisfies Record<BillMapping["cached"], string>,
  currencyOf: "Amounts are in",
  preview: "First rows",
  where: (line: number | null, column: string | null) =>
    [
      ...(line === null ? [] : [`Line ${number(line)}`]),
      ...(column === null ? [] : [`column “${column}”`]),
    ].join(", "),
  faults,
  nothingKept: "Nothing was compared.",

  byHour: "Hour by hour",
  byDay: (zone: string) => `Day by day, ${zone}`,
  dayTable: "Day by day",
  written: (when: string) => `written ${when}`,
  covers: (first: string, last: string) => `${first} – ${last}`,
  incomplete: "Nothing in it is complete yet",
  completeDetail:
    "What lies less than two hours before the file was written, and a newest row that falls short within a day of it, may still grow.",
  noKeys:
    "The file names no keys: all are compared together, and what the provider has more may be anybody's in the account. It is no alert.",
  noModels: "The file names no models: all are compared together.",
  noKinds: "The file has one number of tokens: input and output are compared together.",
  cachedBeside: "Its cached tokens are taken as counted beside the input.",
  leftOut: (totals: number, others: number, kinds: string) =>
    [
      ...(totals > 0 ? [`${some(totals, "line", "lines")} of totals or notes`] : []),
      ...(others > 0
        ? [`${some(others, "row", "rows")} of other things${kinds === "" ? "" : ` (${kinds})`}`]
        : []),
    ].join(" and ") + " left out.",
  day: "Day",
  cost: "Cost",
  days: (days: number) => some(days, "day", "days"),
  dayEdge: "Agree across the day",
  notInFile: "Not in the file",
  notInFileDetail:
    "The file has nothing of this model or key: it may have been filtered, or the key is to be put together below.",
  showDay: (of: string) => `Show the days of ${of}`,
  noRowsLeft: "The file and this computer have no calls in this time.",
  costStates: {
    same: "Same amount",
    rounding: "Same but for rounding",
    differs: "Another amount",
    uncertain: "Cannot be compared",
  } satisfies Record<BillCost["state"], string>,
  costOf: (currency: string) => `Cost, ${currency}`,
  costLine: (ours: string, theirs: string) => `ours ${ours}, theirs ${theirs}`,
  otherAmount: "Same tokens, another amount",
  otherAmountDetail:
    "A discount, a coupon, free quota, or a price that has changed: both sides counted the same.",
  inRows: (rows: number) => some(rows, "row", "rows"),
  inDays: (zone: string) => `Days of ${zone}, as the file has them`,
};
