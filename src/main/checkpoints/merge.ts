import { diff3Merge } from "node-diff3";

/** Text as lines with their ends, byte for byte in whatever encoding; undefined when it is no text. */
export function linesOf(content: Buffer): string[] | undefined {
  if (content.includes(0)) return undefined;
  // One character for each byte: nothing is decoded, so nothing is lost, and a line end is a line end.
  return content.toString("latin1").match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** The bytes of lines that `linesOf` made. */
export const bytesOfLines = (lines: readonly string[]): Buffer =>
  Buffer.from(lines.join(""), "latin1");

export interface Merge {
  readonly base: Buffer;
  readonly current: Buffer;
  /** What the base would become. */
  readonly target: Buffer;
  /** Where both changed the same lines: there is no result, or those lines are the target's. */
  readonly overlap: "none" | "target";
}

/**
 * What `current` becomes when the change from `base` to `target` is made to it. Undefined where the two overlap (unless the target
 * wins there), or where one is not text. Lines count with their ends, so that a change of line ends is a change.
 */
export function mergeContent({ base, current, target, overlap }: Merge): Buffer | undefined {
  const [baseLines, currentLines, targetLines] = [linesOf(base), linesOf(current), linesOf(target)];
  if (baseLines === undefined || currentLines === undefined || targetLines === undefined)
    return undefined;
  const regions = diff3Merge(currentLines, baseLines, targetLines, { excludeFalseConflicts: true });
  const merged: string[] = [];
  for (const region of regions) {
    if (region.ok !== undefined) merged.push(...region.ok);
    else if (overlap === "target" && region.conflict !== undefined)
      merged.push(...region.conflict.b);
    else return undefined;
  }
  return bytesOfLines(merged);
}
