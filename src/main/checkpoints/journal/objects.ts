import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { inflate, inflateSync } from "node:zlib";
import { hashObject } from "../packs/pack-writer.ts";
import type { PackSet } from "../packs/pack-set.ts";
import { DamagedObjectError } from "./damaged-object.ts";
import type { Tail } from "./tail.ts";

const inflateBehind = promisify(inflate);

/** A small object takes less time than handing it to another thread does. */
const small = 16 * 1024;

const decompress = async (bytes: Buffer): Promise<Buffer> =>
  bytes.length <= small ? inflateSync(bytes) : inflateBehind(bytes);

/** Where saved bytes are read from, by their git id. */
export interface ObjectSource {
  /** The object with its git header, its id checked. Throws DamagedObjectError. */
  readonly object: (id: string) => Promise<Buffer>;
  /** The compressed bytes, as a loose object file holds them; undefined for what is not in the journal file itself. */
  readonly compressed: (id: string) => Promise<Buffer | undefined>;
  /** Whether it is in the journal or a pack; its bytes are not looked at. */
  readonly has: (id: string) => Promise<boolean>;
  readonly isPacked: (id: string) => Promise<boolean>;
  /** Whether it is in the journal or a pack, and sound. */
  readonly isHeld: (id: string) => Promise<boolean>;
}

interface Places {
  readonly packs: PackSet;
  readonly tail: () => Tail | undefined;
}

/** The journal at `file`, then the packs. Loose objects are a last resort: they are not synced. */
export function createObjects(file: string, { packs, tail }: Places): ObjectSource {
  async function* copies(id: string): AsyncIterable<Buffer | null> {
    const compressed = await tail()?.compressed(id);
    if (compressed !== undefined) yield await decompress(compressed).catch(() => null);
    yield* packs.copies(id);
  }

  return {
    object: async (id) => {
      let isDamaged = false;
      for await (const copy of copies(id)) {
        if (copy !== null && (await isSound(id, copy))) return copy;
        isDamaged = true;
      }
      const loose = await readLoose(file, id);
      if (loose !== undefined && (await isSound(id, loose))) return loose;
      throw new DamagedObjectError(id, isDamaged);
    },
    compressed: async (id) => tail()?.compressed(id),
    has: async (id) => tail()?.has(id) === true || packs.has(id),
    isPacked: (id) => packs.has(id),
    isHeld: async (id) => {
      for await (const copy of copies(id)) if (await isSound(id, copy)) return true;
      return false;
    },
  };
}

const isSound = async (id: string, copy: Buffer | null): Promise<boolean> =>
  copy !== null && (await hashObject(copy)) === id;

async function readLoose(journal: string, id: string): Promise<Buffer | undefined> {
  const file = join(dirname(journal), "objects", id.slice(0, 2), id.slice(2));
  return readFile(file)
    .then(decompress)
    .catch(() => undefined);
}
