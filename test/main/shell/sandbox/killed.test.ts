import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { sweepOrphans } from "../../../../src/main/shell/orphans.ts";
import { findTree } from "../../../../src/main/shell/process-tree.ts";
import { git } from "../../../support/run-git.ts";
import { isAlive, pidIn, processOf } from "../../../support/processes.ts";
import { createSandboxFixture, noSandboxHere, skipNote } from "../../../support/sandbox-fixture.ts";
import { createTemporaryFolder } from "../../../support/temporary-folder.ts";
import { treeOf } from "../../../support/tree-hash.ts";

const forever = fileURLToPath(new URL("../../../support/confined-forever.ts", import.meta.url));
const bareForever = fileURLToPath(
  new URL("../../../support/run-command-forever.ts", import.meta.url),
);

/** Processes whose environment holds these words: nothing of a command can shed what it was started with. */
function carrying(words: string): string[] {
  return readdirSync("/proc").filter((name) => {
    try {
      return (
        /^\d+$/.test(name) &&
        !/\) [ZX]/.test(readFileSync(`/proc/${name}/stat`, "latin1")) &&
        readFileSync(`/proc/${name}/environ`, "latin1").includes(words)
      );
    } catch {
      return false;
    }
  });
}

const guarded = {
  ".vscode/tasks.json": "{}",
  ".envrc": "a",
  ".github/workflows/a.yml": "on: push\n",
};
/** Leaves processes in sessions of their own, and tries what would need a mount point to be kept from. */
const line =
  "(setsid sleep 300 &); mkdir -p .git/hooks .claude 2>/dev/null; echo x > .git/config; echo x > .vscode/tasks.json; rm -rf .git .github; cat a.txt >/dev/null; sleep 0.0";

describe.skipIf(noSandboxHere !== null)(`a sandbox that is killed${skipNote}`, () => {
  it.each(["Belay", "bubblewrap"])(
    "at any moment, by the end of %s, leaves no file, no mount and no process",
    async (who) => {
      await using box = createSandboxFixture({ "a.txt": "a", ...guarded });
      git(box.root, "init", "-q");
      git(box.root, "add", ".");
      git(box.root, "commit", "-qm", "one");
      const before = treeOf(box.root);
      const beside = readdirSync(dirname(box.root));
      const mounts = readFileSync("/proc/self/mountinfo", "utf8");
      const data = join(box.outside, "data");
      for (let round = 0; round < 5; round += 1) {
        // The marker is in the child's environment and in everything that it starts.
        const words = `killed-${who}-${round}-${process.pid}`;
        const child = spawn(process.execPath, [forever, box.root, data, `: ${words}; ${line}`], {
          stdio: ["ignore", "pipe", "inherit"],
          env: { ...process.env, LC_BELAY: words },
        });
        const wanted = 1 + (round % 3);
        let begun = "";
        while (begun.length < wanted) begun += String((await once(child.stdout, "data"))[0]);
        await sleep(round * 9);
        if (who === "bubblewrap") for (const pid of sandboxesOf(child.pid ?? -1)) endNow(pid);
        child.kill("SIGKILL");
        await once(child, "close");
        await expect.poll(() => carrying(words)).toEqual([]);
        const now = treeOf(box.root);
        // What steers and was planted while it ran is taken back by whoever outlives the command; here nobody does.
        for (const path of Object.keys(now)) if (path.startsWith(".claude")) delete now[path];
        expect(now).toEqual(before);
      }
      expect(readFileSync("/proc/self/mountinfo", "utf8")).toBe(mounts);
      expect(readdirSync(dirname(box.root))).toEqual(beside);
      expect(readdirSync(join(data, "w")).toSorted()).toEqual([
        "calls.bpf",
        "etc",
        "held",
        "home",
        "run",
        "tmp",
      ]);
    },
  );
});

it("takes nobody's group for a command's: 0 is half of a container's processes, 1 the first of all", async () => {
  for (const pid of [null, 0, 1, -1]) expect(await findTree({ pid, marker: "o-none" })).toEqual([]);
});

describe.skipIf(process.platform !== "linux")("what an earlier Belay left running", () => {
  it("is ended at the next start, though its guard was killed too; what others own stays", async () => {
    using folder = createTemporaryFolder();
    const start = (command: string) =>
      spawn(process.execPath, [bareForever, folder.path, join(folder.path, "outputs"), command], {
        stdio: ["ignore", "ignore", "inherit"],
      });
    const gone = start("(setsid sh -c \"trap '' TERM; sleep 300.0931; true\" &) ; sleep 300.0932");
    const alive = start("echo $$ > up; sleep 300.0933; true");
    const left = [await processOf("sleep 300.0931"), await processOf("sleep 300.0932")];
    await pidIn(join(folder.path, "up"));
    const kept = await processOf("sleep 300.0933");
    for (const pid of guardsOf(gone.pid ?? -1)) endNow(pid);
    gone.kill("SIGKILL");
    await once(gone, "close");
    expect(left.map(isAlive)).toEqual([true, true]);
    expect(await sweepOrphans()).toBe(1);
    expect(left.map(isAlive)).toEqual([false, false]);
    expect(isAlive(kept)).toBe(true);
    alive.kill("SIGKILL");
    await once(alive, "close");
    await expect.poll(() => isAlive(kept), { timeout: 20_000 }).toBe(false);
    expect(existsSync(join(folder.path, "up"))).toBe(true);
  });
});

function endNow(pid: number): void {
  // 0 and -1 would be everybody.
  if (pid <= 1) throw new Error("no process");
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // gone before
  }
}

const childrenOf = (parent: number): { readonly pid: number; readonly line: string }[] =>
  execFileSync("ps", ["-axo", "pid=,ppid=,args="], { encoding: "utf8" })
    .split("\n")
    .flatMap((row) => {
      const [pid = "", of = "", ...words] = row.trim().split(/ +/);
      return Number(of) === parent ? [{ pid: Number(pid), line: words.join(" ") }] : [];
    });

const guardsOf = (parent: number): number[] =>
  childrenOf(parent).flatMap(({ pid, line: words }) =>
    words.includes("belay-guard") ? [pid] : [],
  );

const sandboxesOf = (parent: number): number[] =>
  childrenOf(parent).flatMap(({ pid, line: words }) => (words.includes("bwrap") ? [pid] : []));
