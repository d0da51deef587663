import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { createCheckpointService } from "../../../src/main/checkpoints/create-checkpoint-service.ts";
import { createToolFixture } from "../../support/tool-fixture.ts";
import { treeOf } from "../../support/tree-hash.ts";

const planted = "planted-5b1f-secret";

/** Puts a link that leads out in a folder's place and back, as fast as it can, until its input ends. */
const swapper = `
  const { renameSync } = require("node:fs");
  process.stdin.resume().on("end", () => process.exit());
  const act = () => {
    for (let round = 0; round < 200; round += 1) {
      renameSync("d", "aside");
      renameSync("link", "d");
      renameSync("d", "link");
      renameSync("aside", "d");
    }
    setImmediate(act);
  };
  act();
`;

const calls = [
  ["read_file", { path: "d/secret" }],
  ["list_files", { path: "d" }],
  ["search_files", { pattern: "planted", path: "d" }],
  ["search_files", { pattern: "planted" }],
  ["find_files", { pattern: "**/*-outside" }],
  ["write_file", { path: "d/new", content: "pwned" }],
  ["read_file", { path: "d/in/secret" }],
  ["delete_file", { path: "d/new" }],
  ["write_file", { path: "d/in/made", content: "pwned" }],
  ["delete_file", { path: "d/in/made" }],
] as const;

it.runIf(process.platform === "linux")(
  "a link that is put in a folder's place and back all the while leads no tool out",
  async () => {
    await using own = createToolFixture();
    const { root } = own;
    const outside = join(dirname(root), "outside");
    for (const folder of [join(root, "d/in"), join(outside, "in")])
      mkdirSync(folder, { recursive: true });
    for (const name of ["secret", "in/secret"]) {
      writeFileSync(join(outside, name), planted);
      writeFileSync(join(root, "d", name), "inside");
    }
    writeFileSync(join(outside, "in/name-outside"), "");
    symlinkSync(outside, join(root, "link"));
    const before = treeOf(outside);
    const service = await createCheckpointService({
      workspace: own.workspace,
      storeFolder: join(dirname(root), "store"),
      lockFolder: join(dirname(root), "locks"),
    });
    await using tools = createToolFixture({}, { writer: service, workspace: own.workspace });
    const child = spawn(process.execPath, ["-e", swapper], {
      cwd: root,
      stdio: ["pipe", "ignore", "ignore"],
    });
    const gone = new Promise((resolve) => child.once("exit", resolve));
    const got: string[] = [];
    const statuses = { completed: 0, failed: 0 };
    for (let round = 0; round < 40; round += 1)
      for (const [name, input] of calls) {
        const { status, result } = await tools.call(name, input);
        if (status === "completed" || status === "failed") statuses[status] += 1;
        if (result.includes(planted) || result.includes("name-outside"))
          got.push(`${name}: ${result}`);
      }
    child.stdin.end();
    await gone;
    await service.close();
    expect(got).toEqual([]);
    expect(treeOf(outside)).toEqual(before);
    expect(readdirSync(outside)).not.toContain("new");
    expect(readFileSync(join(outside, "secret"), "utf8")).toBe(planted);
    // Both were met: the folder, and what stood in its place.
    expect(Math.min(statuses.completed, statuses.failed)).toBeGreaterThan(10);
  },
);
