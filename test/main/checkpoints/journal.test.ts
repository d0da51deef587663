import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createCheckpointService } from "../../../src/main/checkpoints/create-checkpoint-service.ts";
import { nodeFileOps } from "../../../src/main/checkpoints/file-ops.ts";
import { blobObject } from "../../../src/main/checkpoints/git-objects.ts";
import { openJournal } from "../../../src/main/checkpoints/journal.ts";
import { createCheckpointFixture, write } from "../../support/checkpoint-fixture.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

const merge = { conflicts: "merge" } as const;

it("loses no later checkpoint to a record that was damaged on the disk", async () => {
  await using fixture = await createCheckpointFixture();
  const journal = join(fixture.store, "journal");
  writeFileSync(fixture.path("a"), "old");
  await fixture.apply([write("a", "1", "old")]);
  await fixture.apply([write("b", "1", null)]);
  const bytes = readFileSync(journal);
  const inFirst = bytes.indexOf('"path":"a"');
  bytes.writeUInt8(bytes.readUInt8(inFirst) ^ 1, inFirst);
  writeFileSync(journal, bytes);
  const again = await createCheckpointService({
    workspace: fixture.workspace,
    storeFolder: fixture.store,
    lockFolder: fixture.locks,
  });
  expect((await again.list({})).map(({ paths }) => paths)).toEqual([["b"]]);
  await again.undo({ unit: "last" }, merge);
  expect(existsSync(fixture.path("b"))).toBe(false);
  await again.redo({});
  await again.close();
  expect(readFileSync(fixture.path("b"), "utf8")).toBe("1");
  expect(readFileSync(journal).subarray(0, bytes.length)).toEqual(bytes);
});

it("refuses a record that could not be read again", async () => {
  using folder = createTemporaryFolder();
  const file = join(folder.path, "journal");
  const journal = openJournal(file, nodeFileOps, { limit: 2000 });
  const object = blobObject(randomBytes(3000));
  const record = { record: "rescue", id: "k-1", path: "a", blob: object.id } as const;
  await journal.refresh();
  const empty = readFileSync(file);
  await expect(journal.append(record, [object], true)).rejects.toMatchObject({ code: "denied" });
  expect(readFileSync(file)).toEqual(empty);
  await journal.append(record, [], true);
  expect(await journal.refresh()).toHaveLength(1);
  await journal.close();
});
