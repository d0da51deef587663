import { pipeline, Readable } from "node:stream";
import { CsvError, parse, type Info } from "csv-parse";
import { mostColumns, type BillFile } from "../../../shared/bill-file.ts";
import { BillFaultError } from "./bill-fault.ts";
import type { BillText } from "./decode-bill.ts";

/** One row of a table, with the line of the file that it begins in. */
export interface TableRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** A longer row is none: a quotation mark is open, or it is no table. */
const mostRowBytes = 200_000;

/** The rows of a file in turn, empty lines left out. Throws BillFaultError. */
export async function* readRows(
  text: BillText,
  separator: BillFile["separator"],
): AsyncGenerator<TableRow> {
  const parser = parse({
    delimiter: separator,
    record_delimiter: "\n",
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: mostRowBytes,
    info: true,
  });
  // What goes wrong comes out of the parser.
  pipeline(Readable.from(text.pieces()), parser, () => undefined);
  try {
    for await (const item of parser) {
      const { info, record }: { readonly info: Info; readonly record: string[] } = item;
      const line = info.lines - newlinesIn(record);
      if (record.length > mostColumns) throw new BillFaultError("long-row", { line });
      yield { line, cells: record.map(cleanCell) };
    }
  } catch (error) {
    throw error instanceof CsvError ? faultOf(error) : error;
  }
}

/** What spreadsheets and exports put about a value so that it stays as it is: blanks, tabs, an apostrophe. */
const cleanCell = (cell: string): string => cell.trim().replace(/^['`]/, "").trim();

const newlinesIn = (record: readonly string[]): number =>
  record.reduce((sum, cell) => sum + cell.split("\n").length - 1, 0);

function faultOf(error: CsvError): BillFaultError {
  const lines: unknown = Reflect.get(error, "lines");
  const line = typeof lines === "number" && lines > 0 ? lines : null;
  const isOpen = error.code === "CSV_QUOTE_NOT_CLOSED";
  return new BillFaultError(isOpen ? "open-quote" : "long-row", { line });
}
