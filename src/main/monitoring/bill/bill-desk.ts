import { randomUUID } from "node:crypto";
import { basename } from "node:path";
import type { BillAnswer, BillFile, BillMapping } from "../../../shared/bill-file.ts";
import type { Input, Output } from "../../../shared/contract.ts";
import { AppError } from "../../../shared/errors.ts";
import type { Currency } from "../../../shared/money.ts";
import { readChosenFile } from "../../chosen-file.ts";
import { hourMs, type OwnHour, type OwnHoursQuery } from "../hours.ts";
import type { SourcesFile } from "../sources-file.ts";
import { BillFaultError } from "./bill-fault.ts";
import { billReport } from "./bill-report.ts";
import { guessMapping } from "./column-words.ts";
import { billStretch, compareBill, periodOfBill } from "./compare-bill.ts";
import { decodeBill, type BillText } from "./decode-bill.ts";
import { foldBill } from "./fold-bill.ts";
import { readHead, shapeOf, type TableHead } from "./read-head.ts";

export type OpenedBill = NonNullable<Output<"monitoring.chooseBill">>;

export interface BillComparison extends Input<"monitoring.compareBill"> {
  /** In place of the one that is set. */
  readonly thresholdPercent?: number;
}

/** The provider's export as a file, beside the ledger. It is a look: nothing of the file is kept but how its columns are read. */
export interface BillDesk {
  /** Headings and first rows of a file that the person named, and how its columns would be read. */
  open(region: string, path: string): Promise<OpenedBill>;
  /** Compares the file that was opened last. Throws AppError("not-found") for another. */
  compare(comparison: BillComparison): Promise<BillAnswer>;
}

export interface BillDeskOptions {
  readonly sources: Pick<SourcesFile, "mapping" | "keepMapping" | "billLinks" | "threshold">;
  readonly ownHours: (query: OwnHoursQuery) => Promise<readonly OwnHour[]>;
  /** What a region is paid in; null = not known. */
  readonly currencyIn: (region: string) => Currency | null;
  readonly now?: () => number;
}

const mostBytes = 64 * 1024 * 1024;
const mostDays = 400;
const longestCell = 120;

interface Loaded {
  readonly text: BillText;
  readonly head: TableHead;
  readonly writtenAt: number;
}

export function createBillDesk(options: BillDeskOptions): BillDesk {
  const { sources, currencyIn } = options;
  let opened: { readonly fileId: string; readonly path: string; readonly shape: string } | null =
    null;
  return {
    async open(region, path) {
      const name = basename(path);
      return orFault(
        async () => {
          const { text, head } = await load(path);
          const shape = shapeOf(head.header);
          const known = sources.mapping(shape);
          const fileId = randomUUID();
          opened = { fileId, path, shape };
          const mapping = known ?? guessMapping(head.header, currencyIn(region) ?? "USD");
          const file = describe({ text, head }, { fileId, name, mapping });
          return { outcome: "opened", file: { ...file, remembered: known !== null } };
        },
        (fault) => ({ outcome: "faulty", name, fault }),
      );
    },
    async compare(comparison) {
      const chosen = opened;
      if (chosen === null || chosen.fileId !== comparison.fileId)
        throw new AppError("not-found", "This file is not open any more. Choose it again.");
      const { path, shape } = chosen;
      return orFault(
        async () => {
          const loaded = await load(path);
          if (shapeOf(loaded.head.header) !== shape) throw new BillFaultError("changed");
          const report = await compareLoaded(options, loaded, { ...comparison, path });
          sources.keepMapping(shape, comparison.mapping);
          return { outcome: "compared", report };
        },
        (fault) => ({ outcome: "faulty", fault }),
      );
    },
  };
}

/** What the work answers; where the file is to blame, its fault. */
async function orFault<T, F>(
  work: () => Promise<T>,
  faulty: (fault: BillFaultError["fault"]) => F,
): Promise<T | F> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BillFaultError) return faulty(error.fault);
    throw error;
  }
}

async function load(path: string): Promise<Loaded> {
  const read = await readOrFault(path);
  if (read === null) throw new BillFaultError("too-large");
  const text = decodeBill(read.bytes);
  return { text, head: await readHead(text), writtenAt: read.writtenAt };
}

async function readOrFault(path: string): ReturnType<typeof readChosenFile> {
  try {
    return await readChosenFile(path, mostBytes);
  } catch (error) {
    if (error instanceof AppError) throw new BillFaultError("unreadable", { text: error.message });
    throw error;
  }
}

const cut = (cells: readonly string[]): string[] =>
  cells.map((cell) => (cell.length > longestCell ? `${cell.slice(0, longestCell)}…` : cell));

interface Described {
  readonly fileId: string;
  readonly name: string;
  readonly mapping: BillMapping;
}

function describe(
  { text, head }: Pick<Loaded, "text" | "head">,
  { fileId, name, mapping }: Described,
): Omit<BillFile, "remembered"> {
  return {
    fileId,
    name,
    encoding: text.encoding,
    separator: head.separator,
    headerLine: head.headerLine,
    header: cut(head.header),
    sample: head.sample.map(({ cells }) => cut(cells)),
    mapping,
  };
}

async function compareLoaded(
  { sources, ownHours, now = Date.now }: BillDeskOptions,
  { text, head, writtenAt }: Loaded,
  comparison: BillComparison & { readonly path: string },
) {
  const { region, mapping, path } = comparison;
  const bill = await foldBill(text, head, mapping);
  const { from, to } = billStretch({ bill, mapping });
  if (to - from > mostDays * 24 * hourMs) throw new BillFaultError("too-long");
  const { ms } = periodOfBill({ bill, mapping });
  const ours = await ownHours({ region, from: from - ms, to: to + ms });
  // A clock that goes ahead writes no file of the future.
  const at = Math.min(writtenAt, now());
  const links = sources.billLinks(region);
  const compared = compareBill({ bill, mapping, ours, links, writtenAt: at });
  return billReport(compared, {
    region,
    name: basename(path),
    bill,
    writtenAt: Math.round(at),
    thresholdPercent: comparison.thresholdPercent ?? sources.threshold(),
  });
}
