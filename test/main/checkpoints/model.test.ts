import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { blobId } from "../../../src/main/workspace/blob-id.ts";
import {
  createCheckpointFixture,
  type CheckpointFixture,
} from "../../support/checkpoint-fixture.ts";
import { allow } from "../../support/allow-error.ts";
import { treeOf } from "../../support/tree-hash.ts";

const paths = ["a", "b", "d/c", "d/e/f"] as const;
const path = fc.constantFrom(...paths);
const content = fc.constantFrom(
  "",
  "x",
  "one\ntwo\n",
  "1\r\n2\r\n3",
  "\0\u00ff",
  "a\nb\nc\nd\ne\nf\n",
);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("agent" as const), path, content }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("remove" as const), path }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("person" as const), path, content }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("undo" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("redo" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("there and back" as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const read = (file: string): Buffer | undefined =>
  existsSync(file) ? readFileSync(file) : undefined;

const files = (fixture: CheckpointFixture): Map<string, Buffer | undefined> =>
  new Map(paths.map((name) => [name, read(fixture.path(name))]));

const nothingToDo = allow("not-found");

/** An undo, and taking that very undo back, is nothing at all. */
async function goThereAndBack({ service, root }: CheckpointFixture): Promise<void> {
  const tree = treeOf(root);
  const undone = await service
    .undo({ unit: "last" }, { conflicts: "overwrite" })
    .catch(nothingToDo);
  if (undone?.redo != null) await service.redo({ undoId: undone.redo });
  expect(treeOf(root)).toEqual(tree);
}

/** Takes one step; checks that only the paths that it names changed. Answers the bytes that are no longer where they were. */
async function take(fixture: CheckpointFixture, one: Step): Promise<readonly Buffer[]> {
  if (one.do === "there and back") {
    await goThereAndBack(fixture);
    return [];
  }
  const before = files(fixture);
  const touched = new Set<string>();
  if (one.do === "person") {
    mkdirSync(dirname(fixture.path(one.path)), { recursive: true });
    writeFileSync(fixture.path(one.path), one.content);
    return [];
  }
  if (one.do === "agent" || one.do === "remove") {
    const now = before.get(one.path);
    const expected = now === undefined ? ("absent" as const) : { blobId: blobId(now) };
    touched.add(one.path);
    if (one.do === "agent")
      await fixture.apply([
        { kind: "write", path: one.path, content: Buffer.from(one.content), expect: expected },
      ]);
    else if (now !== undefined)
      await fixture.apply([{ kind: "delete", path: one.path, expect: expected }]);
  } else {
    const result = await (
      one.do === "undo"
        ? fixture.service.undo({ unit: "last" }, { conflicts: "merge" })
        : fixture.service.redo({})
    ).catch(nothingToDo);
    for (const { path: name } of result?.undone ?? []) touched.add(name);
  }
  const replaced: Buffer[] = [];
  for (const [name, bytes] of files(fixture)) {
    const was = before.get(name);
    expect([name, touched.has(name) ? was : bytes]).toEqual([name, was]);
    if (was !== undefined && bytes?.equals(was) !== true) replaced.push(was);
  }
  return replaced;
}

/** Of these bytes, the ids that git does not find in the store. */
function missingFrom(store: string, contents: readonly Buffer[]): string[] {
  const ids = contents.map((bytes) => blobId(bytes));
  return execFileSync("git", ["--git-dir", store, "cat-file", "--batch-check"], {
    input: ids.map((id) => `${id}\n`).join(""),
    encoding: "utf8",
  })
    .split("\n")
    .filter((line) => line.endsWith(" missing"));
}

it("whatever agent, person, undo and redo do in turn: no other path changes, no byte is lost, undo and redo cancel out", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
      await using fixture = await createCheckpointFixture();
      const replaced: Buffer[] = [];
      let alone = true;
      for (const one of steps) {
        replaced.push(...(await take(fixture, one)));
        alone &&= one.do !== "person";
      }
      await fixture.service.list({});
      expect(fixture.fsck()).toBe("");
      expect(missingFrom(fixture.store, replaced)).toEqual([]);
      if (!alone) return;
      // Nobody else wrote: taking everything back leads to the empty folder.
      await fixture.service
        .undo({ unit: "session", sessionId: fixture.sessionId }, { conflicts: "keep" })
        .catch(nothingToDo);
      expect(files(fixture)).toEqual(new Map(paths.map((name) => [name, undefined])));
    }),
    { numRuns: 120 },
  );
});
