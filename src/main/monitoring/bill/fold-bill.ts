import type { BillFault, BillMapping, ColumnRole } from "../../../shared/bill-file.ts";
import type { Currency } from "../../../shared/money.ts";
import { hourOf } from "../hours.ts";
import { BillFaultError } from "./bill-fault.ts";
import { layoutOf } from "./bill-layout.ts";
import { currencyIn } from "./column-words.ts";
import type { BillText } from "./decode-bill.ts";
import {
  isNothing,
  isOtherUnit,
  isTotalWord,
  kindOf,
  parseAmount,
  parseTime,
  parseTokens,
  tokenUnit,
  type BillKind,
  type BillTime,
  type Cell,
} from "./parse-cell.ts";
import type { TableHead } from "./read-head.ts";
import { readRows, type TableRow } from "./read-rows.ts";

/** What a file charges in one currency. */
export interface BilledCost {
  readonly nano: bigint;
  /** Amounts that it is the sum of: each may have been rounded. */
  readonly amounts: number;
}

/** Rows of one hour, model, workspace and key, summed; "" where the file does not say. */
export interface BilledHour {
  readonly hour: number;
  readonly model: string;
  readonly workspaceId: string;
  readonly apiKeyId: string;
  readonly tokens: Readonly<Record<Exclude<BillKind, "other">, number>>;
  readonly costs: ReadonlyMap<Currency, BilledCost>;
}

export interface FoldedBill {
  readonly hours: readonly BilledHour[];
  /** Whether its rows are of days: none has a time of day. */
  readonly isDaily: boolean;
  readonly isClockless: boolean;
  readonly rows: number;
  /** Lines of sums and notes. */
  readonly totalLines: number;
  /** Rows of other things than tokens. */
  readonly otherRows: number;
  readonly otherKinds: readonly string[];
  /** The most digits after the point of any amount. */
  readonly decimals: number;
}

type Sums = { -readonly [Key in keyof BilledHour["tokens"]]: number };
interface OpenHour extends Omit<BilledHour, "tokens" | "costs"> {
  readonly tokens: Sums;
  readonly costs: Map<Currency, BilledCost>;
}

const mostKinds = 8;

/** Reads a whole file into sums. Throws BillFaultError where a cell is not what its column should hold. */
export async function foldBill(
  text: BillText,
  head: TableHead,
  mapping: BillMapping,
): Promise<FoldedBill> {
  const layout = layoutOf(mapping, head.header.length);
  const fold = createFold();
  const parse = rememberingTimes(mapping.zone);
  for await (const row of readRows(text, head.separator)) {
    if (row.line <= head.headerLine || isSame(row.cells, head.header)) continue;
    const read = createReader(row, head.header, mapping);
    if (isApart(row, read.text("time"))) {
      if (row.cells.some((cell) => cell !== "")) fold.totalLines += 1;
      continue;
    }
    addRow(fold, read, { layout, parse });
  }
  if (fold.hours.size === 0)
    throw new BillFaultError("no-rows", { text: [...fold.otherKinds].join(", ") || null });
  const { hours, otherKinds, hasClock, isMidnight, ...rest } = fold;
  return {
    ...rest,
    hours: [...hours.values()],
    isDaily: isMidnight,
    isClockless: !hasClock,
    otherKinds: [...otherKinds].slice(0, mostKinds),
  };
}

const mostTimes = 20_000;

/** The rows of one hour all name the same time. */
function rememberingTimes(zone: BillMapping["zone"]): (text: string) => Cell<BillTime> {
  const known = new Map<string, Cell<BillTime>>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    if (known.size >= mostTimes) known.clear();
    const time = parseTime(text, zone);
    known.set(text, time);
    return time;
  };
}

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((cell, at) => cell === other[at]);

/** A line of a sum, a note below the table, or an empty one. */
function isApart({ cells }: TableRow, time: string): boolean {
  if (isTotalWord(time)) return true;
  const filled = cells.filter((cell) => cell !== "");
  return time === ""
    ? filled.length <= 1 || filled.some(isTotalWord)
    : filled.length === 1 && cells.length === 1;
}

function createFold() {
  return {
    hours: new Map<string, OpenHour>(),
    hasClock: false,
    isMidnight: true,
    rows: 0,
    totalLines: 0,
    otherRows: 0,
    otherKinds: new Set<string>(),
    decimals: 0,
  };
}
type Fold = ReturnType<typeof createFold>;

interface RowReader {
  /** "" where no column has the role. */
  readonly text: (role: ColumnRole) => string;
  /** The value, or a fault that names line, column and cell. */
  readonly need: <T>(role: ColumnRole, cell: Cell<T>) => T;
  readonly mapping: BillMapping;
}

function createReader(
  { line, cells }: TableRow,
  header: readonly string[],
  mapping: BillMapping,
): RowReader {
  const { columns } = mapping;
  const placeOf = (role: ColumnRole): number => columns[role] ?? -1;
  const text = (role: ColumnRole): string => cells[placeOf(role)] ?? "";
  return {
    text,
    mapping,
    need(role, cell) {
      if ("value" in cell) return cell.value;
      const column = header[placeOf(role)] ?? null;
      throw new BillFaultError(cell.code, { line, column, text: text(role) });
    },
  };
}

interface How {
  readonly layout: ReturnType<typeof layoutOf>;
  readonly parse: (text: string) => Cell<BillTime>;
}

function addRow(fold: Fold, read: RowReader, { layout, parse }: How): void {
  const { text, need } = read;
  const time = need("time", parse(text("time")));
  fold.rows += 1;
  fold.hasClock ||= time.hasClock;
  fold.isMidnight &&= time.isMidnight;
  const counted = countOf(read, layout);
  if (counted === null) {
    fold.otherRows += 1;
    if (layout === "kinds") fold.otherKinds.add((text("kind") || text("unit")).slice(0, 60));
    return;
  }
  const { tokens, costs } = openHour(fold, {
    hour: hourOf(time.at),
    model: text("model"),
    workspaceId: text("workspace"),
    apiKeyId: text("key"),
  });
  for (const [kind, value] of counted) tokens[kind] += value;
  tokens.calls += need("calls", parseTokens(text("calls"), 1));
  addAmount(fold, costs, read);
}

function openHour(fold: Fold, place: Omit<BilledHour, "tokens" | "costs">): OpenHour {
  const name = JSON.stringify([place.hour, place.model, place.workspaceId, place.apiKeyId]);
  const known = fold.hours.get(name);
  if (known !== undefined) return known;
  const tokens = { input: 0, output: 0, cached: 0, total: 0, calls: 0 };
  const opened = Object.assign({}, place, { tokens, costs: new Map<Currency, BilledCost>() });
  fold.hours.set(name, opened);
  return opened;
}

/** Tokens to one of the row's unit; null where it counts something else. */
function unitOf({ text, need, mapping }: RowReader): number | null {
  const own = text("unit");
  if (isNothing(own)) return { tokens: 1, thousand: 1000, million: 1_000_000 }[mapping.unit];
  if (isOtherUnit(own)) return null;
  const unit = tokenUnit(own);
  return need("unit", unit === null ? { code: "no-unit" } : { value: unit });
}

type Counted = readonly (readonly [keyof Sums, number])[];

/** What a row counts; null where that is no tokens. */
function countOf(read: RowReader, layout: ReturnType<typeof layoutOf>): Counted | null {
  const { text, need } = read;
  const unit = unitOf(read);
  if (layout === "columns") {
    if (unit === null) return null;
    return (["input", "output", "cached"] as const).map((role) => [
      role,
      need(role, parseTokens(text(role), unit)),
    ]);
  }
  const kind = layout === "kinds" ? kindOf(text("kind")) : "total";
  if (kind === "other" || (unit === null && kind !== "calls")) return null;
  const one = kind === "calls" ? 1 : (unit ?? 1);
  return [[kind, need("quantity", parseTokens(text("quantity"), one))]];
}

function addAmount(fold: Fold, costs: OpenHour["costs"], { text, need, mapping }: RowReader): void {
  const amount = need("amount", parseAmount(text("amount")));
  if (amount === null) return;
  const named = text("currency");
  const code: BillFault["code"] = "no-currency";
  const inColumn = isNothing(named) ? null : currencyIn(named);
  const currency = isNothing(named)
    ? (amount.currency ?? mapping.currency)
    : need("currency", inColumn === null ? { code } : { value: inColumn });
  const before = costs.get(currency) ?? { nano: 0n, amounts: 0 };
  costs.set(currency, { nano: before.nano + amount.nano, amounts: before.amounts + 1 });
  fold.decimals = Math.max(fold.decimals, amount.decimals);
}
