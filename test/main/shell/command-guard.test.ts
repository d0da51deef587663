import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { isAlive, pidIn } from "../../support/processes.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

const child = fileURLToPath(new URL("../../support/run-command-forever.ts", import.meta.url));

/** A child, one in a session of its own, and one that has lost its parent and ignores SIGTERM. */
const family = [
  "echo $$ > root.pid",
  "(sleep 300 & echo $! > child.pid; wait) &",
  "setsid sh -c 'echo $$ > session.pid; exec sleep 300' &",
  "(setsid sh orphan.sh & )",
  "sleep 300",
].join("\n");
const orphan = "trap '' TERM\necho $$ > orphan.pid\nwhile :; do sleep 1; done\n";
const members = ["root.pid", "child.pid", "session.pid", "orphan.pid"];

const startRunner = (folder: string, command: string) =>
  spawn(process.execPath, [child, folder, join(folder, "outputs"), command], {
    stdio: ["ignore", "pipe", "inherit"],
  });

/** Children of a process that are guards. */
const guardsOf = (parent: number | undefined): string[] =>
  readdirSync("/proc").filter((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const ofParent = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1] === String(parent);
      return ofParent && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("belay-guard");
    } catch {
      return false;
    }
  });

describe.skipIf(process.platform !== "linux")("a command whose Belay is killed", () => {
  it("does not survive it, daemons included", async () => {
    using folder = createTemporaryFolder();
    writeFileSync(join(folder.path, "orphan.sh"), orphan);
    const running = startRunner(folder.path, family);
    const all = await Promise.all(members.map((file) => pidIn(join(folder.path, file))));
    expect(all.map(isAlive)).toEqual([true, true, true, true]);
    running.kill("SIGKILL");
    await once(running, "close");
    await expect
      .poll(() => all.map(isAlive), { timeout: 15_000 })
      .toEqual([false, false, false, false]);
  });

  it("has no guard any more when it ends by itself", async () => {
    using folder = createTemporaryFolder();
    const running = startRunner(
      folder.path,
      "echo $$ > root.pid; while ! test -e go; do sleep 0.05; done",
    );
    await pidIn(join(folder.path, "root.pid"));
    const [guard] = guardsOf(running.pid);
    expect(isAlive(Number(guard))).toBe(true);
    writeFileSync(join(folder.path, "go"), "");
    const [output] = await once(running.stdout, "data");
    expect(String(output)).toBe("0");
    await expect.poll(() => isAlive(Number(guard))).toBe(false);
    running.kill("SIGKILL");
  });
});
