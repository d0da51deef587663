import { z } from "zod";
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
  /** Sorted by path. */
  readonly files: readonly { readonly path: string; readonly matches: readonly SearchMatch[] }[];
  readonly total: number;
  /** The pattern was no regular expression and was looked for letter by letter; this is why. */
  readonly literal: string | null;
  /** There was more than Belay reads of a search. */
  readonly cut: boolean;
}

const shownText = 300;

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
  const files = await collect(place, result.stdout, request.glob);
  return {
    files,
    total: files.reduce((sum, file) => sum + file.matches.length, 0),
    literal: isBadPattern ? (first.stderr.trim().split("\n").at(-1) ?? "") : null,
    cut: result.cut,
  };
}

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

const textSchema = z.union([
  z.object({ text: z.string() }),
  z.object({ bytes: z.string() }).transform(({ bytes }) => ({
    text: Buffer.from(bytes, "base64").toString("utf8"),
  })),
]);
const matchSchema = z.object({
  type: z.literal("match"),
  data: z.object({
    path: textSchema,
    lines: textSchema,
    line_number: z.int(),
    submatches: z.array(z.object({ start: z.int() })),
  }),
});

async function collect(
  place: SearchPlace,
  output: string,
  glob: string | undefined,
): Promise<SearchResult["files"]> {
  const fits = glob === undefined || glob === "" ? () => true : createGlob(glob);
  const found = new Map<string, SearchMatch[] | null>();
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
