/** Where a command writes, and what it can read: the process's streams, or a test's. */
export interface CommandIo {
  out(text: string): void;
  error(text: string): void;
  readInput(): Promise<string>;
  /** Aborted by SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
}

export const jsonLine = (value: unknown): string => `${JSON.stringify(value)}\n`;

/**
 * Text for a terminal: control characters and marks that turn its direction are shown, not obeyed. What a model or a file says
 * must not paint over the question that a person answers, nor write to their clipboard.
 */
export function printable(text: string): string {
  return text.replaceAll("\r\n", "\n").replaceAll(
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Rows under headings, columns padded; numbers to the right. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        /^[\d.,$¥%+-]+$/.test(cell)
          ? cell.padStart(widths[column] ?? 0)
          : cell.padEnd(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd();
  return [headings, ...rows].map((row) => `${printable(line(row))}\n`).join("");
}
