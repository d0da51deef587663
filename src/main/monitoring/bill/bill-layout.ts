import { missingRole, type BillMapping } from "../../../shared/bill-file.ts";
import { BillFaultError } from "./bill-fault.ts";

/** `columns`: input and output apart in each row. `kinds`: one kind in each row. `sum`: one number for all tokens. */
type Layout = "columns" | "kinds" | "sum";

/** Throws BillFaultError("no-column") naming the role that is missing. */
export function layoutOf(mapping: BillMapping, width: number): Layout {
  const { columns } = mapping;
  const missing = missingRole(mapping);
  const outside = Object.entries(columns).find(([, at]) => at >= width)?.[0];
  const role = missing ?? outside ?? null;
  if (role !== null) throw new BillFaultError("no-column", { column: role });
  if (columns.input !== undefined && columns.output !== undefined) return "columns";
  return columns.kind === undefined ? "sum" : "kinds";
}
