import type { BillFault } from "../../../shared/bill-file.ts";

const mostText = 60;

/** Thrown where a file stops being a bill; nothing of it has been kept by then. */
export class BillFaultError extends Error {
  readonly fault: BillFault;
  constructor(code: BillFault["code"], where: Partial<Omit<BillFault, "code">> = {}) {
    super(code);
    const { line = null, column = null, text = null } = where;
    const cut = text !== null && text.length > mostText ? `${text.slice(0, mostText)}…` : text;
    this.fault = { code, line, column, text: cut };
  }
}
