import { nearestLines } from "./nearest-lines.ts";
import { findIndented } from "./indented-match.ts";
import { lineEndFor, withLineEnds, type Replacement, type TextEdit } from "./line-ends.ts";

/** The edited text, or why it was not edited, for the model. `note` says what was taken tolerantly. */
export type EditedText =
  | {
      readonly ok: true;
      readonly text: string;
      readonly count: number;
      readonly note: string | null;
    }
  | { readonly ok: false; readonly why: string };

/**
 * Replaces one occurrence of a text, or all. It is looked for exactly, then with line ends taken as equal, then with
 * indentation taken as equal; the first of these that finds something decides, and more than one place is refused.
 */
export function editText(text: string, edit: TextEdit): EditedText {
  if (edit.oldText === "") return { ok: false, why: "old_string is empty: use write_file." };
  const found = findPlaces(text, edit);
  if (found === null) return { ok: false, why: notFound(text, edit.oldText) };
  if (found.places.length > 1 && !edit.all)
    return { ok: false, why: ambiguous(text, found.places) };
  let result = "";
  let at = 0;
  for (const { start, end, text: next } of found.places) {
    result += text.slice(at, start) + next;
    at = end;
  }
  return { ok: true, text: result + text.slice(at), count: found.places.length, note: found.note };
}

interface Found {
  readonly places: readonly Replacement[];
  readonly note: string | null;
}

function findPlaces(text: string, edit: TextEdit): Found | null {
  const exact = occurrences(text, edit.oldText)
    .filter((start) => !splitsLineEnd(text, start))
    .map((start) => place(text, edit, [start, start + edit.oldText.length]));
  const loose = looseEnds(text, edit);
  // In a file of mixed line ends the exact text may be there once and the same lines with other ends elsewhere.
  if (exact.length > 0 && (!edit.all || exact.length >= loose.length))
    return { places: exact, note: null };
  if (loose.length > 0) return { places: loose, note: null };
  const indented = findIndented(text, edit);
  return indented.length === 0
    ? null
    : { places: indented, note: "Matched with other indentation; new_string was indented to fit." };
}

function occurrences(text: string, part: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length))
    found.push(at);
  return found;
}

/** A match that begins between "\r" and "\n" would leave half a line end behind. */
const splitsLineEnd = (text: string, start: number): boolean =>
  text.charAt(start) === "\n" && text.charAt(start - 1) === "\r";

/** Places that are equal once "\r\n" counts as "\n". */
function looseEnds(text: string, edit: TextEdit): Replacement[] {
  if (!text.includes("\r\n") && !edit.oldText.includes("\r\n")) return [];
  const plain = text.replaceAll("\r\n", "\n");
  const wanted = edit.oldText.replaceAll("\r\n", "\n");
  const starts = occurrences(plain, wanted);
  if (starts.length === 0) return [];
  // Offsets in `plain` grow by one in `text` for each "\r" before them.
  const returns: number[] = [];
  for (let at = text.indexOf("\r\n"); at >= 0; at = text.indexOf("\r\n", at + 2))
    returns.push(at - returns.length);
  let passed = 0;
  const original = (offset: number): number => {
    while (passed < returns.length && (returns[passed] ?? 0) < offset) passed += 1;
    return offset + passed;
  };
  return starts.map((start) => {
    const from = original(start);
    return place(text, edit, [from, original(start + wanted.length)]);
  });
}

function place(text: string, edit: TextEdit, [start, end]: readonly [number, number]): Replacement {
  return { start, end, text: withLineEnds(edit.newText, lineEndFor(text, text.slice(start, end))) };
}

function ambiguous(text: string, places: readonly Replacement[]): string {
  const lines = places.slice(0, 10).map(({ start }) => lineOf(text, start));
  const more = places.length > 10 ? ` and ${places.length - 10} more` : "";
  return `old_string occurs ${places.length} times (lines ${lines.join(", ")}${more}). Add lines around it until it occurs once, or set replace_all.`;
}

const lineOf = (text: string, offset: number): number => text.slice(0, offset).split("\n").length;

function notFound(text: string, oldText: string): string {
  const near = nearestLines(text, oldText);
  const advice =
    "old_string does not occur. Copy it exactly from read_file, without the line numbers.";
  return near === null ? advice : `${advice} The nearest lines are:\n${near}`;
}
