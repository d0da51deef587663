import { mkdirSync, realpathSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { findToolchains } from "../../../../src/main/shell/sandbox/find-toolchains.ts";
import { createTemporaryFolder } from "../../../support/temporary-folder.ts";

/** A home folder with these folders in it. */
function createHome(folders: readonly string[]) {
  const folder = createTemporaryFolder();
  const home = join(realpathSync(folder.path), "home");
  for (const path of folders) mkdirSync(join(home, path), { recursive: true });
  const find = (path: readonly string[], more: Readonly<Record<string, string>> = {}) =>
    findToolchains({
      environment: {
        PATH: path.map((one) => (one.startsWith("/") ? one : join(home, one))).join(":"),
        ...more,
      },
      home,
      workspace: join(home, "project"),
    });
  const relative = (paths: readonly string[]): string[] =>
    paths.map((path) => path.replace(`${home}/`, "")).toSorted();
  return { home, find, relative, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

const managers = [
  ".nvm/versions/node/v24/bin",
  ".nvm/.cache",
  ".pyenv/shims",
  ".rustup/toolchains",
  ".cargo/bin",
  ".cargo/registry",
  "go/bin",
  "sdk/go1.25/bin",
  ".local/bin",
  ".local/share/uv/python",
];

it("shows nothing of a version manager that the search path does not lead to", () => {
  using box = createHome(managers);
  expect(box.find(["/usr/bin"]).folders).toEqual([]);
});

it("shows what the search path leads to, without what lies beside it, and what that needs", () => {
  using box = createHome(managers);
  const { folders, path, variables } = box.find([
    ".nvm/versions/node/v24/bin",
    ".cargo/bin",
    ".local/bin",
    "/usr/bin",
  ]);
  expect(box.relative(folders)).toEqual([
    ".cargo/bin",
    ".local/bin",
    ".local/share/uv/python",
    ".nvm/versions",
    ".rustup",
  ]);
  expect(path.split(":").slice(0, 3)).toEqual(
    [".nvm/versions/node/v24/bin", ".cargo/bin", ".local/bin"].map((one) => join(box.home, one)),
  );
  expect(variables["RUSTUP_HOME"]).toBe(join(box.home, ".rustup"));
  expect(variables["CARGO_HOME"]).toBeUndefined();
});

it.each([
  "",
  ".ssh",
  ".ssh/bin",
  ".config/bin",
  ".aws/cli/bin",
  ".gnupg",
  ".kube/bin",
  ".local/share/keyrings",
  ".docker/bin",
  "..",
  "../..",
])("never shows ~/%s, though the search path names it", (name) => {
  using box = createHome([name, ".ssh"]);
  const { folders, path, leftOut } = box.find([name, "/usr/bin"]);
  expect(folders).toEqual([]);
  expect(path).not.toContain(box.home);
  expect(leftOut).toHaveLength(1);
});

it("never shows a folder of keys through a link, nor by a variable", () => {
  using box = createHome([".ssh", "bin"]);
  symlinkSync(join(box.home, ".ssh"), join(box.home, "bin/keys"));
  symlinkSync(box.home, join(box.home, "bin/home"));
  expect(box.find(["bin/keys", "bin/home", "/usr/bin"]).folders).toEqual([]);
  for (const name of ["JAVA_HOME", "NVM_DIR", "GOROOT", "RUSTUP_HOME"])
    for (const value of [box.home, join(box.home, ".ssh"), "/", "/etc", "/root", "/home"])
      expect(box.find(["/usr/bin"], { [name]: value }).folders).toEqual([]);
});
