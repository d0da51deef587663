import type { MergePart } from "../../shared/checkpoint.ts";
import { holdPath } from "./image.ts";
import { mergeParts } from "./merge-parts.ts";
import type { PlanParts, Selection } from "./plan-paths.ts";
import type { Entry } from "./records.ts";
import { entriesByPath, type PlanReader } from "./reversal-plan.ts";

/** The merge of what is at a path now with what it was before the changes; null where there is none. */
export async function mergeAt(
  { place, reader }: PlanParts,
  { operations, part }: Selection,
  path: string,
): Promise<MergePart[] | null> {
  // One part of a file has no old version of its own to merge with.
  if (part !== undefined) return null;
  const entries = entriesByPath(operations, reader.operations).get(path) ?? [];
  const [newest] = entries;
  const oldest = entries.at(-1);
  if (newest === undefined || oldest === undefined) return null;
  const held = await holdPath(place.workspace, path, place);
  try {
    if (held.image.type !== "file") return null;
    const changed = await textIn(reader, newest.entry.post);
    const old = await textIn(reader, oldest.entry.pre);
    return mergeParts({ now: held.content, changed, old });
  } finally {
    await held.release();
  }
}

const textIn = async (reader: PlanReader, image: Entry["pre"]): Promise<Buffer | null> =>
  image.type === "file" ? reader.content(image) : null;
