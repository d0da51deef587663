import { blobObject } from "./git-objects.ts";
import type { Journal } from "./journal.ts";

/** A safety copy: which path it was found at, and the blob that holds it. */
export interface SafetyCopy {
  readonly path: string;
  readonly blob: string;
}

/** The safety copies of one operation. */
export interface Rescue {
  /** Resolves when the bytes are durable. Only then may the last name they have be removed. */
  keep(path: string, content: Buffer): Promise<void>;
  copies(): readonly SafetyCopy[];
}

/** Keeps bytes of other writers under the operation's id; the same bytes of one path only once. */
export function createRescue(journal: Journal, id: string): Rescue {
  const copies: SafetyCopy[] = [];
  return {
    async keep(path, content) {
      const object = blobObject(content);
      if (copies.some((copy) => copy.path === path && copy.blob === object.id)) return;
      await journal.append({ record: "rescue", id, path, blob: object.id }, [object], true);
      copies.push({ path, blob: object.id });
    },
    copies: () => [...copies],
  };
}
