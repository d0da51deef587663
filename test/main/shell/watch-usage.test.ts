import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { UsageLimits } from "../../../src/main/shell/watch-usage.ts";
import { createSandboxFixture, noSandboxHere, skipNote } from "../../support/sandbox-fixture.ts";
import { createToolFixture } from "../../support/tool-fixture.ts";

const generous: UsageLimits = { memoryBytes: 1e12, cpuSeconds: 1e6 };
const python = "/usr/bin/python3";
/** Each child holds so many megabytes that it has written to. */
const children = (count: number, megabytes: number, seconds: number): string =>
  `${python} -c '
import os, time
for _ in range(${count}):
    if os.fork() == 0:
        held = bytearray(os.urandom(1 << 20)) * ${megabytes}
        time.sleep(${seconds})
        os._exit(0)
for _ in range(${count}): os.wait()
print("all done")
'`;

describe
  .skipIf(process.platform !== "linux" || !existsSync(python))
  .concurrent("all processes of a command together", () => {
    it("are ended with a reason when they hold too much, each of them far below the limit", async () => {
      await using tools = createToolFixture({}, { limits: { ...generous, memoryBytes: 300e6 } });
      const done = await tools.call("run_command", { command: children(20, 100, 60) });
      expect(done.status).toBe("failed");
      expect(done.result).toMatch(
        /^Ended after [\d.]+ s\. Limit: its processes together held .+ of memory, and a command may hold 300 MB \(a setting\)\./,
      );
      expect(done.result).not.toContain("all done");
    });

    it("may share what they hold: it counts once", async () => {
      await using tools = createToolFixture({}, { limits: { ...generous, memoryBytes: 400e6 } });
      const shared = `${python} -c '
import os, time
held = bytearray(os.urandom(1 << 20)) * 100
for _ in range(10):
    if os.fork() == 0:
        time.sleep(2.5)
        os._exit(0)
for _ in range(10): os.wait()
print("all done")
'`;
      const done = await tools.call("run_command", { command: shared });
      expect(done.result).toContain("all done");
      expect(done.status).toBe("completed");
    });

    it("are ended when they have used too much processor time, also by children that are gone", async () => {
      await using tools = createToolFixture({}, { limits: { ...generous, cpuSeconds: 1 } });
      const busy = "while :; do sh -c 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done'; done";
      const done = await tools.call("run_command", { command: busy, timeout_ms: 60_000 });
      expect(done.status).toBe("failed");
      expect(done.result).toMatch(
        /^Ended after [\d.]+ s\. Limit: its processes together used \d+ s of processor time, and a command may use 1 s/,
      );
    });

    it("are left alone below the limits", async () => {
      await using tools = createToolFixture({}, { limits: generous });
      const done = await tools.call("run_command", { command: children(3, 20, 2.2) });
      expect(done.result).toContain("all done");
    });

    it("say so of a command in the background", async () => {
      await using tools = createToolFixture({}, { limits: { ...generous, memoryBytes: 100e6 } });
      const started = await tools.call("run_command", {
        command: children(5, 100, 60),
        background: true,
      });
      const [id] = /o-[a-z0-9]+/.exec(started.result) ?? [];
      const state = async (): Promise<string> =>
        (await tools.call("read_file", { path: `belay-output:${id ?? ""}` })).result;
      await expect.poll(state, { timeout: 20_000 }).toContain("Limit: its processes together held");
    });

    it.skipIf(noSandboxHere !== null)(`are found inside of the sandbox${skipNote}`, async () => {
      await using box = createSandboxFixture({}, { limits: { ...generous, memoryBytes: 300e6 } });
      const done = await box.run(
        `(setsid sh -c "${children(20, 100, 60).replaceAll('"', '\\"')}" &) ; sleep 60`,
      );
      expect(done.overLimit).toContain("its processes together held");
    });
  });
