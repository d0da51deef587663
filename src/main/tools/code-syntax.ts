/** What separates code from text in a family of languages. */
interface Syntax {
  readonly lineComment: string | null;
  readonly blockComments: boolean;
  /** What a string may begin with, beside `"`. */
  readonly quotes: string;
  /** Back-ticks: with holes for code, without any escapes, or no strings at all. */
  readonly backticks: "template" | "raw" | null;
  readonly triples: boolean;
  readonly regexes: boolean;
}

const cLike: Syntax = {
  lineComment: "//",
  blockComments: true,
  quotes: "'",
  backticks: null,
  triples: false,
  regexes: false,
};
const script: Syntax = { ...cLike, regexes: true, backticks: "template" };
const python: Syntax = { ...cLike, lineComment: "#", blockComments: false, triples: true };

/**
 * Files in which a backslash before a letter is an error outside of strings, comments and regular expressions. Left out are all
 * where it means something there (shells, make, TeX, PHP, Haskell, Swift, YAML, Markdown) or where strings are hard to tell.
 */
const syntaxes: readonly (readonly [names: RegExp, syntax: Syntax])[] = [
  [/\.[cm]?[jt]sx?$/i, script],
  [/\.pyi?$/i, python],
  [/\.(?:java|kt|c|h|cc|cpp|hpp|dart|proto|jsonc?)$/i, cLike],
  [/\.go$/i, { ...cLike, backticks: "raw" }],
  [/\.css$/i, { ...cLike, lineComment: null }],
];

const syntaxOf = (path: string): Syntax | undefined =>
  syntaxes.find(([names]) => names.test(path))?.[1];

/**
 * Escapes that cannot be where they are. What comes after `commentAt` may all be a comment, or the text of an element, which
 * holds anything; infinite without either. Without `isComplete` it could not be told further on what is a string.
 */
export interface ImpossibleEscapes {
  readonly places: readonly number[];
  readonly commentAt: number;
  readonly isComplete: boolean;
}

/**
 * Where a text on one line has escapes that code of its kind cannot have there: outside of strings, comments and regular
 * expressions. Null when the kind is not known.
 */
export function impossibleEscapes(path: string, text: string): ImpossibleEscapes | null {
  const syntax = syntaxOf(path);
  // An apostrophe between tags is no string.
  if (syntax === undefined || />[^<{}]*'[^<{}]*<\//.test(text)) return null;
  const found: number[] = [];
  let commentAt = markupAt(path, text);
  let at = 0;
  let isComplete = true;
  while (at < text.length) {
    if (isComment(text, at, syntax)) commentAt = Math.min(commentAt, at);
    if (text[at] === "\\") {
      found.push(at);
      at += 2;
      continue;
    }
    const end = skip(text, at, syntax);
    isComplete = end !== null;
    if (end === null) break;
    at = Math.max(end, at + 1);
  }
  return { places: found, commentAt, isComplete };
}

/** Where elements may begin, in files that can have them. */
function markupAt(path: string, text: string): number {
  const at = /\.(?:[cm]?js|[jt]sx)$/i.test(path) ? text.search(/<[A-Za-z/>]/) : -1;
  return at < 0 ? Number.POSITIVE_INFINITY : at;
}

/** A line that names its interpreter is none: the kernel reads it to its end. */
const isComment = (text: string, at: number, { lineComment }: Syntax): boolean =>
  lineComment !== null && text.startsWith(lineComment, at) && !(at === 0 && text.startsWith("#!"));

/** Where a string, comment or regular expression that begins here ends; `at` when none does, null when it has no end. */
function skip(text: string, at: number, syntax: Syntax): number | null {
  const char = text.charAt(at);
  if (syntax.lineComment !== null && text.startsWith(syntax.lineComment, at)) {
    const end = text.indexOf("\\n", at);
    return end < 0 ? text.length : end;
  }
  if (syntax.blockComments && text.startsWith("/*", at)) return after(text, "*/", at + 2);
  if (char === '"' || syntax.quotes.includes(char)) {
    const triple = char.repeat(3);
    return syntax.triples && text.startsWith(triple, at)
      ? after(text, triple, at + 3)
      : stringEnd(text, at, char);
  }
  if (char === "`" && syntax.backticks === "template") return templateEnd(text, at);
  if (char === "`" && syntax.backticks === "raw") return after(text, "`", at + 1);
  return char === "/" && syntax.regexes ? slashEnd(text, at) : at;
}

function after(text: string, mark: string, from: number): number | null {
  const end = text.indexOf(mark, from);
  return end < 0 ? null : end + mark.length;
}

function stringEnd(text: string, start: number, quote: string): number | null {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === quote) return at + 1;
  }
  return null;
}

function templateEnd(text: string, start: number): number | null {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === "`") return at + 1;
    else if (text.startsWith("${", at)) {
      const end = holeEnd(text, at + 2);
      if (end === null) return null;
      at = end - 1;
    }
  }
  return null;
}

/** After the brace that ends the code in a template. */
function holeEnd(text: string, start: number): number | null {
  let depth = 1;
  for (let at = start; at < text.length;) {
    const char = text.charAt(at);
    if (char === "\\") {
      at += 2;
      continue;
    }
    if (char === "{") depth += 1;
    if (char === "}") depth -= 1;
    if (depth === 0) return at + 1;
    const end = skip(text, at, script);
    if (end === null) return null;
    at = Math.max(end, at + 1);
  }
  return null;
}

/** Whether a slash divides or begins a regular expression is seen by what is before it; where it is not, nobody knows. */
function slashEnd(text: string, at: number): number | null {
  const before = text.slice(Math.max(0, at - 40), at).trimEnd();
  const isTag = before.endsWith("<") || text[at + 1] === ">";
  if (isTag) return at;
  const begins =
    /(?:^|[=(,:[!&|?{};+*%~^])$|(?:^|[^\w$.])(?:return|typeof|case|in|of|delete|void|do|else|yield|await|throw|new)$/;
  const end = regexEnd(text, at);
  if (begins.test(before)) return end;
  return end !== null && text.slice(at, end).includes("\\") ? null : at;
}

function regexEnd(text: string, start: number): number | null {
  let isClass = false;
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text[at];
    if (char === "\\") at += 1;
    else if (char === "[") isClass = true;
    else if (char === "]") isClass = false;
    else if (char === "/" && !isClass) return at + 1;
  }
  return null;
}
