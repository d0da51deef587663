import { createBaselineEngine } from "../../src/main/checkpoints/baseline/engine.ts";
import { createCheckpointService } from "../../src/main/checkpoints/create-checkpoint-service.ts";
import { createCommandRunner } from "../../src/main/shell/command-runner.ts";
import { callIdSchema, sessionIdSchema, turnIdSchema } from "../../src/shared/ids.ts";

/** Child of the window tests: runs one command of a folder as a tool does, and lives on until it is killed. */
const [root = "", store = "", locks = "", outputFolder = "", line = ""] = process.argv.slice(2);
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
const scope = {
  sessionId: sessionIdSchema.parse("s-killed"),
  turnId: turnIdSchema.parse("t-killed"),
  callId: callIdSchema.parse("c-killed"),
  line,
  signal,
  onCheckpoint: async () => {},
};
const request = { command: line, cwd: root, signal, onOutput: () => undefined };
await service.aroundCommand(scope, () => runner.run(request, 600_000));
