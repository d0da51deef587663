import { isUtf8 } from "node:buffer";
import { diff3Merge } from "node-diff3";
import type { MergePart } from "../../shared/checkpoint.ts";

/** The three texts of a file that an undo overlaps. Null is a file that is not there. */
export interface MergeSides {
  readonly now: Buffer | null;
  /** What the changes that are taken back had made of it. */
  readonly changed: Buffer | null;
  readonly old: Buffer | null;
}

/** The sides as one text with the places where they overlap; null where one of them is no text. */
export function mergeParts({ now, changed, old }: MergeSides): MergePart[] | null {
  if (now === null || changed === null || old === null) return null;
  const sides = [textLines(now), textLines(changed), textLines(old)] as const;
  const [nowLines, changedLines, oldLines] = sides;
  if (nowLines === undefined || changedLines === undefined || oldLines === undefined) return null;
  const regions = diff3Merge(nowLines, changedLines, oldLines, { excludeFalseConflicts: true });
  return regions.map((region): MergePart => {
    if (region.ok !== undefined) return { kind: "same", text: region.ok.join("") };
    const { a = [], o = [], b = [] } = region.conflict ?? {};
    return { kind: "overlap", now: a.join(""), changed: o.join(""), old: b.join("") };
  });
}

/** Lines with their ends; undefined for what a field of text could not give back to the byte. */
function textLines(content: Buffer): string[] | undefined {
  if (content.includes(0) || !isUtf8(content)) return undefined;
  return content.toString("utf8").match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
