import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { doctorReportSchema } from "../../src/shared/app.ts";
import { runBelay } from "../support/belay-cli.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";

const folder = createTemporaryFolder();
const home = join(folder.path, "home");
mkdirSync(home);

afterAll(() => folder[Symbol.dispose]());

it("takes a mistyped command for no folder to open", async () => {
  const result = await runBelay(["dotcor"], { home });
  expect([result.code, result.stdout]).toEqual([2, ""]);
  expect(result.stderr).toBe(
    'belay: "dotcor" is neither a command nor a folder. See: belay --help\n',
  );
});

it("ends at an interrupt while it waits for a prompt on standard input", async () => {
  const database = join(home, "history.db");
  let kill: ((signal: NodeJS.Signals) => void) | undefined;
  const run = runBelay(["run", "--workspace", folder.path, "--prompt", "-"], {
    home,
    input: null,
    onStart: (started) => {
      kill = started;
    },
  });
  await expect.poll(() => existsSync(database), { timeout: 10_000 }).toBe(true);
  kill?.("SIGINT");
  const result = await run;
  expect([result.code, result.stderr]).toEqual([130, "belay: Interrupted.\n"]);
});

it("names the registry's Electron in its report", async () => {
  const environment = { BELAY_REGISTRY_ELECTRON: "1" };
  const result = await runBelay(["doctor", "--json"], { home, environment });
  const { items } = doctorReportSchema.parse(JSON.parse(result.stdout));
  expect(items.find(({ name }) => name === "runtime")?.detail).toContain("third-party repack");
  expect(result.code).toBe(0);
});
