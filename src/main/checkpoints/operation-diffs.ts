import type { FileDiff } from "../../shared/diff.ts";
import { undoIdSchema, type UndoId } from "../../shared/ids.ts";
import type { FileResult } from "../git/committed-in.ts";
import { fileDiff } from "./file-diffs.ts";
import { isChange, type Operation, type Operations } from "./operations.ts";
import { absent, blobOf, sameContent, type Entry, type Image } from "./records.ts";
import type { PlanReader } from "./reversal-plan.ts";

/** What became of a path over some operations; `movedFrom` when it came from another path. */
export interface Span {
  readonly from: Image;
  readonly to: Image;
  readonly movedFrom?: string;
}

/**
 * The change of each file from its first pre-image to its last post-image; a move is one change, not two. What was taken back is
 * left out, unless nothing of a file's change stands: then it is shown as it was.
 */
export async function diffsOf(
  operations: readonly Operation[],
  reader: PlanReader,
): Promise<FileDiff[]> {
  const index = reader.operations;
  const spans = Array.from(spansOf(operations, index));
  const undone = undoneOf(operations, index);
  return Promise.all(
    spans
      .filter(([, { from, to }]) => blobOf(from) !== null || blobOf(to) !== null)
      .map(async ([path, span]) =>
        Object.assign(await diffOf(path, span, reader), { undoneBy: undone.get(path) }),
      ),
  );
}

/** By path, where nothing of the change stands: the newest undo that took of it. */
function undoneOf(
  operations: readonly Operation[],
  index: Operations,
): ReadonlyMap<string, UndoId> {
  const standing = new Set(
    operations.flatMap((one) => index.standing(one).map((entry) => entry.path)),
  );
  const ids = new Set(operations.map(({ intent }) => intent.id));
  const undone = new Map<string, UndoId>();
  for (const { intent, paths } of index.all()) {
    if (isChange(intent)) continue;
    for (const { id, paths: taken } of intent.reverses) {
      if (!ids.has(id)) continue;
      for (const path of taken)
        if (paths?.has(path) === true && !standing.has(path))
          undone.set(path, undoIdSchema.parse(intent.id));
    }
  }
  return undone;
}

async function diffOf(
  path: string,
  { from, to, movedFrom }: Span,
  reader: PlanReader,
): Promise<FileDiff> {
  const diff = fileDiff(
    path,
    { image: from, content: await reader.content(from) },
    { image: to, content: await reader.content(to) },
  );
  return movedFrom === undefined || to.type === "absent"
    ? diff
    : { ...diff, kind: "moved" as const, from: movedFrom };
}

/** The spans that `diffsOf` shows, by path. */
export function spansOf(operations: readonly Operation[], index: Operations): Map<string, Span> {
  const standing = new Map(operations.map((one) => [one, index.standing(one)]));
  const paths = new Set([...standing.values()].flatMap((list) => list.map((entry) => entry.path)));
  const spans = new Map<string, Span>();
  for (const operation of operations) {
    const { intent, paths: effective } = operation;
    const gone = intent.entries.filter(
      ({ path }) => effective?.has(path) === true && !paths.has(path),
    );
    const shown = [...(standing.get(operation) ?? []), ...gone];
    for (const entry of shown) {
      const known = spans.get(entry.path);
      spans.set(entry.path, { ...known, from: known?.from ?? entry.pre, to: entry.post });
    }
    for (const move of movesIn(shown)) joinMove(spans, move);
  }
  return spans;
}

/** What the operations made of each file, as far as it stands, and the person's commit at the newest of them. */
export function resultsOf(operations: readonly Operation[], index: Operations): FileResult[] {
  const results = new Map<string, FileResult>();
  for (const operation of operations) {
    for (const { path, post } of index.standing(operation)) {
      const since = operation.intent.head?.commit ?? null;
      if (post.type === "file") results.set(path, { path, blob: post.blob, since });
      else results.delete(path);
    }
  }
  return [...results.values()];
}

export interface Move {
  readonly from: string;
  readonly to: string;
}

/** Files that an operation took from one path and put at another, byte for byte; not where two of them are alike. */
export function movesIn(entries: readonly Entry[]): readonly Move[] {
  const gone = Map.groupBy(
    entries.filter((entry) => entry.post.type === "absent"),
    (entry) => blobOf(entry.pre),
  );
  const come = Map.groupBy(
    entries.filter((entry) => entry.pre.type === "absent"),
    (entry) => blobOf(entry.post),
  );
  return Array.from(gone).flatMap(([blob, from]) => {
    const to = come.get(blob) ?? [];
    const [source, target] = [from[0], to[0]];
    return blob === null || from.length > 1 || to.length > 1 || !source || !target
      ? []
      : [{ from: source.path, to: target.path }];
  });
}

/** The new path takes over what is known of the old. */
function joinMove(spans: Map<string, Span>, { from, to }: Move): void {
  const before = spans.get(from);
  const after = spans.get(to);
  // A path that had a file before, or a file that is new itself, is shown as two changes: that is what happened.
  if (
    before === undefined ||
    after === undefined ||
    before.from.type === "absent" ||
    !sameContent(after.from, absent)
  )
    return;
  spans.delete(from);
  spans.set(to, { from: before.from, to: after.to, movedFrom: before.movedFrom ?? from });
}
