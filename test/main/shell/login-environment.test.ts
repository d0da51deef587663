import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { askLoginShell, type LoginOptions } from "../../../src/main/shell/login-environment.ts";
import { loginVariables } from "../../../src/main/shell/sandbox/toolchain-table.ts";
import { isAlive, pidIn } from "../../support/processes.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

/** A home folder whose start file is this. */
async function ask(startFile: string, over: Partial<LoginOptions> = {}) {
  using folder = createTemporaryFolder();
  writeFileSync(join(folder.path, ".bash_profile"), startFile);
  const environment = {
    HOME: folder.path,
    SHELL: "/bin/bash",
    PATH: "/usr/bin:/bin",
    OWN: "kept",
  };
  const options = { environment, home: folder.path, allowed: loginVariables(), ...over };
  const found = await askLoginShell(options);
  return { ...found, home: folder.path };
}

describe.skipIf(process.platform === "win32")("the login shell", () => {
  it("is asked for its search path and for toolchains, and for nothing else", async () => {
    const { variables, source } = await ask(
      [
        'export PATH="$HOME/tools/bin:$PATH" NVM_DIR="$HOME/.nvm" LANG=C.UTF-8',
        "export MY_TOKEN=planted AWS_SECRET_ACCESS_KEY=planted",
        "export JAVA_HOME=https://name:planted@host MAKEFLAGS=sk-planted0123456789abc",
        "printenv() { echo PATH=/wrong; }; env() { echo PATH=/wrong; }; printf() { echo no; }",
      ].join("\n"),
    );
    expect(source).toBe("the login shell /bin/bash");
    expect(variables["PATH"]).toMatch(/^[^:]+\/tools\/bin:.*:\/usr\/bin:\/bin$/);
    expect(variables["NVM_DIR"]).toMatch(/\/\.nvm$/);
    expect(variables["OWN"]).toBe("kept");
    expect(JSON.stringify(variables)).not.toContain("planted");
  });

  it("may print what it likes", async () => {
    const { variables } = await ask(
      'echo "PATH=/noise"; printf "PATH=/noise\\0"; head -c 200000 /dev/urandom; export PATH=/found:$PATH; trap "echo PATH=/after" EXIT',
    );
    expect(variables["PATH"]).toMatch(/^\/found:/);
  });

  it.each([
    ["hangs", "sleep 60", "took longer than 0.4 s"],
    ["waits for input", "read answer; sleep 60", "took longer than 0.4 s"],
    ["ends", "exit 1", "ended without an answer"],
    ["becomes another program", "exec true", "ended without an answer"],
    ["never stops printing", "exec yes", "took longer than 0.4 s|printed too much"],
  ])(
    "does no harm when it %s: Belay's own environment counts, with the reason",
    async (_what, line, why) => {
      const { variables, source } = await ask(line, { timeoutMs: 400 });
      expect(variables["PATH"]).toBe("/usr/bin:/bin");
      expect(source).toMatch(new RegExp(`^Belay's own environment: /bin/bash (?:${why})$`));
    },
  );

  it("is ended with what it started, also where that holds its output", async () => {
    using folder = createTemporaryFolder();
    const file = join(folder.path, "pid");
    const { source } = await ask(`sleep 300 & echo $! > ${file}; export PATH=/found`);
    expect(source).toBe("the login shell /bin/bash");
    const pid = await pidIn(file);
    await expect.poll(() => isAlive(pid)).toBe(false);
  });

  it.each([
    [undefined, "no login shell is named"],
    ["bash", "no login shell is named"],
    ["/bin/false", "/bin/false is no shell that Belay knows"],
    ["/nowhere/bash", "no login shell is named"],
  ])("is not run when it is %j", async (shell, why) => {
    const environment = { PATH: "/usr/bin", ...(shell === undefined ? {} : { SHELL: shell }) };
    const { variables, source } = await ask("exit 1", { environment });
    expect([variables, source]).toEqual([environment, `Belay's own environment: ${why}`]);
  });

  it("runs in the home folder, whatever project is open", async () => {
    using folder = createTemporaryFolder();
    const project = join(folder.path, "project");
    mkdirSync(project);
    const { variables, home } = await ask('export PATH="$PWD:$PATH"');
    expect(variables["PATH"]?.startsWith(`${home}:`)).toBe(true);
  });
});
