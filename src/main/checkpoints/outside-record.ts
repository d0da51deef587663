import { createId } from "../../shared/ids.ts";
import type { FileChange } from "../../shared/diff.ts";
import { fileChanges } from "./command-changes.ts";
import type { RecordParts } from "./command-record.ts";
import type { OutsideChange } from "./command-types.ts";
import type { Gap } from "./gaps.ts";
import { blobObject, type GitObject } from "./git-objects.ts";
import type { Journal } from "./journal.ts";
import type { Image, Outside } from "./records.ts";
import type { PlanReader } from "./reversal-plan.ts";

/** How much of what the person changed is kept with its contents. */
const mostFiles = 1000;
const mostBytes = 16 * 1024 * 1024;

/** Writes down what nobody but the person can have changed. Contents are kept as far as they are few. */
export async function recordOutside(
  parts: RecordParts,
  { look, gaps }: { readonly look: string; readonly gaps: readonly Gap[] },
): Promise<void> {
  const entries = gaps.flatMap(({ path, pre, post }) =>
    pre === "unknown" || post === "unknown" ? [] : [{ path, pre, post }],
  );
  if (entries.length === 0) return;
  const at = new Date().toISOString();
  const since = parts.index.windows.outside().at(-1)?.outside.at ?? null;
  const objects = await contentsOf(parts, entries);
  const record: Outside = {
    record: "outside",
    id: createId("x"),
    look,
    at,
    since,
    entries,
  };
  await parts.journal.append(record, objects, false);
  await parts.refresh();
}

async function contentsOf(
  { journal, baseline }: RecordParts,
  entries: Outside["entries"],
): Promise<GitObject[]> {
  const objects = new Map<string, GitObject>();
  let bytes = 0;
  for (const image of entries.slice(0, mostFiles).flatMap(({ pre, post }) => [pre, post])) {
    if (!("blob" in image) || objects.has(image.blob) || (await journal.isHeld(image.blob)))
      continue;
    const size = image.type === "file" ? image.size : 0;
    if (bytes + size > mostBytes) continue;
    const content = await baseline.object(image.blob).catch(() => null);
    if (content === null) continue;
    bytes += content.length;
    objects.set(image.blob, blobObject(content));
  }
  return [...objects.values()];
}

/** The record as changes of files, newest look last. Lines are counted where both contents are kept. */
export async function outsideChanges(
  records: readonly Outside[],
  { journal, reader }: { readonly journal: Journal; readonly reader: PlanReader },
): Promise<OutsideChange[]> {
  const content = async (image: Image): Promise<Buffer | null> =>
    "blob" in image && !(await journal.isHeld(image.blob)) ? null : reader.content(image);
  const changes: OutsideChange[] = [];
  for (const { at, since, entries } of records) {
    const own: readonly FileChange[] = await fileChanges(entries, content);
    for (const change of own) changes.push({ ...change, at, since });
  }
  return changes;
}
