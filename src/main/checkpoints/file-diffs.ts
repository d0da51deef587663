import { createHash } from "node:crypto";
import { structuredPatch } from "diff";
import type { DiffLine, FileDiff, Hunk } from "../../shared/diff.ts";
import type { State } from "./image.ts";

/** Above this many bytes a diff is not computed: it would hold up the window longer than anybody reads it. */
const largestDiff = 2 * 1024 * 1024;
const longestSearchMs = 2000;

const isBinary = (content: Buffer | null): boolean =>
  content !== null && content.subarray(0, 8192).includes(0);

/** The change of one path from one state to another, as git shows it. */
export function fileDiff(path: string, from: State, to: State): FileDiff {
  const kind =
    from.image.type === "absent" ? "created" : to.image.type === "absent" ? "deleted" : "modified";
  const key = keyOf([path, JSON.stringify(from.image), JSON.stringify(to.image)]);
  const base = { path, kind, key, added: 0, removed: 0, hunks: [] } as const;
  if (isBinary(from.content) || isBinary(to.content))
    return { ...base, hunks: [], binary: true, truncated: false };
  const tooLarge = (from.content?.length ?? 0) + (to.content?.length ?? 0) > largestDiff;
  const patch = tooLarge ? undefined : patchOf(from.content, to.content);
  if (patch === undefined) return { ...base, hunks: [], binary: false, truncated: true };
  const hunks = keyed(path, patch.hunks);
  const count = (wanted: DiffLine["kind"]): number =>
    hunks.flatMap((hunk) => hunk.lines).filter((line) => line.kind === wanted).length;
  return {
    ...base,
    binary: false,
    truncated: false,
    added: count("added"),
    removed: count("removed"),
    hunks,
  };
}

type Patch = NonNullable<ReturnType<typeof patchOf>>;

/** Where the same lines change in the same way twice, the second has a key of its own. */
function keyed(path: string, hunks: Patch["hunks"]): Hunk[] {
  const seen = new Map<string, number>();
  return hunks.map(({ oldStart, oldLines, newStart, newLines, lines }) => {
    const said = keyOf([path, ...lines]);
    const before = seen.get(said) ?? 0;
    seen.set(said, before + 1);
    return {
      key: before === 0 ? said : `${said}-${before}`,
      oldStart,
      oldLines,
      newStart,
      newLines,
      lines: lines.flatMap(diffLine),
    };
  });
}

/** Short and not secret: it tells one change from another. */
const keyOf = (parts: readonly string[]): string =>
  createHash("sha1").update(parts.join("\0")).digest("hex").slice(0, 20);

/** Added and removed lines; nothing for what is binary or too large. */
export function countLines(
  from: Buffer | null,
  to: Buffer | null,
): { readonly added: number; readonly removed: number } {
  if (isBinary(from) || isBinary(to) || (from?.length ?? 0) + (to?.length ?? 0) > largestDiff)
    return { added: 0, removed: 0 };
  const lines = patchOf(from, to)?.hunks.flatMap((hunk) => hunk.lines) ?? [];
  return {
    added: lines.filter((line) => line.startsWith("+")).length,
    removed: lines.filter((line) => line.startsWith("-")).length,
  };
}

function patchOf(from: Buffer | null, to: Buffer | null) {
  return structuredPatch(
    "a",
    "b",
    from?.toString("utf8") ?? "",
    to?.toString("utf8") ?? "",
    undefined,
    undefined,
    { context: 3, timeout: longestSearchMs },
  );
}

function diffLine(line: string): DiffLine[] {
  const text = line.slice(1);
  if (line.startsWith("+")) return [{ kind: "added", text }];
  if (line.startsWith("-")) return [{ kind: "removed", text }];
  // "\ No newline at end of file" is about the line before, not a line.
  return line.startsWith("\\") ? [] : [{ kind: "context", text }];
}
