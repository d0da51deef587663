/** A stretch of text as it is, or one character that a person could not see otherwise. */
export interface VisiblePart {
  readonly text: string;
  /** "U+202E" for an invisible character; null for ordinary text. */
  readonly mark: string | null;
}

/**
 * Controls, bidirectional and zero-width characters, unassigned and private ones, lone surrogates, and every space that is
 * not the plain one. A line break and a tab are left to the layout in text of several lines.
 */
const invisible =
  /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u{2800}\u{FFFC}]|(?! )\p{Zs}/gu;
const layout = new Set(["\n", "\t"]);

/** Splits text so that nothing in it stays invisible. `multiline` keeps line breaks and tabs as they are. */
export function visibleParts(text: string, multiline: boolean): readonly VisiblePart[] {
  const parts: VisiblePart[] = [];
  let end = 0;
  for (const match of text.matchAll(invisible)) {
    if (multiline && layout.has(match[0])) continue;
    if (match.index > end) parts.push({ text: text.slice(end, match.index), mark: null });
    parts.push({ text: match[0], mark: markOf(match[0]) });
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), mark: null });
  return parts;
}

/** The same as one string, for titles and accessible names. */
export const visibleString = (text: string): string =>
  visibleParts(text, false)
    .map((part) => (part.mark === null ? part.text : `[${part.mark}]`))
    .join("");

const markOf = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
