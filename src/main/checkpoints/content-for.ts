import { contentOf } from "./git-objects.ts";
import type { Journal } from "./journal.ts";
import { DamagedObjectError } from "./journal/damaged-object.ts";
import type { Operations } from "./operations.ts";
import { blobOf, type Image } from "./records.ts";

/** The bytes of an image from the journal; null for what has none. */
export async function contentFor(journal: Journal, image: Image): Promise<Buffer | null> {
  const blob = blobOf(image);
  return blob === null ? null : contentOf(await journal.object(blob));
}

/** A DamagedObjectError with the files whose saved bytes are lost; any other error as it is. */
export function nameDamage(error: unknown, index: Operations): unknown {
  if (!(error instanceof DamagedObjectError)) return error;
  const paths = index
    .all()
    .flatMap(({ intent }) => intent.entries)
    .filter(({ pre, post }) => [pre, post].some((one) => blobOf(one) === error.objectId))
    .map(({ path }) => path);
  return new DamagedObjectError(error.objectId, error.isDamaged, [...new Set(paths)]);
}
