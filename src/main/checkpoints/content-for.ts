import { contentOf } from "./git-objects.ts";
import type { Journal } from "./journal.ts";
import { blobOf, type Image } from "./records.ts";

/** The bytes of an image from the journal; null for what has none. */
export async function contentFor(journal: Journal, image: Image): Promise<Buffer | null> {
  const blob = blobOf(image);
  return blob === null ? null : contentOf(await journal.object(blob));
}
