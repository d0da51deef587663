import { isMissing } from "../../workspace/confine.ts";
import type { FileOps } from "../file-ops.ts";
import { createPackReader, type PackReader } from "./pack-reader.ts";

/** The packs that hold what was folded. */
export interface PackSet {
  /** From now on these, oldest first. Packs that are not among them are closed when nobody reads them any more. */
  use(names: readonly string[]): void;
  has(id: string): Promise<boolean>;
  /** Copies of the object with its git header, newest first. One that cannot be read is null. */
  copies(id: string): AsyncIterable<Buffer | null>;
  close(): Promise<void>;
}

/** The packs of `folder`, which is an `objects/pack`. A pack whose files are gone has no objects. */
export function createPackSet(folder: string, ops: FileOps): PackSet {
  let readers: readonly PackReader[] = [];
  let retired: readonly PackReader[] = [];
  let readings = 0;

  async function reading<T>(act: () => Promise<T>): Promise<T> {
    readings += 1;
    try {
      return await act();
    } finally {
      ended();
    }
  }

  function ended(): void {
    readings -= 1;
    if (readings === 0) void closeRetired();
  }

  async function closeRetired(): Promise<void> {
    const closing = retired;
    retired = [];
    for (const reader of closing) await reader.close().catch(() => undefined);
  }

  return {
    use(names) {
      const known = new Map(readers.map((reader) => [reader.name, reader]));
      const wanted = new Set(names);
      retired = [...retired, ...readers.filter((reader) => !wanted.has(reader.name))];
      // The newest come first: what was saved last is looked for most.
      readers = [...wanted]
        .toReversed()
        .map((name) => known.get(name) ?? createPackReader(folder, name, ops));
      if (readings === 0) void closeRetired();
    },
    has: (id) =>
      reading(async () => {
        for (const reader of readers) if ((await findIn(reader, id)) !== undefined) return true;
        return false;
      }),
    async *copies(id) {
      // Between two copies as well: a pack that was closed, and opened again here, would stay open.
      readings += 1;
      try {
        for (const reader of readers) {
          const offset = await findIn(reader, id);
          if (offset !== undefined)
            yield (await reader.read(offset).catch(() => undefined)) ?? null;
        }
      } finally {
        ended();
      }
    },
    async close() {
      retired = [...retired, ...readers];
      readers = [];
      await closeRetired();
    },
  };
}

const findIn = (reader: PackReader, id: string): Promise<number | undefined> =>
  reader.find(id).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
