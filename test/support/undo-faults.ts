import { readFileSync } from "node:fs";
import { write, type CheckpointFixture } from "./checkpoint-fixture.ts";

/** Writes over a file, takes it back, brings it again and takes it back: exact each time. Answers what is not. */
export async function faultsOf(
  fixture: CheckpointFixture,
  path: string,
  [before, after]: readonly [Buffer, Buffer],
): Promise<string[]> {
  const at = (): Buffer => readFileSync(fixture.path(path));
  const { callId } = await fixture.apply([write(path, after, before)]);
  const faults: string[] = at().equals(after) ? [] : ["written"];
  await fixture.service.undo({ unit: "call", callId }, { conflicts: "merge" });
  if (!at().equals(before)) faults.push("undone");
  await fixture.service.redo({});
  if (!at().equals(after)) faults.push("redone");
  await fixture.service.undo({ unit: "call", callId }, { conflicts: "merge" });
  if (!at().equals(before)) faults.push("undone again");
  await fixture.service.list({});
  return [...faults, fixture.fsck()].filter((fault) => fault !== "");
}
