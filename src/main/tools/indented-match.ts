import { lineEndFor, type Replacement, type TextEdit } from "./line-ends.ts";

interface Line {
  readonly start: number;
  /** Without the line end. */
  readonly text: string;
}

/** Places where whole lines are equal but for their indentation, with `newText` moved to the indentation found there. */
export function findIndented(text: string, edit: TextEdit): Replacement[] {
  const wanted = splitLines(edit.oldText);
  // A line end at the end of old_string is part of what is replaced, not one more line.
  const endsInNewline = wanted.at(-1)?.text === "" && wanted.length > 1;
  const oldLines = (endsInNewline ? wanted.slice(0, -1) : wanted).map((line) => line.text);
  if (oldLines.every((line) => line.trim() === "")) return [];
  const lines = splitLines(text);
  const found: Replacement[] = [];
  for (let index = 0; index + oldLines.length <= lines.length; index += 1) {
    const window = lines.slice(index, index + oldLines.length);
    const indents = mapIndents(oldLines, window);
    const last = window.at(-1);
    if (indents === null || last === undefined) continue;
    const next = lines[index + oldLines.length];
    const start = window[0]?.start ?? 0;
    const end = endsInNewline && next !== undefined ? next.start : last.start + last.text.length;
    const lineEnd = lineEndFor(text, text.slice(start, end));
    found.push({ start, end, text: indent(edit.newText, indents, lineEnd) });
    index += oldLines.length - 1;
  }
  return found;
}

function splitLines(text: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (;;) {
    const end = text.indexOf("\n", start);
    const raw = text.slice(start, end < 0 ? text.length : end);
    lines.push({ start, text: raw.endsWith("\r") && end >= 0 ? raw.slice(0, -1) : raw });
    if (end < 0) return lines;
    start = end + 1;
  }
}

const indentOf = (line: string): string => /^[ \t]*/.exec(line)?.[0] ?? "";

/** Old indentation → the file's, when all lines agree on it; null when a line differs or they do not. */
function mapIndents(
  oldLines: readonly string[],
  window: readonly Line[],
): Map<string, string> | null {
  const indents = new Map<string, string>();
  for (const [index, old] of oldLines.entries()) {
    const here = window[index]?.text ?? "";
    if (old.trim() !== here.trim()) return null;
    if (old.trim() === "") continue;
    const from = indentOf(old);
    const to = indentOf(here);
    if ((indents.get(from) ?? to) !== to) return null;
    indents.set(from, to);
  }
  return indents;
}

function indent(text: string, indents: ReadonlyMap<string, string>, lineEnd: string): string {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  return lines
    .map((line) =>
      line.trim() === "" ? line : moveIndent(indentOf(line), indents) + line.trimStart(),
    )
    .join(lineEnd);
}

/** The longest known indentation that this one begins with decides; one shorter than all is cut from the shortest. */
function moveIndent(own: string, indents: ReadonlyMap<string, string>): string {
  const known = [...indents].toSorted(([a], [b]) => b.length - a.length);
  const base = known.find(([from]) => own.startsWith(from));
  if (base !== undefined) return base[1] + own.slice(base[0].length);
  const shortest = known.at(-1);
  if (shortest === undefined) return own;
  const [from, to] = shortest;
  return to.slice(0, Math.max(0, to.length - (from.length - own.length)));
}
