/** What `edit_file` is to do: `all` replaces every occurrence. */
export interface TextEdit {
  readonly oldText: string;
  readonly newText: string;
  readonly all: boolean;
}

/** A place in the text with what comes there. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The line end in use in the replaced part, else in the whole text. */
export function lineEndFor(text: string, part: string): "\n" | "\r\n" {
  const sample = part.includes("\n") ? part : text;
  const crlf = sample.split("\r\n").length - 1;
  const all = sample.split("\n").length - 1;
  return crlf * 2 > all ? "\r\n" : "\n";
}

/** A text that names "\r\n" itself is meant that way where the file has such lines; elsewhere ends are the file's. */
export function withLineEnds(text: string, end: "\n" | "\r\n"): string {
  return text.replaceAll("\r\n", "\n").replaceAll("\n", end);
}
