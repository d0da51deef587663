import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { createCheckpointService } from "../../../../src/main/checkpoints/create-checkpoint-service.ts";
import { createBaselineEngine } from "../../../../src/main/checkpoints/baseline/engine.ts";
import type { CheckpointService } from "../../../../src/main/checkpoints/types.ts";
import { createFailingFileOps, type FailingFileOps } from "../../../support/failing-file-ops.ts";
import { createTemporaryFolder } from "../../../support/temporary-folder.ts";
import { treeOf } from "../../../support/tree-hash.ts";
import { gitId } from "./tree.ts";

/** A service and the door that it goes through to the disk. */
export interface Opened {
  readonly service: CheckpointService;
  readonly door: FailingFileOps;
}

/** One folder and one store, which two services share as two processes do. */
export interface World extends AsyncDisposable {
  readonly root: string;
  readonly opened: readonly [Opened, Opened];
  /** Ends a service, as a dead process leaves it, and opens another in its place. Recovers only when asked. */
  reopen(which: 0 | 1): Promise<Opened>;
  /** Bytes that a person had at a path when Belay touched it: they must be in the store when the world ends. */
  owe(content: string): void;
  /** What is wrong with the store and the person's repository; empty when nothing is. */
  inspect(): Promise<string[]>;
}

export async function createWorld(withGit: boolean): Promise<World> {
  const folder = createTemporaryFolder();
  const base = realpathSync(folder.path);
  const root = join(base, "project");
  mkdirSync(root);
  mkdirSync(join(base, "store"));
  if (withGit) createRepository(root);
  const repository = withGit ? treeOf(join(root, ".git")) : {};
  const store = join(base, "store");
  const owed = new Set<string>();
  const open = async (): Promise<Opened> => {
    const door = createFailingFileOps();
    const workspace = { root, id: "w" };
    const baseline = createBaselineEngine({
      workspace,
      storeFolder: store,
      privateFolders: [],
      tracked: async () => null,
      capBytes: 1 << 20,
    });
    const service = await createCheckpointService({
      workspace,
      storeFolder: store,
      lockFolder: join(base, "locks"),
      baseline,
      ops: door.ops,
    });
    return { service, door };
  };
  const opened: [Opened, Opened] = [await open(), await open()];
  opened[0].service.start();
  await opened[0].service.settle(10_000);
  return {
    root,
    opened,
    async reopen(which) {
      await opened[which].service.close();
      return (opened[which] = await open());
    },
    owe: (content) => void owed.add(gitId(content)),
    async inspect() {
      for (const { service } of opened) await service.list({});
      const found: string[] = [];
      const broken = git(store, ["fsck", "--strict", "--full", "--no-dangling"]).replaceAll(
        /^notice:.*\n/gm,
        "",
      );
      if (broken !== "") found.push(`git fsck says: ${broken}`);
      const kept = new Set(
        git(store, ["rev-list", "--objects", "--all", "--no-object-names"]).split("\n"),
      );
      const lost = [...owed].filter((id) => !kept.has(id));
      if (lost.length > 0) found.push(`bytes of a person are nowhere: ${lost.join(" ")}`);
      if (withGit && JSON.stringify(treeOf(join(root, ".git"))) !== JSON.stringify(repository))
        found.push("the person's .git changed");
      return found;
    },
    async [Symbol.asyncDispose]() {
      for (const { service } of opened) await service.close();
      folder[Symbol.dispose]();
    },
  };
}

function createRepository(root: string): void {
  const run = (...args: string[]): void =>
    void execFileSync("git", ["-C", root, ...args], { stdio: "ignore" });
  run("init", "-q", "--template=");
  run(
    "-c",
    "user.name=p",
    "-c",
    "user.email=p@example.org",
    "commit",
    "-q",
    "--allow-empty",
    "-mx",
  );
}

/** What git says, also where it complains. */
function git(store: string, args: readonly string[]): string {
  const { stdout, stderr } = spawnSync("git", ["--git-dir", store, ...args], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  return `${stdout}${stderr}`;
}
