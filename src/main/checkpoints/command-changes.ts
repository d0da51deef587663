import type { FileChange } from "../../shared/diff.ts";
import { fileDiff } from "./file-diffs.ts";
import { absent, sameImage, type Image } from "./records.ts";
import type { PlanReader } from "./reversal-plan.ts";

/** What became of a path over some changes. */
export interface ImageSpan {
  readonly path: string;
  readonly pre: Image;
  readonly post: Image;
}

/** Counting lines gives way after this: a card must not wait for a command that changed thousands of files. */
const patienceMs = 1500;

/** One span a path, from its first image to its last. */
export function joinSpans(spans: readonly ImageSpan[]): readonly ImageSpan[] {
  const joined = new Map<string, ImageSpan>();
  for (const span of spans)
    joined.set(span.path, { ...span, pre: joined.get(span.path)?.pre ?? span.pre });
  return [...joined.values()].filter(({ pre, post }) => !sameImage(pre, post));
}

/** The changes as a card shows them: what went and came with the same bytes was moved. Folders are left out, they have no lines. */
export async function fileChanges(
  spans: readonly ImageSpan[],
  content: PlanReader["content"],
): Promise<FileChange[]> {
  const files = spans
    .map(({ path, pre, post }) => ({ path, pre: asFile(pre), post: asFile(post) }))
    .filter(({ pre, post }) => pre.type !== "absent" || post.type !== "absent");
  const origins = movedFrom(files);
  const moved = new Set(Array.from(origins.values(), (origin) => origin.path));
  const deadline = performance.now() + patienceMs;
  const changes: FileChange[] = [];
  for (const { path, pre, post } of files) {
    if (moved.has(path)) continue;
    const origin = origins.get(path);
    changes.push(
      origin === undefined
        ? await countedChange({ path, pre, post }, performance.now() < deadline ? content : null)
        : { path, from: origin.path, kind: "moved", added: 0, removed: 0, binary: false },
    );
  }
  return changes.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

const asFile = (image: Image): Image =>
  image.type === "file" || image.type === "link" ? image : absent;

/** By where it went: the file that had the same bytes before and is gone. Empty files are all alike and say nothing. */
export function movedFrom<Span extends ImageSpan>(spans: readonly Span[]): Map<string, Span> {
  const gone = Map.groupBy(
    spans.filter(({ pre, post }) => post.type === "absent" && pre.type === "file" && pre.size > 0),
    ({ pre }) => (pre.type === "file" ? pre.blob : ""),
  );
  const origins = new Map<string, Span>();
  for (const { path, pre, post } of spans) {
    if (pre.type !== "absent" || post.type !== "file") continue;
    const origin = gone.get(post.blob)?.shift();
    if (origin !== undefined) origins.set(path, origin);
  }
  return origins;
}

async function countedChange(
  { path, pre, post }: ImageSpan,
  content: PlanReader["content"] | null,
): Promise<FileChange> {
  const kind = pre.type === "absent" ? "created" : post.type === "absent" ? "deleted" : "modified";
  if (content === null) return { path, kind, added: 0, removed: 0, binary: false };
  const {
    hunks: _hunks,
    truncated: _truncated,
    ...change
  } = fileDiff(
    path,
    { image: pre, content: await content(pre) },
    { image: post, content: await content(post) },
  );
  return change;
}
