import { structuredPatch } from "diff";
import { linesOf } from "./merge.ts";
import { spansOf, type Span } from "./operation-diffs.ts";
import type { Selection } from "./plan-paths.ts";
import { blobOf, type Image } from "./records.ts";
import type { PlanReader } from "./reversal-plan.ts";

/** A patch, and the paths of it that are no UTF-8 texts, or no files, and could not be put into it. */
export interface Patch {
  readonly patch: string;
  readonly leftOut: readonly string[];
}

/** What stands of some operations, as git writes it: `git apply` makes the changes, `git apply -R` takes them back. */
export async function patchOf({ operations }: Selection, reader: PlanReader): Promise<Patch> {
  const parts: string[] = [];
  const leftOut: string[] = [];
  for (const [path, span] of spansOf(operations, reader.operations)) {
    const part = await filePatch(path, span, reader);
    if (part === null) leftOut.push(path);
    else parts.push(part);
  }
  return { patch: parts.join(""), leftOut };
}

async function filePatch(
  path: string,
  { from, to, movedFrom }: Span,
  reader: PlanReader,
): Promise<string | null> {
  const texts = [textOf(await reader.content(from)), textOf(await reader.content(to))];
  const [before, after] = texts;
  const isFolder = blobOf(from) === null && blobOf(to) === null;
  if (isFolder || before === undefined || after === undefined || !path.isWellFormed()) return null;
  const [oldPath, newPath] = [quoted(`a/${movedFrom ?? path}`), quoted(`b/${path}`)];
  const header = [`diff --git ${oldPath} ${newPath}`, ...modeLines(from, to)];
  if (movedFrom !== undefined)
    header.push(`rename from ${quoted(movedFrom)}`, `rename to ${quoted(path)}`);
  if (before !== after) {
    header.push(`--- ${blobOf(from) === null ? "/dev/null" : oldPath}`);
    header.push(`+++ ${blobOf(to) === null ? "/dev/null" : newPath}`);
  }
  return `${[...header, ...hunkLines(before, after)].join("\n")}\n`;
}

function hunkLines(before: string, after: string): string[] {
  const { hunks } = structuredPatch("a", "b", before, after, undefined, undefined, { context: 3 });
  return hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) =>
    [`@@ -${rangeOf(oldStart, oldLines)} +${rangeOf(newStart, newLines)} @@`].concat(lines),
  );
}

/** An empty side starts at line 0. */
const rangeOf = (start: number, lines: number): string => `${lines === 0 ? 0 : start},${lines}`;

function modeLines(from: Image, to: Image): string[] {
  const [before, after] = [gitMode(from), gitMode(to)];
  if (before === null) return [`new file mode ${after ?? ""}`];
  if (after === null) return [`deleted file mode ${before}`];
  return before === after ? [] : [`old mode ${before}`, `new mode ${after}`];
}

function gitMode(image: Image): string | null {
  if (image.type === "link") return "120000";
  if (image.type !== "file") return null;
  return (image.mode & 0o111) === 0 ? "100644" : "100755";
}

/** Undefined for what is no UTF-8 text. */
function textOf(content: Buffer | null): string | undefined {
  if (content === null) return "";
  const text = content.toString("utf8");
  return linesOf(content) !== undefined && Buffer.from(text, "utf8").equals(content)
    ? text
    : undefined;
}

/** A name as git writes it: in quotes where it has a character that would end it. */
function quoted(name: string): string {
  const escaped = Array.from(name, escape).join("");
  return escaped === name ? name : `"${escaped}"`;
}

function escape(character: string): string {
  if (character === '"' || character === "\\") return `\\${character}`;
  const code = character.charCodeAt(0);
  return code < 32 || code === 127 ? `\\${code.toString(8).padStart(3, "0")}` : character;
}
