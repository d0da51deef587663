import type { FileLines } from "../../shared/app.ts";
import { pathInside, readText } from "./read-text.ts";
import type { Workspace } from "./workspace.ts";

/** Lines on either side: what one scrolls through to understand a place, and little enough for any file. */
const around = 200;
const longestLine = 2000;

/** A text file's lines about one of them; a line beyond the end gives the end. AppError("not-found" | "invalid-input" | "denied"). */
export async function linesAround(
  workspace: Workspace,
  place: { readonly path: string; readonly line: number },
): Promise<FileLines> {
  const path = await pathInside(workspace, place.path);
  const lines = (await readText(workspace, path)).split(/\r?\n/);
  if (lines.length > 1 && lines.at(-1) === "") lines.pop();
  const line = Math.min(Math.max(1, place.line), lines.length);
  const start = Math.max(0, line - 1 - around);
  return {
    path,
    line,
    firstLine: start + 1,
    totalLines: lines.length,
    lines: lines.slice(start, line + around).map((text) => text.slice(0, longestLine)),
  };
}
