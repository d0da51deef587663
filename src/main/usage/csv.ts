/** What a cell may hold; null and undefined are empty, never 0. */
export type CsvValue = string | number | null | undefined;

/** Rows under a line of headings (RFC 4180, CRLF). */
export function csvText(
  headings: readonly string[],
  rows: readonly (readonly CsvValue[])[],
): string {
  return [headings, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

/** A text that a spreadsheet would run as a formula gets an apostrophe: keys are folder names and titles, which anybody can choose. */
function cell(value: CsvValue): string {
  const raw = String(value ?? "");
  const text =
    typeof value === "string" && /^[\s]*[=+\-@\t\r\n|%＝＋－＠]/.test(raw) ? `'${raw}` : raw;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
