// Undoes a command that changed as many files as it is told, and says how many came back. Run where few descriptors are allowed.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createCheckpointFixture } from "./checkpoint-fixture.ts";
import { recordCommand } from "./recorded-command.ts";

const count = Number(process.argv[2]);
await using fixture = await createCheckpointFixture();
const paths = Array.from({ length: count }, (_, index) => `d${index % 20}/f${index}`);
for (let index = 0; index < 20; index += 1) mkdirSync(fixture.path(`d${index}`));
for (const path of paths) writeFileSync(fixture.path(path), "1");
const { callId } = await recordCommand(fixture, { paths }, () => {
  for (const path of paths) writeFileSync(fixture.path(path), "2");
});
await fixture.service.undo({ unit: "call", callId }, { conflicts: "merge" });
const undone = paths.filter((path) => readFileSync(fixture.path(path), "utf8") === "1");
process.stdout.write(`${undone.length} undone\n`);
