import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blobObject, type GitObject } from "../../../src/main/checkpoints/git-objects.ts";
import { openJournal, type Journal } from "../../../src/main/checkpoints/journal.ts";
import {
  decodeHead,
  encodeRecord,
  newSalt,
  type RecordParts,
} from "../../../src/main/checkpoints/journal/log-format.ts";
import { foldJournal } from "../../../src/main/checkpoints/packs/fold.ts";
import type { JournalRecord } from "../../../src/main/checkpoints/records.ts";
import { createFailingFileOps } from "../../support/failing-file-ops.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

/** Nothing waits for the disk. */
const { ops } = createFailingFileOps();

const rescue = (id: string, object: GitObject): JournalRecord => ({
  record: "rescue",
  id,
  path: id,
  blob: object.id,
});

async function idsIn(journal: Journal): Promise<string[]> {
  return (await journal.refresh()).flatMap(({ record }) => ("id" in record ? [record.id] : []));
}

const contents = [Buffer.from("first"), randomBytes(40), Buffer.from("third"), Buffer.alloc(9, 7)];
const objects = contents.map((content) => blobObject(content));

async function fill(file: string): Promise<void> {
  const journal = openJournal(file, ops);
  for (const [index, object] of objects.entries())
    await journal.append(rescue(`r${index}`, object), [object], true);
  await journal.close();
}

/** How many of the objects come back, byte for byte. A lost one is a clear error; wrong bytes never come. */
async function intact(journal: Journal): Promise<number> {
  let count = 0;
  for (const object of objects) {
    const bytes = await journal.object(object.id).catch((error: unknown) => {
      expect(error).toMatchObject({ name: "AppError", code: "unavailable" });
      return undefined;
    });
    if (bytes === undefined) continue;
    expect(bytes).toEqual(object.bytes);
    count += 1;
  }
  return count;
}

describe("a byte that the disk changed", () => {
  it("anywhere in a journal costs one record at most, and the journal goes on", async () => {
    using folder = createTemporaryFolder();
    const file = join(folder.path, "journal");
    await fill(file);
    const whole = readFileSync(file);
    for (let position = 0; position < whole.length; position += 1) {
      const bytes = Buffer.from(whole);
      bytes.writeUInt8(bytes.readUInt8(position) ^ (1 << (position % 8)), position);
      writeFileSync(file, bytes);
      const journal = openJournal(file, ops);
      const ids = await idsIn(journal);
      expect([position, ids.length >= objects.length - 1]).toEqual([position, true]);
      expect([position, (await intact(journal)) >= objects.length - 1]).toEqual([position, true]);
      const more = blobObject(Buffer.from("more"));
      await journal.append(rescue("more", more), [more], true);
      expect((await idsIn(journal)).at(-1)).toBe("more");
      await journal.close();
    }
  });

  it("anywhere in a pack, its index or the sealed records costs what it hit, and nothing else", async () => {
    using folder = createTemporaryFolder();
    const file = join(folder.path, "journal");
    await fill(file);
    const journal = openJournal(file, ops);
    mkdirSync(join(folder.path, "objects/pack"), { recursive: true });
    await foldJournal({
      folder: folder.path,
      journal,
      ops,
      alone: (act) => act(),
      writeFile: async () => {},
    });
    await journal.close();
    const packs = join(folder.path, "objects/pack");
    for (const path of [
      ...readdirSync(packs).map((name) => join(packs, name)),
      ...readdirSync(join(folder.path, "segments")).map((name) =>
        join(folder.path, "segments", name),
      ),
    ]) {
      const whole = readFileSync(path);
      for (let position = 0; position < whole.length; position += path.endsWith(".idx") ? 7 : 1) {
        const bytes = Buffer.from(whole);
        bytes.writeUInt8(bytes.readUInt8(position) ^ (1 << (position % 8)), position);
        writeFileSync(path, bytes);
        const again = openJournal(file, ops);
        expect((await idsIn(again)).length).toBeGreaterThanOrEqual(objects.length - 1);
        const found = await intact(again);
        if (!path.endsWith(".idx")) expect(found).toBeGreaterThanOrEqual(objects.length - 1);
        await again.close();
      }
      writeFileSync(path, whole);
    }
  });
});

const parts = (id: string, body: readonly Buffer[]): RecordParts => ({
  json: Buffer.from(JSON.stringify(rescue(id, blobObject(Buffer.alloc(1))))),
  links: body.map((bytes, index) => ({ id: `${index}`.repeat(40), length: bytes.length })),
  body,
  isDurable: true,
});

describe("a journal inside a saved file", () => {
  it("is never taken for records, whatever is damaged in front of it", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 4 }),
        fc.nat(),
        async (noise, at) => {
          using folder = createTemporaryFolder();
          const file = join(folder.path, "journal");
          await fill(file);
          // As it would stand where a content does not compress: the journal itself, and a record of another salt, between noise.
          const stolen = readFileSync(file);
          const salt = decodeHead(stolen)?.salt ?? newSalt();
          const forged = encodeRecord(newSalt(), stolen.length + 500, parts("forged", []));
          const inside = Buffer.concat(noise.flatMap((one) => [Buffer.from(one), stolen, forged]));
          const holder = encodeRecord(salt, stolen.length, parts("holder", [stolen, inside]));
          const end = stolen.length + holder.length;
          const bytes = Buffer.concat([stolen, holder, encodeRecord(salt, end, parts("last", []))]);
          const hit = stolen.length + (at % holder.length);
          bytes.writeUInt8(bytes.readUInt8(hit) ^ 0xff, hit);
          writeFileSync(file, bytes);
          const again = openJournal(file, ops);
          const ids = await idsIn(again);
          expect(ids.filter((id) => id !== "holder")).toEqual(["r0", "r1", "r2", "r3", "last"]);
          await again.close();
        },
      ),
      { numRuns: 30 },
    );
  });
});

it("a journal of format 1 is read and written anew, what was damaged in it kept aside", async () => {
  using folder = createTemporaryFolder();
  const file = join(folder.path, "journal");
  const records = objects.map((object, index) => {
    const body = deflateSync(object.bytes);
    const header = Buffer.from(
      JSON.stringify({
        value: rescue(`r${index}`, object),
        objects: [{ id: object.id, length: body.length }],
      }),
    );
    const rest = Buffer.concat([Buffer.alloc(4), header, body]);
    rest.writeUInt32BE(header.length, 0);
    const prefix = Buffer.alloc(8);
    prefix.writeUInt32BE(rest.length, 0);
    prefix.writeUInt32BE(crc32(rest), 4);
    return Buffer.concat([prefix, rest]);
  });
  const second = records[1];
  second?.writeUInt8(second.readUInt8(30) ^ 1, 30);
  writeFileSync(file, Buffer.concat(records));
  const journal = openJournal(file, ops);
  expect(await idsIn(journal)).toEqual(["r0", "r2", "r3"]);
  expect(await intact(journal)).toBe(3);
  await journal.close();
  expect(readFileSync(file).subarray(0, 8).toString()).toBe("BELAYJL2");
  const aside = readdirSync(folder.path).filter((name) => name.startsWith("damaged-"));
  expect(aside).toHaveLength(1);
  expect(readFileSync(join(folder.path, aside[0] ?? ""))).toEqual(Buffer.concat(records));
});
