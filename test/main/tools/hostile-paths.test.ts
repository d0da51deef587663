import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { createCheckpointService } from "../../../src/main/checkpoints/create-checkpoint-service.ts";
import { createEscapeGround } from "../../support/escape-attempts.ts";
import { hostilePaths, toolCalls } from "../../support/hostile-calls.ts";
import { createToolFixture } from "../../support/tool-fixture.ts";
import { treeOf } from "../../support/tree-hash.ts";

const planted = "planted-5b1f-secret";

it("no tool reads, lists, finds, changes, moves or removes anything outside, whatever path it is given", async () => {
  await using fixture = createToolFixture();
  const folder = dirname(fixture.root);
  const { root, outside } = createEscapeGround(folder);
  for (const name of ["secret", "in/secret"]) writeFileSync(join(outside, name), planted);
  writeFileSync(join(`${root}-twin`, "secret"), planted);
  const service = await createCheckpointService({
    workspace: fixture.workspace,
    storeFolder: join(folder, "store"),
    lockFolder: join(folder, "locks"),
  });
  await using writing = createToolFixture({}, { writer: service, workspace: fixture.workspace });
  const seen = (): unknown => [
    treeOf(outside),
    treeOf(`${root}-twin`),
    treeOf(join(root, ".git")),
    treeOf(join(root, "meta")),
  ];
  const before = seen();
  const faults: string[] = [];
  let tried = 0;
  for (const path of hostilePaths(outside))
    for (const { name, input } of toolCalls(path)) {
      tried += 1;
      const { result } = await writing.call(name, input);
      if (result.includes(planted) || result.includes("root:x:0"))
        faults.push(`${name} ${JSON.stringify(input)}: ${result}`);
    }
  await service.close();
  expect(faults).toEqual([]);
  expect(seen()).toEqual(before);
  expect(tried).toBeGreaterThan(500);
});
