import { writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { createTurnId } from "../../../src/shared/ids.ts";
import { createCheckpointFixture, move, write } from "../../support/checkpoint-fixture.ts";

it("shows an edit and two moves of a file as one change of it", async () => {
  await using fixture = await createCheckpointFixture();
  writeFileSync(fixture.path("a"), "1\n2\n3\n");
  const turnId = createTurnId();
  await fixture.apply([write("a", "1\ntwo\n3\n", "1\n2\n3\n")], { turnId });
  await fixture.apply([move("a", "b", "1\ntwo\n3\n")], { turnId });
  await fixture.apply([move("b", "c/d", "1\ntwo\n3\n")], { turnId });
  expect(await fixture.service.diff({ turnId })).toMatchObject([
    { path: "c/d", from: "a", kind: "moved", added: 1, removed: 1 },
  ]);
});
