const fenceLine = /^ {0,3}(`{3,}|~{3,})/;

/** Where in a Markdown text its end lies, as far as quoting goes. */
export interface CodeContext {
  /** Takes the next line, without its line end. */
  takeLine(line: string): void;
  /** Whether a line that begins now would lie in code or in a quotation. */
  isQuoted(): boolean;
}

/** Follows fences, `pre` and `code` elements, and within a paragraph open back-ticks and quotation marks. */
export function createCodeContext(): CodeContext {
  let fence: string | null = null;
  let elements = 0;
  let ticks = 0;
  let quotes = 0;
  return {
    takeLine(line) {
      const mark = fenceLine.exec(line)?.[1];
      if (fence !== null) {
        const closes = mark !== undefined && mark[0] === fence[0] && mark.length >= fence.length;
        if (closes && line.trim() === mark) fence = null;
        return;
      }
      if (mark !== undefined) {
        fence = mark;
        return;
      }
      if (line.trim() === "") {
        // Neither reaches over the end of its paragraph.
        ticks = 0;
        quotes = 0;
        return;
      }
      ticks += line.match(/`+/g)?.length ?? 0;
      quotes += (line.match(/"/g)?.length ?? 0) + balance(line, /“/g, /”/g);
      elements = Math.max(0, elements + balance(line, /<(?:pre|code)\b/gi, /<\/(?:pre|code)>/gi));
    },
    isQuoted: () => fence !== null || elements > 0 || ticks % 2 === 1 || quotes % 2 === 1,
  };
}

const balance = (line: string, opens: RegExp, closes: RegExp): number =>
  (line.match(opens)?.length ?? 0) - (line.match(closes)?.length ?? 0);
