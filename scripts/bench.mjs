// npm run bench: builds, then runs each file of test/bench and prints its figures.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { build } from "./build.mjs";
import { nodePath, prepare, root } from "./prepare.mjs";

try {
  prepare("app");
  build();
  for (const file of readdirSync(join(root, "test/bench")).filter((name) => name.endsWith(".ts"))) {
    console.log(`\n# ${file}`);
    const result = spawnSync(nodePath, [join(root, "test/bench", file)], {
      cwd: root,
      stdio: "inherit",
      env: { ...process.env, BELAY_TEST_BUILT: "1", NODE_NO_WARNINGS: "1" },
    });
    if (result.status !== 0) process.exitCode = 1;
  }
} catch (error) {
  console.error(`Belay: ${error.message}`);
  process.exitCode = 1;
}
