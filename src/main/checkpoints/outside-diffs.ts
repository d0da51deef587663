import type { FileDiff } from "../../shared/diff.ts";
import { fileDiff } from "./file-diffs.ts";
import { sameImage, type Image, type Outside } from "./records.ts";
import type { PlanReader } from "./reversal-plan.ts";

/** What a change of the person's is read from: not every content is kept. */
export interface OutsideReader {
  readonly reader: PlanReader;
  readonly isHeld: (blob: string) => Promise<boolean>;
}

/** What the person changed over these records, each file once, from what it was first to what it is last. */
export async function outsideDiffs(
  records: readonly Outside[],
  parts: OutsideReader,
): Promise<FileDiff[]> {
  const spans = new Map<string, { readonly from: Image; readonly to: Image }>();
  for (const { path, pre, post } of records.flatMap((record) => record.entries))
    spans.set(path, { from: spans.get(path)?.from ?? pre, to: post });
  const changed = Array.from(spans).filter(([, { from, to }]) => isShown(from, to));
  return Promise.all(
    changed.map(async ([path, { from, to }]) => {
      const sides = await Promise.all([stateIn(parts, from), stateIn(parts, to)]);
      const diff = fileDiff(path, sides[0], sides[1]);
      // Without one of the contents no line is known.
      return sides.every((side) => side.isKnown)
        ? diff
        : Object.assign(diff, { added: 0, removed: 0, hunks: [], truncated: true });
    }),
  );
}

/** Folders and what is again as it was are nothing to read. */
const isShown = (from: Image, to: Image): boolean =>
  !sameImage(from, to) && ("blob" in from || "blob" in to);

async function stateIn({ reader, isHeld }: OutsideReader, image: Image) {
  const isKnown = !("blob" in image) || (await isHeld(image.blob));
  return { image, isKnown, content: isKnown ? await reader.content(image) : null };
}
