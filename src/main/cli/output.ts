/** Where a command writes, and what it can read: the process's streams, or a test's. */
export interface CommandIo {
  out(text: string): void;
  error(text: string): void;
  readInput(): Promise<string>;
  /** Aborted by SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
}

export const jsonLine = (value: unknown): string => `${JSON.stringify(value)}\n`;

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
  return [headings, ...rows].map((row) => `${line(row)}\n`).join("");
}
