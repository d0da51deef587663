import { z } from "zod";
import { confirmLines } from "./confirm-found.ts";
import { createGlob } from "./glob.ts";
import {
  assertSearched,
  runRipgrep,
  searchPlace,
  withoutDot,
  type SearchPlace,
} from "./run-ripgrep.ts";
import type { ProgramResult } from "../shell/run-program.ts";
import type { Workspace } from "./workspace.ts";

export interface SearchRequest {
  /** A regular expression in ripgrep's syntax. */
  readonly pattern: string;
  readonly path?: string | undefined;
  readonly glob?: string | undefined;
  readonly signal: AbortSignal;
}

export interface SearchMatch {
  readonly line: number;
  /** The line, cut around the match. */
  readonly text: string;
}

export interface SearchResult {
  /** Sorted by path; the first 200. */
  readonly files: readonly { readonly path: string; readonly matches: readonly SearchMatch[] }[];
  /** Matches of all files. */
  readonly total: number;
  /** Files with matches that are not among `files`. */
  readonly moreFiles: number;
  /** The pattern was no regular expression and was looked for letter by letter; this is why. */
  readonly literal: string | null;
  /** There was more than Belay reads of a search. */
  readonly cut: boolean;
}

const shownText = 300;
const mostFiles = 200;

/** Lines that match, in text files that are not ignored. */
export async function searchFiles(
  workspace: Workspace,
  request: SearchRequest,
): Promise<SearchResult> {
  const place = await searchPlace(workspace, request.path);
  const first = await search(workspace, place, { request, literal: false });
  const isBadPattern =
    first.exitCode === 2 &&
    /regex parse error|regex could not be compiled|error parsing/i.test(first.stderr);
  if (!isBadPattern) assertSearched(first);
  const result = isBadPattern ? await search(workspace, place, { request, literal: true }) : first;
  const all = await collect(place, result.stdout, request.glob);
  const first200 = await Promise.all(
    all.slice(0, mostFiles).map(async ({ path, matches }) => {
      const confirmed = await confirmLines(workspace, path, matches);
      return { path, matches: confirmed.map(({ line, text }) => ({ line, text })) };
    }),
  );
  const files = first200.filter(({ matches }) => matches.length > 0);
  const later = all.slice(mostFiles);
  return {
    files,
    total: count(files) + count(later),
    moreFiles: later.length,
    literal: isBadPattern ? (first.stderr.trim().split("\n").at(-1) ?? "") : null,
    cut: result.cut,
  };
}

const count = (some: readonly { readonly matches: readonly unknown[] }[]): number =>
  some.reduce((sum, { matches }) => sum + matches.length, 0);

function search(
  workspace: Workspace,
  place: SearchPlace,
  { request, literal }: { readonly request: SearchRequest; readonly literal: boolean },
): Promise<ProgramResult> {
  const values = ["--json", "--crlf", "--max-count=1000", "--max-filesize=64M"];
  if (literal) values.push("--fixed-strings");
  return runRipgrep(workspace, place, {
    values: [...values, `--regexp=${request.pattern}`],
    signal: request.signal,
  });
}

const textSchema = z
  .union([
    z.object({ text: z.string() }).transform(({ text }) => Buffer.from(text)),
    z.object({ bytes: z.string() }).transform(({ bytes }) => Buffer.from(bytes, "base64")),
  ])
  .transform((bytes) => {
    const text = bytes.toString("utf8");
    return { text, raw: withoutEnd(bytes) };
  });

const withoutEnd = (line: Buffer): Buffer => {
  const end = line.at(-1) === 10 ? line.length - 1 : line.length;
  return line.subarray(0, line.at(end - 1) === 13 ? end - 1 : end);
};

const matchSchema = z.object({
  type: z.literal("match"),
  data: z.object({
    path: textSchema,
    lines: textSchema,
    line_number: z.int(),
    submatches: z.array(z.object({ start: z.int() })),
  }),
});

/** A match with the bytes of its line, without their end. */
interface RawMatch extends SearchMatch {
  readonly raw: Buffer;
}

async function collect(
  place: SearchPlace,
  output: string,
  glob: string | undefined,
): Promise<readonly { readonly path: string; readonly matches: readonly RawMatch[] }[]> {
  const fits = glob === undefined || glob === "" ? () => true : createGlob(glob);
  const found = new Map<string, RawMatch[] | null>();
  for (const line of output.split("\n")) {
    if (!line.startsWith('{"type":"match"')) continue;
    const parsed = matchSchema.safeParse(parseJson(line));
    if (!parsed.success) continue;
    const { data } = parsed.data;
    const path = withoutDot(data.path.text);
    let matches = found.get(path);
    if (matches === undefined) {
      const isShown =
        fits(path) && (place.rules === null || !(await place.rules.ignores(path, false)));
      matches = isShown ? [] : null;
      found.set(path, matches);
    }
    matches?.push({
      line: data.line_number,
      text: around(data.lines.text, data.submatches[0]?.start ?? 0),
      raw: data.lines.raw,
    });
  }
  return [...found]
    .flatMap(([path, matches]) => (matches === null ? [] : [{ path, matches }]))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // the last line, cut where Belay stopped reading
  }
}

/** `start` counts bytes; for choosing what to show of a very long line that is near enough. */
function around(line: string, start: number): string {
  const text = line.replace(/\r?\n$/, "");
  if (text.length <= shownText) return text;
  const from = Math.max(0, Math.min(start - 80, text.length - shownText));
  const cut = text.slice(from, from + shownText);
  return `${from > 0 ? "…" : ""}${cut}${from + shownText < text.length ? "…" : ""}`;
}
