import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { git } from "../../../support/run-git.ts";
import {
  attackOutputs,
  attackScript,
  otherAttacks,
  pathAttacks,
} from "../../../support/sandbox-attacks.ts";
import {
  createSandboxFixture,
  noSandboxHere,
  skipNote,
  type SandboxFixture,
} from "../../../support/sandbox-fixture.ts";
import { treeOf } from "../../../support/tree-hash.ts";

const secret = "planted-secret-5b1f";
describe.skipIf(noSandboxHere !== null)(`a hostile command${skipNote}`, () => {
  let box: SandboxFixture;
  let before: Record<string, string>;
  let guardedBefore: Record<string, string>;
  let outputs: readonly string[] = [];
  const places = { outside: "/OUTSIDE", root: "/OUTSIDE/project", home: homedir() };
  const attacks = [...pathAttacks(places), ...otherAttacks(places)];
  const here = (text: string): string => text.replaceAll("/OUTSIDE", box.outside);

  const outsideTree = (): Record<string, string> =>
    Object.fromEntries(
      Object.entries(treeOf(box.outside)).filter(
        ([path]) => !/^(project|data\/(sandbox|outputs))(\/|$)/.test(path),
      ),
    );
  const guardedTree = (): Record<string, string> =>
    Object.fromEntries(
      [".git", "nested/.git", ".vscode", ".github/workflows"].flatMap((folder) =>
        Object.entries(treeOf(join(box.root, folder))).map(([path, state]) => [
          `${folder}/${path}`,
          state,
        ]),
      ),
    );

  beforeAll(async () => {
    box = createSandboxFixture({ "a.txt": "a\n", ".envrc": "x", ".vscode/tasks.json": "{}" });
    box.put(".github/workflows/ci.yml", "on: push\n");
    git(box.root, "init", "-q");
    git(box.root, "add", "a.txt");
    git(box.root, "commit", "-qm", "first");
    mkdirSync(join(box.root, "nested"));
    git(join(box.root, "nested"), "init", "-q");
    mkdirSync(join(box.outside, "someone/.ssh"), { recursive: true });
    for (const path of ["secret.txt", "data/settings.json", "someone/.ssh/id_ed25519"])
      writeFileSync(join(box.outside, path), `${secret}\n`);
    // In the project already, as a hostile repository would have them.
    symlinkSync(join(box.outside, "someone"), join(box.root, ".claude"));
    copyFileSync("/usr/bin/id", join(box.root, "setuid"));
    chmodSync(join(box.root, "setuid"), 0o4755);
    before = outsideTree();
    guardedBefore = guardedTree();
    const planted = { ...process.env, PLANTED_VARIABLE: "1" };
    const stranger = execFileSync("sh", ["-c", "sleep 60 >/dev/null 2>&1 & echo $!"], {
      env: planted,
    });
    const script = attackScript(
      attacks.map(({ name, script: text }) => ({ name, script: here(text) })),
    );
    const done = await box.runner.run(
      {
        command: `{ ${script}\n} > attacks.log 2>&1`,
        cwd: box.root,
        signal: new AbortController().signal,
        onOutput: () => undefined,
        launcher: box.launcher({}, ["nested/.git"]),
      },
      100_000,
    );
    process.kill(Number(String(stranger)));
    if (done.timedOut) throw new Error("the attacks took too long");
    outputs = attackOutputs(readFileSync(join(box.root, "attacks.log"), "latin1"), attacks);
  });
  afterAll(async () => box[Symbol.asyncDispose]());

  it("tried all of it", () => {
    expect(attacks.length).toBeGreaterThan(300);
    expect(outputs).toHaveLength(attacks.length);
    // Most of what fails says so: a script that never ran would be silent.
    expect(outputs.filter((text) => text !== "").length).toBeGreaterThan(attacks.length / 2);
  });

  it("gets nowhere", () => {
    const gotThrough = attacks.flatMap(({ name }, index) => {
      const text = outputs[index] ?? "";
      return text.includes(secret) || text.includes("ESCAPED") ? [`${name}: ${text}`] : [];
    });
    expect(gotThrough).toEqual([]);
  });

  it("left everything outside, the histories and the guarded files as they were", () => {
    expect(outsideTree()).toEqual(before);
    expect(guardedTree()).toEqual(guardedBefore);
    expect(readFileSync(join(box.root, ".envrc"), "utf8")).toBe("x");
    expect(existsSync(join(homedir(), ".config/autostart/x"))).toBe(false);
  });

  it("does not reach a server of this machine, by port or by socket in the file system", async () => {
    const server = createServer((socket) => socket.end(secret));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const socketPath = join(box.outside, "agent.sock");
    const agent = createServer((socket) => socket.end(secret));
    await new Promise<void>((resolve) => agent.listen(socketPath, resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const client = `const net = require("node:net");
      for (const to of [{ port: ${port}, host: "127.0.0.1" }, { path: ${JSON.stringify(socketPath)} }])
        net.connect(to).on("data", (d) => console.log(String(d))).on("error", (e) => console.log(e.code));`;
    const done = await box.run(`node -e '${client}'`);
    server.close();
    agent.close();
    rmSync(socketPath, { force: true });
    expect(done.output).not.toContain(secret);
    expect(done.output).toContain("ECONNREFUSED");
    expect(done.output).toContain("ENOENT");
  });

  it("kills nobody but itself", async () => {
    const stranger = Number(
      String(execFileSync("sh", ["-c", "sleep 60 >/dev/null 2>&1 & echo $!"])),
    );
    await box.run("kill -9 -1");
    await box.run(`kill -9 ${stranger}; kill -9 1 2 3`);
    expect(() => process.kill(stranger, 0)).not.toThrow();
    process.kill(stranger);
  });

  const isRoot = process.getuid?.() === 0;
  it.skipIf(isRoot)(
    `runs no more processes than the limit${isRoot ? " (skipped: the kernel does not hold root to it)" : ""}`,
    async () => {
      const done = await box.run("ulimit -u 64; for i in $(seq 200); do sleep 5 & done; wait");
      expect(done.output).toContain("Resource temporarily unavailable");
    },
  );
});
