import { AppError } from "../../shared/errors.ts";

/** One character position of a pattern segment. */
type Token =
  | { readonly kind: "char"; readonly char: string }
  | { readonly kind: "any" }
  | { readonly kind: "star" }
  | {
      readonly kind: "set";
      readonly negated: boolean;
      readonly ranges: readonly (readonly [string, string])[];
    };

interface NamePattern {
  readonly tokens: readonly Token[];
  /** Where nothing but one star, if any, stands for other characters: what is before it and behind it. Most names are like that. */
  readonly ends: { readonly before: string; readonly behind: string | null } | null;
}

/** A folder or file name of a pattern; "deep" is `**`, any number of folders. */
export type Segment = "deep" | NamePattern;

const maxAlternatives = 200;
const maxLength = 1000;

/**
 * A test for "/"-separated paths: `*`, `?`, `[a-z]`, `{a,b}`, and `**` for any folders. A pattern without "/" looks at
 * the file name in every folder. Names beginning with a dot match too. Time is bounded by the product of the lengths.
 * AppError("invalid-input") for a pattern that is too long or unfolds too far.
 */
export function createGlob(pattern: string): (path: string) => boolean {
  if (pattern.length > maxLength) throw tooLarge();
  const clean = pattern
    .replaceAll("\\", "/")
    .replace(/^(?:\.\/)+/, "")
    .replace(/^\/+/, "");
  const forms = expandBraces(clean).map((form) => parseSegments(form));
  return (path) => {
    const names = path.split("/");
    return forms.some((form) => matchSegments(form, names));
  };
}

const tooLarge = (): AppError =>
  new AppError("invalid-input", "The glob is too large: use a shorter one with fewer {a,b} groups");

function expandBraces(pattern: string): string[] {
  const done: string[] = [];
  const queue = [pattern];
  for (let form = queue.pop(); form !== undefined; form = queue.pop()) {
    const group = /\{([^{}]*)\}/.exec(form);
    if (group === null || !(group[1] ?? "").includes(",")) {
      done.push(form);
    } else {
      const before = form.slice(0, group.index);
      const after = form.slice(group.index + group[0].length);
      queue.push(...(group[1] ?? "").split(",").map((choice) => before + choice + after));
    }
    if (done.length + queue.length > maxAlternatives) throw tooLarge();
  }
  return done;
}

function parseSegments(pattern: string): Segment[] {
  const parts = pattern.split("/").filter((part) => part !== "");
  if (pattern.endsWith("/")) parts.push("**");
  const segments = parts.map((part): Segment => (part === "**" ? "deep" : parseSegment(part)));
  const anywhere =
    parts.length === 1 && segments[0] !== "deep" ? ["deep" as const, ...segments] : segments;
  return anywhere.filter((segment, index) => segment !== "deep" || anywhere[index - 1] !== "deep");
}

/** Reads one name of a pattern. A backslash makes the next character plain. */
export function parseSegment(text: string): NamePattern {
  const tokens = tokensOf(text);
  const star = tokens.findIndex(({ kind }) => kind === "star");
  const before = plainText(star === -1 ? tokens : tokens.slice(0, star));
  const behind = star === -1 ? null : plainText(tokens.slice(star + 1));
  return {
    tokens,
    ends: before === undefined || behind === undefined ? null : { before, behind },
  };
}

/** Undefined when there is more than characters. */
function plainText(tokens: readonly Token[]): string | undefined {
  const chars = tokens.flatMap((token) => (token.kind === "char" ? [token.char] : []));
  return chars.length === tokens.length ? chars.join("") : undefined;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (let index = 0; index < text.length; index += 1) {
    const char = text.charAt(index);
    const end = char === "[" ? text.indexOf("]", index + 2) : -1;
    if (char === "\\" && index + 1 < text.length) {
      index += 1;
      tokens.push({ kind: "char", char: text.charAt(index) });
    } else if (end > 0) {
      tokens.push(parseSet(text.slice(index + 1, end)));
      index = end;
    } else if (char === "*") {
      if (tokens.at(-1)?.kind !== "star") tokens.push({ kind: "star" });
    } else {
      tokens.push(char === "?" ? { kind: "any" } : { kind: "char", char });
    }
  }
  return tokens;
}

function parseSet(text: string): Token {
  const negated = text.startsWith("!") || text.startsWith("^");
  const body = negated ? text.slice(1) : text;
  const ranges: (readonly [string, string])[] = [];
  for (let index = 0; index < body.length; index += 1) {
    const from = body.charAt(index);
    const isRange = body.charAt(index + 1) === "-" && index + 2 < body.length;
    ranges.push([from, isRange ? body.charAt(index + 2) : from]);
    if (isRange) index += 2;
  }
  return { kind: "set", negated, ranges };
}

/** Greedy with one step back to the last star: never exponential. The same walk serves folders and characters. */
function wildcard<P, T>(
  pattern: readonly P[],
  text: readonly T[] | string,
  rules: {
    readonly isStar: (part: P) => boolean;
    readonly fits: (part: P, value: T | string) => boolean;
  },
): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let index = 0; index < text.length;) {
    const part = pattern[at];
    const value = text[index];
    if (part !== undefined && rules.isStar(part)) {
      star = at;
      resume = index;
      at += 1;
    } else if (part !== undefined && value !== undefined && rules.fits(part, value)) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      at = star + 1;
      resume += 1;
      index = resume;
    } else return false;
  }
  return pattern.slice(at).every((part) => rules.isStar(part));
}

const segmentRules = {
  isStar: (segment: Segment): boolean => segment === "deep",
  fits: (segment: Segment, name: string): boolean => segment !== "deep" && matchName(segment, name),
};

export const matchSegments = (segments: readonly Segment[], names: readonly string[]): boolean =>
  wildcard<Segment, string>(segments, names, segmentRules);

function matchName({ tokens, ends }: NamePattern, name: string): boolean {
  if (ends !== null) {
    const { before, behind } = ends;
    if (behind === null) return name === before;
    return (
      name.length >= before.length + behind.length &&
      name.startsWith(before) &&
      name.endsWith(behind)
    );
  }
  return wildcard<Token, string>(tokens, name, {
    isStar: (token) => token.kind === "star",
    fits: (token, char) =>
      token.kind === "any" ||
      (token.kind === "char" && token.char === char) ||
      (token.kind === "set" &&
        token.ranges.some(([from, to]) => from <= char && char <= to) !== token.negated),
  });
}
