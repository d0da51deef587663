import {
  billMappingSchema,
  columnRoleSchema,
  type BillFile,
  type BillMapping,
  type ColumnRole,
} from "../../shared/bill-file.ts";
import { badArguments, type ParsedArguments } from "./arguments.ts";

const manners: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  unit: { "1": "tokens", tokens: "tokens", "1k": "thousand", "1m": "million" },
  zone: { utc: "utc", "utc+8": "utc+8" },
  period: { auto: "auto", hour: "hour", day: "day" },
  cached: { auto: "auto", within: "within", beside: "beside" },
  currency: { usd: "USD", cny: "CNY" },
};

/**
 * How a file is read, with what `--columns` says in place of what is guessed or remembered: `model=Model`, `input=3` (from 1),
 * `calls=none`, and `zone`, `period`, `unit`, `cached` and `currency`. A heading with a comma goes into quotation marks.
 */
export function mappingOf(parsed: ParsedArguments, file: BillFile): BillMapping {
  const text = parsed.text("columns");
  if (text === undefined) return file.mapping;
  const mapping = { ...file.mapping, columns: { ...file.mapping.columns } };
  for (const pair of text.match(/(?:[^,"]|"[^"]*")+/g) ?? []) {
    const [name = "", ...rest] = pair.split("=");
    const value = rest
      .join("=")
      .trim()
      .replace(/^"(.*)"$/, "$1");
    const key = name.trim().toLowerCase();
    const manner = manners[key]?.[value.toLowerCase()];
    const role = columnRoleSchema.safeParse(key);
    if (manner !== undefined) Object.assign(mapping, { [key]: manner });
    else if (role.success) setColumn(mapping.columns, role.data, { parsed, file, value });
    else throw badColumns(parsed, `--columns "${pair.trim()}" is not understood`, file);
  }
  return billMappingSchema.parse(mapping);
}

interface Value {
  readonly parsed: ParsedArguments;
  readonly file: BillFile;
  readonly value: string;
}

function setColumn(
  columns: BillMapping["columns"],
  role: ColumnRole,
  { parsed, file, value }: Value,
): void {
  delete columns[role];
  if (value === "none") return;
  const named = file.header.indexOf(value);
  const numbered = /^\d{1,3}$/.test(value) ? Number(value) - 1 : -1;
  const at = named === -1 ? numbered : named;
  if (file.header[at] === undefined)
    throw badColumns(parsed, `--columns: the file has no column "${value}"`, file);
  // One column, one role.
  for (const other of columnRoleSchema.options) if (columns[other] === at) delete columns[other];
  columns[role] = at;
}

/** The error for columns that do not fit, with those that there are. */
export function badColumns(parsed: ParsedArguments, message: string, file: BillFile) {
  const list = file.header.map((name, at) => `${at + 1} ${JSON.stringify(name)}`).join(", ");
  return badArguments(
    parsed.command,
    `${message}. Its columns: ${list}. Roles: ${columnRoleSchema.options.join(", ")}.`,
  );
}

/** In one line, as it would be written. */
export function mappingText(
  { columns, ...manner }: BillMapping,
  header: readonly string[],
): string {
  const named = columnRoleSchema.options.flatMap((role) => {
    const at = columns[role];
    return at === undefined ? [] : [`${role}=${header[at] ?? at + 1}`];
  });
  const { zone, period, unit, currency } = manner;
  return [
    ...named,
    `zone=${zone}`,
    `period=${period}`,
    `unit=${unit}`,
    `currency=${currency}`,
  ].join(", ");
}
