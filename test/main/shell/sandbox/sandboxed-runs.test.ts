import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { callFilter } from "../../../../src/main/shell/sandbox/call-filter.ts";
import { findGitPlace } from "../../../../src/main/shell/sandbox/git-place.ts";
import { git } from "../../../support/run-git.ts";
import { createSandboxFixture, noSandboxHere, skipNote } from "../../../support/sandbox-fixture.ts";
import { treeOf } from "../../../support/tree-hash.ts";

describe.skipIf(noSandboxHere !== null)(`a sandboxed command${skipNote}`, () => {
  it("writes in its folder, its home and its temporary folder, which the next one finds again", async () => {
    await using box = createSandboxFixture({ "a.txt": "a" });
    const first = await box.run("echo b > b.txt; echo h > ~/h; echo t > /tmp/t; rm a.txt");
    expect(first).toMatchObject({ exitCode: 0, output: "" });
    expect(readdirSync(box.root)).toEqual(["b.txt"]);
    const second = await box.run("cat b.txt ~/h /tmp/t /var/tmp/t");
    expect(second.output).toBe("b\nh\nt\nt\n");
  });

  it("sees of /etc what programs need, and nothing of who is here", async () => {
    await using box = createSandboxFixture();
    const done = await box.run(
      "id -un; getent hosts localhost | head -1; date -d @0 +%Y; wc -c </etc/services; ls /etc | grep -cE '^(shadow|machine-id|sudoers|ssh|crontab)$'; touch /etc/new /etc/passwd",
    );
    expect(done.output).toMatch(/^belay\n\S+ +localhost.*\n1970\n[1-9]\d+\n0\n/);
    expect(done.output.match(/Read-only file system/g)).toHaveLength(2);
  });

  it("sees an environment made from nothing", async () => {
    process.env["PLANTED_TOKEN"] = "planted-token";
    await using box = createSandboxFixture();
    const done = await box.run("env");
    delete process.env["PLANTED_TOKEN"];
    expect(done.output).not.toContain("planted-token");
    expect(done.output).toContain("HOME=/belay/home\n");
    expect(done.output).toContain("npm_config_cache=/belay/home/.cache/npm\n");
  });

  it("reads git and cannot change it, until that is granted; hooks stay as they are", async () => {
    await using box = createSandboxFixture({ "a.txt": "a\n" });
    git(box.root, "init", "-q", "-b", "main");
    git(box.root, "add", ".");
    git(box.root, "commit", "-qm", "first");
    box.put("a.txt", "b\n");
    const read = await box.run("git status --short; git diff | tail -1; git log --format=%s");
    expect(read.output).toBe(" M a.txt\n+b\nfirst\n");
    const commit = "git -c user.name=t -c user.email=t@e.invalid commit -qam second";
    const denied = await box.run(commit);
    expect(denied.exitCode).not.toBe(0);
    expect(denied.output).toContain("Read-only file system");
    const allowed = await box.run(`${commit} && git log --format=%s`, { gitHistory: true });
    expect(allowed.output).toBe("second\nfirst\n");
    const hook = await box.run("echo x > .git/hooks/pre-commit; git config core.hooksPath /tmp", {
      gitHistory: true,
    });
    expect(hook.output).toMatch(/hooks\/pre-commit: Read-only file system/);
    expect(readFileSync(join(box.root, ".git/config"), "utf8")).not.toContain("hooksPath");
  });

  it("works in a linked worktree, whose history lies outside, and cannot change it", async () => {
    await using box = createSandboxFixture();
    const main = join(box.outside, "main");
    mkdirSync(main);
    git(main, "init", "-q");
    git(main, "commit", "-qm", "first", "--allow-empty");
    git(box.root, "-C", main, "worktree", "add", "-qf", "--detach", box.root);
    const before = treeOf(join(main, ".git"));
    const done = await box.run(
      `git log --format=%s; echo x > ${main}/.git/config; echo x > .git; rm -rf ${main}/.git`,
    );
    expect(done.output).toContain("first\n");
    expect(treeOf(join(main, ".git"))).toEqual(before);
  });

  it("is shown no folder for a `.git` file that names one which does not name it back", async () => {
    await using box = createSandboxFixture();
    const other = join(box.outside, "other");
    mkdirSync(join(other, "objects"), { recursive: true });
    writeFileSync(join(other, "HEAD"), "planted-secret");
    box.put(".git", `gitdir: ${other}\n`);
    expect(findGitPlace(box.root).folders.map(({ path }) => path)).toEqual([
      join(box.root, ".git"),
    ]);
    const done = await box.run(`cat ${other}/HEAD; git status`);
    expect(done.output).not.toContain("planted-secret");
  });

  it("takes back what steers and was not there, keeps a copy, and leaves it where it was granted", async () => {
    await using box = createSandboxFixture({ ".github/a.md": "" });
    const plant =
      "echo x > .mcp.json; mkdir .github/workflows; ln -s /etc .claude; git init -q; echo kept > own";
    const done = await box.run(plant);
    expect(readdirSync(box.root).toSorted()).toEqual([".github", "own"]);
    expect(readdirSync(join(box.root, ".github"))).toEqual(["a.md"]);
    expect(done.notes).toHaveLength(4);
    const copy = /safety copy is in (.+), for 30 days at least\.$/.exec(
      done.notes.find((note) => note.includes(".mcp.json")) ?? "",
    );
    expect(readFileSync(join(copy?.[1] ?? "", ".mcp.json"), "utf8")).toBe("x\n");
    const granted = await box.run(plant, { steering: true, gitHistory: true });
    expect(granted.notes).toEqual([]);
    expect(readdirSync(box.root).toSorted()).toEqual([
      ".claude",
      ".git",
      ".github",
      ".mcp.json",
      "own",
    ]);
  });

  it("reaches a granted folder, and no link to another or Belay's own", async () => {
    await using box = createSandboxFixture();
    const granted = join(box.outside, "granted");
    mkdirSync(granted);
    symlinkSync(join(box.outside, "data"), join(box.outside, "link"));
    const done = await box.run(`echo x > ${granted}/x && cat ${granted}/x`, {
      writable: [granted],
    });
    expect(done.output).toBe("x\n");
    expect((await box.run(`echo y > ${granted}/x`, { readable: [granted] })).exitCode).not.toBe(0);
    for (const [path, why] of [
      ["link", "leads to"],
      ["data", "Belay's own"],
      ["none", "There is no"],
    ] as const)
      await expect(box.run("true", { readable: [join(box.outside, path)] })).rejects.toThrow(why);
  });

  it("ends with its namespace: what it leaves behind is counted and gone", async () => {
    await using box = createSandboxFixture();
    const done = await box.run("(setsid sleep 300.0711 &) ; (setsid sleep 300.0711 &); sleep 0.5");
    expect(done).toMatchObject({ exitCode: 0, leftBehind: 2 });
    // By a line of its own: other tests run commands at the same time.
    await expect.poll(() => atWork("sleep", "300.0711")).toEqual([]);
  });

  it("is given two seconds to end when it is stopped", async () => {
    await using box = createSandboxFixture();
    const abort = new AbortController();
    const running = box.runner.run(
      {
        command: "trap 'echo tidy > tidied; exit 0' TERM; touch up; while :; do sleep 0.05; done",
        cwd: box.root,
        signal: abort.signal,
        onOutput: () => undefined,
        launcher: box.launcher(),
      },
      60_000,
    );
    while (!existsSync(join(box.root, "up"))) await sleep(20);
    abort.abort();
    expect(await running).toMatchObject({ cancelled: true });
    expect(existsSync(join(box.root, "tidied"))).toBe(true);
  });

  it("passes on no descriptor that Belay was started with", async () => {
    await using box = createSandboxFixture();
    const done = await box.run("for one in /proc/self/fd/*; do echo ${one##*/}; done");
    const numbers = done.output.trim().split("\n").map(Number);
    expect(numbers.filter((number) => number > 3)).toEqual([]);
  });

  it("says with the code that it ended by a signal", async () => {
    await using box = createSandboxFixture();
    expect(await box.run("kill -TERM $$")).toMatchObject({ exitCode: 143 });
  });
});

describe("callFilter", () => {
  it("is whole instructions whose jumps stay inside", () => {
    for (const processor of ["x64", "arm64"]) {
      const program = callFilter(processor) ?? Buffer.alloc(0);
      const count = program.length / 8;
      expect(Number.isInteger(count) && count > 20).toBe(true);
      for (let index = 0; index < count; index += 1) {
        const jump = Math.max(program[index * 8 + 2] ?? 0, program[index * 8 + 3] ?? 0);
        expect(index + jump + 1).toBeLessThanOrEqual(count - (jump === 0 ? 0 : 1));
      }
    }
    expect(callFilter("mips")).toBeNull();
  });

  it.skipIf(noSandboxHere !== null || process.arch !== "x64")(
    "refuses keyrings, mounts and characters for a terminal",
    async () => {
      await using box = createSandboxFixture();
      const python = `import ctypes, fcntl, errno
libc = ctypes.CDLL(None, use_errno=True)
def call(*values):
    print(libc.syscall(*values), errno.errorcode.get(ctypes.get_errno()))
call(250, 0, 0, 0)
call(165, None, b"/tmp", b"tmpfs", 0, None)
call(425, 1, None)
import pty, os
leader, follower = pty.openpty()
try:
    fcntl.ioctl(follower, 0x5412, b"x")
except OSError as error:
    print(errno.errorcode[error.errno])
print(fcntl.ioctl(follower, 0x5413, b"        ") is not None)`;
      const done = await box.run(`/usr/bin/python3 - <<'END'\n${python}\nEND`);
      expect(done.output).toBe("-1 EPERM\n-1 EPERM\n-1 EPERM\nEPERM\nTrue\n");
    },
  );
});

/** Processes with exactly these arguments; zombies are not. */
function atWork(...values: readonly string[]): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const state = readFileSync(`/proc/${name}/stat`, "latin1");
        return (
          !state.includes(") Z ") &&
          readFileSync(`/proc/${name}/cmdline`, "latin1") === `${values.join("\0")}\0`
        );
      } catch {
        return false;
      }
    });
}
