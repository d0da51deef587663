import { mkdirSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { nodeFileOps, type FileOps } from "../../../../src/main/checkpoints/file-ops.ts";
import { createPackSet } from "../../../../src/main/checkpoints/packs/pack-set.ts";
import { createPackWriter } from "../../../../src/main/checkpoints/packs/pack-writer.ts";
import { blobId } from "../../../../src/main/workspace/blob-id.ts";
import { createTemporaryFolder } from "../../../support/temporary-folder.ts";

const content = Buffer.from("in both packs\n");

/** A pack with the content, and something of its own. */
async function makePack(folder: string, own: string): Promise<string> {
  const writer = await createPackWriter(folder, nodeFileOps);
  for (const bytes of [content, Buffer.from(own)]) await writer.add("blob", blobId(bytes), bytes);
  return (await writer.finish())?.name ?? "";
}

it("closes packs that go while somebody is in the middle of reading them", async () => {
  using folder = createTemporaryFolder();
  const place = join(folder.path, "pack");
  mkdirSync(place);
  const names = [await makePack(place, "one"), await makePack(place, "two")];
  const opened: FileHandle[] = [];
  const ops: FileOps = {
    ...nodeFileOps,
    async open(...given) {
      const handle = await nodeFileOps.open(...given);
      opened.push(handle);
      return handle;
    },
  };
  const packs = createPackSet(place, ops);
  packs.use(names);
  const copies: (Buffer | null)[] = [];
  for await (const copy of packs.copies(blobId(content))) {
    copies.push(copy);
    packs.use([]);
  }
  expect(copies).toHaveLength(2);
  expect(copies).not.toContain(null);
  await packs.close();
  expect(opened).toHaveLength(4);
  await expect.poll(() => opened.map(({ fd }) => fd)).toEqual([-1, -1, -1, -1]);
});
