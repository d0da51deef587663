import type { FileDiff } from "../../shared/diff.ts";
import { fileDiff } from "./file-diffs.ts";
import type { Operation } from "./operations.ts";
import { absent, sameContent, type Image, type Intent } from "./records.ts";
import type { PlanReader } from "./reversal-plan.ts";

/** What became of a path over some operations; `movedFrom` when it came from another path. */
interface Span {
  readonly from: Image;
  readonly to: Image;
  readonly movedFrom?: string;
}

/** The change of each path from its first pre-image to its last post-image; a move is one change, not two. */
export async function diffsOf(
  operations: readonly Operation[],
  reader: PlanReader,
): Promise<FileDiff[]> {
  const spans = new Map<string, Span>();
  for (const { intent, paths } of operations) {
    for (const entry of intent.entries) {
      if (paths?.has(entry.path) !== true) continue;
      const known = spans.get(entry.path);
      spans.set(entry.path, { ...known, from: known?.from ?? entry.pre, to: entry.post });
    }
    joinMove(spans, intent);
  }
  return Promise.all(
    Array.from(spans, async ([path, { from, to, movedFrom }]) => {
      const diff = fileDiff(
        path,
        { image: from, content: await reader.content(from) },
        { image: to, content: await reader.content(to) },
      );
      return movedFrom === undefined || to.type === "absent"
        ? diff
        : { ...diff, kind: "moved" as const, from: movedFrom };
    }),
  );
}

/** Where an operation took a file from one path and put the same one at another, the new path takes over what is known of the old. */
function joinMove(spans: Map<string, Span>, { entries }: Intent): void {
  const gone = entries.find((entry) => entry.post.type === "absent" && entry.pre.type !== "absent");
  const come = entries.find((entry) => entry.pre.type === "absent" && entry.post.type !== "absent");
  if (gone === undefined || come === undefined || !sameContent(gone.pre, come.post)) return;
  const before = spans.get(gone.path);
  const after = spans.get(come.path);
  // A path that had a file before, or a file that is new itself, is shown as two changes: that is what happened.
  if (
    before === undefined ||
    after === undefined ||
    before.from.type === "absent" ||
    !sameContent(after.from, absent)
  )
    return;
  spans.delete(gone.path);
  spans.set(come.path, {
    from: before.from,
    to: after.to,
    movedFrom: before.movedFrom ?? gone.path,
  });
}
