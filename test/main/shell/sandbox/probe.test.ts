import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createCommandRunner } from "../../../../src/main/shell/command-runner.ts";
import { whyBroken } from "../../../../src/main/shell/sandbox/no-sandbox.ts";
import {
  createSandbox,
  type Sandbox,
  type SandboxOptions,
} from "../../../../src/main/shell/sandbox/sandbox.ts";
import { git } from "../../../support/run-git.ts";
import { noSandboxHere, skipNote } from "../../../support/sandbox-fixture.ts";
import { createTemporaryFolder } from "../../../support/temporary-folder.ts";
import { treeOf } from "../../../support/tree-hash.ts";

interface Box extends Disposable {
  readonly path: string;
  readonly folder: { readonly id: string; readonly root: string };
  sandbox(changed?: Partial<SandboxOptions>): Sandbox;
}

function createBox(): Box {
  const temporary = createTemporaryFolder();
  const path = realpathSync(temporary.path);
  const root = join(path, "project");
  mkdirSync(root);
  const runner = createCommandRunner({
    outputFolder: join(path, "data/outputs"),
    environment: process.env,
  });
  return {
    path,
    folder: { id: "w", root },
    sandbox: (changed = {}) =>
      createSandbox({
        dataFolder: join(path, "data/sandbox"),
        secret: [join(path, "data")],
        environment: process.env,
        home: homedir(),
        platform: "linux",
        version: "1",
        runner,
        ...changed,
      }),
    [Symbol.dispose]: () => temporary[Symbol.dispose](),
  };
}

/** A bubblewrap that does as it is told by a script, and leaves out what is to be missed. */
function fakeBubblewrap(folder: string, script: string): string {
  const path = join(folder, "bwrap");
  writeFileSync(path, `#!/bin/bash\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

describe.skipIf(noSandboxHere !== null)(`the sandbox check${skipNote}`, () => {
  it("passes here, whole, and leaves nothing behind", async () => {
    using box = createBox();
    git(box.folder.root, "init", "-q");
    const before = treeOf(box.folder.root);
    const report = await box.sandbox().probe(box.folder);
    expect(report.attempts.filter(({ passed }) => !passed)).toEqual([]);
    expect(report).toMatchObject({ passed: true, reason: null, workspace: box.folder.root });
    expect(report.attempts.length).toBeGreaterThanOrEqual(14);
    expect(treeOf(box.folder.root)).toEqual(before);
    expect(
      readdirSync(join(box.path, "data/sandbox")).filter((name) => name.startsWith("check-")),
    ).toEqual([]);
    expect(readdirSync(join(box.path, "data/sandbox/w/held"))).toEqual([]);
  });

  it("is remembered for this start of the machine and this version only", async () => {
    using box = createBox();
    expect(await box.sandbox().standing(box.folder)).toBeNull();
    const broken = {
      bubblewrapPlaces: [
        fakeBubblewrap(
          box.path,
          '[ "$1" = --version ] && exec bwrap --version; [ "$1" = --help ] && exec bwrap --help; echo "bwrap: setting up uid map: Permission denied" >&2; exit 1',
        ),
      ],
    };
    expect(await box.sandbox(broken).standing(box.folder)).toBeNull();
    const newer = await box.sandbox({ ...broken, version: "2" }).standing(box.folder);
    expect(newer?.reason).toContain("setting up uid map: Permission denied");
  });

  it.each([
    [
      "the history's mount",
      "s#^--ro-bind-fd$#--bind-fd#",
      ["steering-changed", "git-hook", "git-removed", "own-git"],
    ],
    ["the network's namespace", "/^--unshare-net$/d", ["network"]],
    ["the processes' namespace", "/^--unshare-pid$/d", ["kill", "processes"]],
  ])("fails without %s", async (_what, edit, ids) => {
    using box = createBox();
    git(box.folder.root, "init", "-q");
    // Takes the guard out of the arguments, as an old or changed bubblewrap would.
    const program = fakeBubblewrap(
      box.path,
      `[ $# -lt 3 ] && exec bwrap "$@"
values=()
for value in "$@"; do
  [ "$value" = -- ] && break
  kept=$(printf '%s\\n' "$value" | sed '${edit}'); [ -n "$kept" ] && values+=("$kept")
done
while [ "$1" != -- ]; do shift; done
exec bwrap "\${values[@]}" "$@"`,
    );
    const report = await box.sandbox({ bubblewrapPlaces: [program] }).probe(box.folder);
    expect(report.passed).toBe(false);
    const failed = report.attempts.filter(({ passed }) => !passed).map(({ id }) => id);
    for (const id of ids) expect(failed).toContain(id);
    expect(existsSync(join(box.folder.root, ".git/HEAD"))).toBe(true);
    expect(
      readdirSync(join(box.folder.root, ".git")).filter((name) => name.startsWith("belay")),
    ).toEqual([]);
  });
});

describe("without a sandbox", () => {
  it("says that bubblewrap is missing, and how to get it", async () => {
    using box = createBox();
    const sandbox = box.sandbox({ bubblewrapPlaces: [] });
    const report = await sandbox.probe(box.folder);
    expect(report).toMatchObject({ passed: false, mechanism: "none", attempts: [] });
    expect(report.remedy).toContain("apt install bubblewrap");
    expect(await sandbox.standing(box.folder)).toEqual({
      reason: report.reason,
      remedy: report.remedy,
    });
    await expect(sandbox.launcher(box.folder)).rejects.toThrow(/bubblewrap is not installed/);
  });

  it.each(["win32", "darwin"] as const)("says so on %s", async (platform) => {
    using box = createBox();
    expect((await box.sandbox({ platform }).standing(box.folder))?.remedy).toContain(
      "Read each command",
    );
  });

  it("does not confine to the whole disk", async () => {
    using box = createBox();
    const all = { id: "w", root: "/" };
    expect((await box.sandbox().standing(all))?.reason).toContain("cannot be kept to it");
  });

  it.each([
    ["kernel/apparmor_restrict_unprivileged_userns", "1", "/etc/apparmor.d/bwrap"],
    ["kernel/unprivileged_userns_clone", "0", "sysctl kernel.unprivileged_userns_clone=1"],
    ["user/max_user_namespaces", "0", "sysctl user.max_user_namespaces"],
    ["none", "", "bwrap --unshare-all"],
  ])("names the setting %s and its remedy", (name, value, remedy) => {
    const words = "bwrap: setting up uid map: Permission denied\n";
    const why = whyBroken(words, (asked) => (asked === name ? value : null));
    expect(why.reason).toContain("setting up uid map: Permission denied");
    expect(why.remedy).toContain(remedy);
  });
});
