/** Marks that models end or begin a message with, and that some servers let through as text. */
const names = [
  "im_end",
  "im_start",
  "endoftext",
  "eot_id",
  "eom_id",
  "end_of_text",
  "end",
  "fim_prefix",
  "fim_middle",
  "fim_suffix",
  "fim_pad",
  "file_sep",
  "repo_name",
];

const tokens = [...names.map((name) => `<|${name}|>`), "</s>", "<｜end▁of▁sentence｜>"];

const longest = Math.max(...tokens.map((token) => token.length));

/** Text through which no leaked mark comes at its end. One in the middle is text: somebody may be writing about it. */
export interface TokenFilter {
  push(piece: string): string;
  /** What was held back and is no mark. */
  end(): string;
}

export function createTokenFilter(): TokenFilter {
  /** Marks and the blanks after them, which reach to the end so far; looked at once, as a model may write them for ever. */
  let marks = "";
  /** What may become a mark. */
  let begun = "";
  return {
    push(piece) {
      const text = begun + piece;
      const start = possibleEnd(text);
      const before = text.slice(0, start);
      const goesOn = marks !== "" && before.trim() === "";
      const shown = goesOn ? "" : marks + before;
      const rest = text.slice(start);
      const whole = markedLength(rest);
      marks = (goesOn ? marks + before : "") + rest.slice(0, whole);
      begun = rest.slice(whole);
      return shown;
    },
    end() {
      const rest = begun === "" ? "" : marks + begun;
      marks = "";
      begun = "";
      return rest;
    },
  };
}

/** Where marks, and the beginning of one, reach to the end of the text; its length when they do not. */
function possibleEnd(text: string): number {
  let start = text.lastIndexOf("<");
  if (start < 0 || !isPossible(text.slice(start))) return text.length;
  for (;;) {
    const before = text.slice(0, start).trimEnd();
    const token = tokens.find((candidate) => before.endsWith(candidate));
    if (token === undefined) return start;
    start = before.length - token.length;
  }
}

function isPossible(text: string): boolean {
  if (text.length <= longest && tokens.some((token) => token.startsWith(text))) return true;
  return tokens.some((token) => text.startsWith(token) && text.slice(token.length).trim() === "");
}

/** How much of the beginning is whole marks, with the blanks between them, and after them where nothing else comes. */
function markedLength(text: string): number {
  let at = 0;
  for (;;) {
    const rest = text.slice(at);
    const blanks = rest.length - rest.trimStart().length;
    const token = tokens.find((candidate) => rest.startsWith(candidate, blanks));
    if (token === undefined) return at > 0 && rest.length === blanks ? text.length : at;
    at += blanks + token.length;
  }
}
