import { z } from "zod";
import { searchFiles, type SearchResult } from "../workspace/search-files.ts";
import type { Tool } from "./tool.ts";

const schema = z.object({
  pattern: z.string().min(1).describe("regular expression, within one line"),
  path: z.string().optional().describe("file or folder"),
  glob: z.string().optional().describe("such as *.ts"),
});

const shownMatches = 200;
const shownBytes = 30_000;
const shownFiles = 40;

export const searchFilesTool: Tool<typeof schema> = {
  name: "search_files",
  kind: "read",
  schema,
  description:
    "Search file contents (ripgrep). Answers path:line: text. Ignored and binary files are left out.",
  describe: ({ pattern, path }) => ({
    title: path === undefined ? `Search ${pattern}` : `Search ${pattern} in ${path}`,
    detail: pattern,
  }),
  async run({ pattern, path, glob }, { workspace, signal }) {
    const found = await searchFiles(workspace, { pattern, path, glob, signal });
    const note =
      found.literal === null
        ? []
        : [`(not a regular expression: ${found.literal}; searched letter by letter)`];
    const lines =
      found.total === 0 ? ["No match (ignored and binary files are left out)."] : render(found);
    return { status: "completed", result: [...note, ...lines].join("\n") };
  },
};

function render({ files, total, moreFiles, cut }: SearchResult): string[] {
  const lines: string[] = [];
  const rest: string[] = [];
  let shown = 0;
  let bytes = 0;
  for (const file of files) {
    let here = 0;
    for (const match of file.matches) {
      const line = `${file.path}:${match.line}: ${match.text}`;
      if (shown >= shownMatches || bytes + line.length > shownBytes) break;
      lines.push(line);
      shown += 1;
      here += 1;
      bytes += line.length;
    }
    if (here < file.matches.length) rest.push(`${file.path} (${file.matches.length - here} more)`);
  }
  if (rest.length + moreFiles > 0) {
    lines.push(
      `… ${total - shown} more matches; narrow with path or glob:`,
      ...rest.slice(0, shownFiles),
    );
    const others = Math.max(0, rest.length - shownFiles) + moreFiles;
    if (others > 0) lines.push(`… and ${others} more files`);
  }
  if (cut) lines.push("… there is still more: the search was ended early");
  return lines;
}
