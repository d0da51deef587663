import { diff3Merge } from "node-diff3";

/** Text as lines with their ends, or undefined when it is not text that survives a round trip. */
function linesOf(content: Buffer): string[] | undefined {
  if (content.includes(0)) return undefined;
  const text = content.toString("utf8");
  if (!Buffer.from(text, "utf8").equals(content)) return undefined;
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/**
 * What `current` becomes when the change from `base` to `target` is made to it. Undefined where the two overlap, or where one is
 * not text. Lines count with their ends, so that a change of line ends is a change.
 */
export function mergeContent(base: Buffer, current: Buffer, target: Buffer): Buffer | undefined {
  const [baseLines, currentLines, targetLines] = [linesOf(base), linesOf(current), linesOf(target)];
  if (baseLines === undefined || currentLines === undefined || targetLines === undefined)
    return undefined;
  const regions = diff3Merge(currentLines, baseLines, targetLines, { excludeFalseConflicts: true });
  const merged: string[] = [];
  for (const region of regions) {
    if (region.ok === undefined) return undefined;
    merged.push(...region.ok);
  }
  return Buffer.from(merged.join(""), "utf8");
}
