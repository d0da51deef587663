import { readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { createCheckpointService } from "../../src/main/checkpoints/create-checkpoint-service.ts";
import { blobId } from "../../src/main/workspace/blob-id.ts";
import { createCallId, createTurnId, sessionIdSchema } from "../../src/shared/ids.ts";

/** Child of the kill test: random writes, moves, deletions, undos and redos until it is killed; a dot before each. */
const [root = "", store = "", locks = ""] = process.argv.slice(2);
const service = await createCheckpointService({
  workspace: { root, id: "w" },
  storeFolder: store,
  lockFolder: locks,
});
await service.recover();
const sessionId = sessionIdSchema.parse("s-killed");
const signal = new AbortController().signal;
const names = ["a", "b", "deep/er/c", "deep/d"];
const pick = (): string => names[Math.floor(Math.random() * names.length)] ?? "a";
const read = (path: string): Buffer | undefined => {
  try {
    return readFileSync(join(root, path));
  } catch {
    return undefined;
  }
};
const ignore = (): undefined => undefined;
let count = 0;

async function step(): Promise<void> {
  const scope = {
    sessionId,
    turnId: createTurnId(),
    callId: createCallId(),
    tool: "write_file",
    signal,
    onCheckpoint: async () => {},
  };
  const [path, other] = [pick(), pick()];
  const [before, there] = [read(path), read(other)];
  const expect = before === undefined ? "absent" : { blobId: blobId(before) };
  const choice = Math.random();
  count += 1;
  if (choice < 0.2) await service.undo({ unit: "last" }, { conflicts: "merge" });
  else if (choice < 0.3) await service.redo({});
  else if (choice < 0.4 && before !== undefined)
    await service.apply(scope, [{ kind: "delete", path, expect }]);
  else if (choice < 0.5 && before !== undefined && there === undefined)
    await service.apply(scope, [{ kind: "move", from: path, to: other, expect }]);
  else if (choice < 0.7 && path !== other) {
    const second = there === undefined ? "absent" : { blobId: blobId(there) };
    const content = Buffer.from(`both ${process.pid} ${count}\n`);
    await service.apply(scope, [
      { kind: "write", path, content, expect },
      { kind: "write", path: other, content, expect: second },
    ]);
  } else {
    const content = Buffer.from(`${process.pid} ${count}\n`.repeat(1 + (count % 50)));
    await service.apply(scope, [{ kind: "write", path, content, expect }]);
  }
}

for (;;) {
  writeSync(1, ".");
  await step().catch(ignore);
}
