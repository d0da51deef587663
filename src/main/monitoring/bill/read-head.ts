import { createHash } from "node:crypto";
import type { BillFile } from "../../../shared/bill-file.ts";
import { BillFaultError } from "./bill-fault.ts";
import { knownHeadings } from "./column-words.ts";
import type { BillText } from "./decode-bill.ts";
import { readRows, type TableRow } from "./read-rows.ts";

/** Where a table begins. */
export interface TableHead {
  readonly separator: BillFile["separator"];
  /** The line of the headings, from 1. */
  readonly headerLine: number;
  readonly header: readonly string[];
  readonly sample: readonly TableRow[];
}

const separators = [",", "\t", ";"] as const;
/** Lines about the account and the month may come first. */
const mostBefore = 40;
const sampleRows = 5;

/** Finds separator and headings by the first lines of a file. Throws BillFaultError. */
export async function readHead(text: BillText): Promise<TableHead> {
  let best: { readonly head: TableHead; readonly known: number } | null = null;
  let fault: unknown = null;
  for (const separator of separators) {
    try {
      const found = headIn(await firstRows(text, separator), separator);
      if (found !== null && found.known > (best?.known ?? -1)) best = found;
    } catch (error) {
      if (!(error instanceof BillFaultError) || error.fault.code === "not-text") throw error;
      fault ??= error;
    }
  }
  if (best !== null) return best.head;
  throw fault ?? new BillFaultError("no-table");
}

async function firstRows(text: BillText, separator: BillFile["separator"]): Promise<TableRow[]> {
  const rows: TableRow[] = [];
  for await (const row of readRows(text, separator)) {
    rows.push(row);
    if (rows.length > mostBefore + sampleRows) break;
  }
  return rows;
}

/** The line with most known headings; where none is known, the first as wide as the one after it. */
function headIn(rows: readonly TableRow[], separator: BillFile["separator"]) {
  let best: { readonly at: number; readonly known: number } | null = null;
  for (const [at, { cells }] of rows.slice(0, mostBefore).entries()) {
    const next = rows[at + 1]?.cells;
    const isTable = filled(cells) > 1 && next !== undefined && next.length >= 2;
    if (!isTable) continue;
    const known = knownHeadings(cells);
    const isWide = known > 0 || next.length === cells.length;
    if (isWide && known > (best?.known ?? -1)) best = { at, known };
  }
  const row = rows[best?.at ?? -1];
  if (best === null || row === undefined) return null;
  const sample = rows.slice(best.at + 1, best.at + 1 + sampleRows);
  const head: TableHead = { separator, headerLine: row.line, header: row.cells, sample };
  return { head, known: best.known };
}

const filled = (cells: readonly string[]): number => cells.filter((cell) => cell !== "").length;

/** The same for files with the same headings. */
export const shapeOf = (header: readonly string[]): string =>
  createHash("sha256").update(JSON.stringify(header)).digest("hex").slice(0, 16);
