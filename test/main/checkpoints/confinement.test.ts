import { mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createCheckpointService } from "../../../src/main/checkpoints/create-checkpoint-service.ts";
import type { FileEffect } from "../../../src/main/checkpoints/types.ts";
import { createCallId, createSessionId, createTurnId } from "../../../src/shared/ids.ts";
import { move, remove, write } from "../../support/checkpoint-fixture.ts";
import {
  createEscapeGround,
  escapingLinks,
  escapingPaths,
  gitPaths,
} from "../../support/escape-attempts.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";
import { treeOf } from "../../support/tree-hash.ts";

/** What a tool could try with a path. A link that leads out may itself be moved or deleted: that changes nothing outside. */
function attemptsWith(path: string): readonly FileEffect[] {
  return [
    write(path, "x", null),
    write(path, "x", "secret"),
    remove(path, "secret"),
    move(path, "moved", "secret"),
    move("file", path, "file"),
  ];
}

async function createService() {
  const folder = createTemporaryFolder();
  const home = realpathSync(folder.path);
  const ground = createEscapeGround(home);
  const dataFolder = join(ground.root, "belay-data");
  mkdirSync(dataFolder);
  writeFileSync(join(dataFolder, "history.db"), "secret");
  const service = await createCheckpointService({
    workspace: { root: ground.root, id: "w" },
    storeFolder: join(ground.root, "belay-store"),
    lockFolder: join(home, "locks"),
    dataFolder,
  });
  const scope = { sessionId: createSessionId(), tool: "t", signal: new AbortController().signal };
  return {
    ...ground,
    home,
    apply: (effects: readonly FileEffect[]) =>
      service.apply(
        {
          ...scope,
          turnId: createTurnId(),
          callId: createCallId(),
          onCheckpoint: async () => {},
        },
        effects,
      ),
    async [Symbol.asyncDispose]() {
      await service.close();
      folder[Symbol.dispose]();
    },
  };
}

it("no write, deletion or move reaches outside, into git or into Belay's own store, and none changes anything", async () => {
  await using ground = await createService();
  const before = treeOf(ground.home);
  const journal = ["belay-store/journal", "belay-store/refs/belay/x", "sub/../belay-store/HEAD"];
  const data = [
    "belay-data/history.db",
    "BELAY-data/new",
    "sub/../belay-data/checkpoints/w/journal",
  ];
  for (const path of [...escapingPaths, ...gitPaths, ...journal, ...data]) {
    for (const effect of attemptsWith(path))
      await expect(ground.apply([effect])).rejects.toMatchObject({
        name: "AppError",
      });
  }
  for (const path of escapingLinks)
    for (const effect of attemptsWith(path).slice(0, 2))
      await expect(ground.apply([effect])).rejects.toMatchObject({ code: "denied" });
  expect(treeOf(ground.home)).toEqual(before);
});

it("a link that leads out is moved and deleted as the link it is", async () => {
  await using ground = await createService();
  await ground.apply([move("secret-link", "sub/secret-link", "")]);
  await ground.apply([remove("sub/secret-link", "")]);
  await ground.apply([remove("dangling", "")]);
  expect(readFileSync(join(ground.outside, "secret"), "utf8")).toBe("secret");
});

it("a hard link to a file outside is broken, not written through", async () => {
  await using ground = await createService();
  const { notes } = await ground.apply([write("hard", "changed", "secret")]);
  expect(notes.join()).toContain("hard links");
  expect(readFileSync(join(ground.outside, "secret"), "utf8")).toBe("secret");
});
