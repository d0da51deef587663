import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { openJournal } from "../../../src/main/checkpoints/journal.ts";
import { nodeFileOps } from "../../../src/main/checkpoints/file-ops.ts";
import { blobOf } from "../../../src/main/checkpoints/records.ts";
import { blobId } from "../../../src/main/workspace/blob-id.ts";
import { sessionIdSchema } from "../../../src/shared/ids.ts";
import {
  createCheckpointFixture,
  type CheckpointFixture,
} from "../../support/checkpoint-fixture.ts";
import { treeOf } from "../../support/tree-hash.ts";

const child = fileURLToPath(new URL("../../support/write-forever.ts", import.meta.url));
const kills = 50;

async function killOne(fixture: CheckpointFixture): Promise<void> {
  const running = spawn(process.execPath, [child, fixture.root, fixture.store, fixture.locks], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  // In the middle of one of the first steps, however slow the machine is.
  const last = 2 + Math.floor(Math.random() * 6);
  let steps = 0;
  running.stdout.on("data", (dots: Buffer) => {
    steps += dots.length;
    if (steps >= last) setTimeout(() => running.kill("SIGKILL"), Math.random() * 12);
  });
  await once(running, "close");
}

/** Every content that the journal says was meant to be at a path. */
async function knownContents(store: string): Promise<Map<string, Set<string>>> {
  const journal = openJournal(join(store, "journal"), nodeFileOps);
  const known = new Map<string, Set<string>>();
  for (const { record } of await journal.refresh()) {
    if (record.record !== "intent") continue;
    for (const { path, pre, post } of record.entries) {
      const contents = known.get(path) ?? new Set();
      for (const image of [pre, post]) contents.add(blobOf(image) ?? "");
      known.set(path, contents);
    }
  }
  await journal.close();
  return known;
}

function filesOf(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}

it(
  `after each of ${kills} kills every file is whole, nothing of Belay's is left, and all of it can be undone`,
  { timeout: 240_000 },
  async () => {
    await using fixture = await createCheckpointFixture();
    writeFileSync(fixture.path("a"), "the first\n");
    chmodSync(fixture.path("a"), 0o755);
    mkdirSync(fixture.path("deep"));
    writeFileSync(fixture.path("deep/d"), "the second\r\n");
    writeFileSync(fixture.path("aside"), "not the agent's\n");
    const original = treeOf(fixture.root);
    const untouched = new Map(
      filesOf(fixture.root).map((file) => [file, blobId(readFileSync(fixture.path(file)))]),
    );
    for (let round = 0; round < kills; round += 1) {
      await killOne(fixture);
      await fixture.service.recover();
      const known = await knownContents(fixture.store);
      for (const file of filesOf(fixture.root).filter((name) => name !== "aside")) {
        const blob = blobId(readFileSync(fixture.path(file)));
        const whole = known.get(file)?.has(blob) ?? blob === untouched.get(file);
        expect([file, whole]).toEqual([file, true]);
      }
    }
    expect((await fixture.service.list({})).length).toBeGreaterThan(0);
    expect(fixture.fsck()).toBe("");
    const sessionId = sessionIdSchema.parse("s-killed");
    const { conflicts } = await fixture.service.undo(
      { unit: "session", sessionId },
      { conflicts: "keep" },
    );
    expect(conflicts).toEqual([]);
    expect(treeOf(fixture.root)).toEqual(original);
  },
);
