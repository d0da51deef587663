import { writeSync } from "node:fs";
import { createBaselineEngine } from "../../src/main/checkpoints/baseline/engine.ts";
import { createCheckpointService } from "../../src/main/checkpoints/create-checkpoint-service.ts";
import { createCommandRunner } from "../../src/main/shell/command-runner.ts";
import { createCallId, createTurnId, sessionIdSchema } from "../../src/shared/ids.ts";

/**
 * Child of the test that kills around commands: runs one command after the other as a tool does. A letter for each moment: `b`efore
 * anything is looked at, `r`uns, its `e`nd before anything is looked at again, `a`fter it was recorded.
 */
const [root = "", store = "", locks = "", outputFolder = "", session = ""] = process.argv.slice(2);
const workspace = { root, id: "w" };
const tracked = async (): Promise<null> => null;
const place = { workspace, storeFolder: store, privateFolders: [], capBytes: 1e6, tracked };
const service = await createCheckpointService({
  workspace,
  storeFolder: store,
  lockFolder: locks,
  baseline: () => createBaselineEngine(place),
});
await service.recover();
const runner = createCommandRunner({ outputFolder, environment: process.env });
const { signal } = new AbortController();

for (let count = 0; ; count += 1) {
  const line = [
    `echo $$ > ../pid-${session}`,
    `echo ${session} ${count} > edit-${count % 3}`,
    `rm -f made-${(count + 1) % 2}`,
    `echo ${session} ${count} > made-${count % 2}`,
    "sleep 0.01",
    `mkdir -p deep/${count % 2} && echo ${session} ${count} > deep/${count % 2}/late`,
  ].join("; ");
  const request = { command: line, cwd: root, signal, onOutput: () => undefined };
  writeSync(1, "b");
  const scope = {
    sessionId: sessionIdSchema.parse(session),
    turnId: createTurnId(),
    callId: createCallId(),
    line,
    signal,
    onCheckpoint: async () => {},
  };
  await service.aroundCommand(scope, async () => {
    writeSync(1, "r");
    await runner.run(request, 600_000);
    writeSync(1, "e");
  });
  writeSync(1, "a");
}
