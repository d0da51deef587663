import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A folder with a neighbour, and links of every kind between them. `secret` must never be read, changed, moved or removed. */
export interface EscapeGround {
  readonly root: string;
  readonly outside: string;
}

/** Fills `folder` with `project` and `outside`. */
export function createEscapeGround(folder: string): EscapeGround {
  const [root, outside] = [join(folder, "project"), join(folder, "outside")];
  for (const path of [root, outside, `${root}-twin`, join(root, "sub/inner"), join(outside, "in")])
    mkdirSync(path, { recursive: true });
  writeFileSync(join(outside, "secret"), "secret");
  writeFileSync(join(outside, "in/secret"), "secret");
  writeFileSync(join(`${root}-twin`, "secret"), "secret");
  writeFileSync(join(root, "file"), "file");
  writeFileSync(join(root, "sub/file"), "file");
  const link = (target: string, path: string): void => symlinkSync(target, join(root, path));
  link(outside, "out");
  link("../outside", "out-relative");
  link("../../outside", "sub/out");
  link(join(outside, "secret"), "secret-link");
  link("../outside/secret", "secret-relative");
  link("secret-link", "twice");
  link("out", "folder-twice");
  link("/", "slash");
  link("/proc/self/root", "proc");
  link("/dev/null", "device");
  link("..", "up");
  link("../..", "sub/up");
  link(join(outside, "missing"), "dangling-out");
  link("nowhere", "dangling");
  link("loop", "loop");
  link(`${root}-twin`, "twin");
  link("sub", "inside");
  execFileSync("git", ["init", "-q", root]);
  execFileSync("git", [
    "init",
    "-q",
    "--separate-git-dir",
    join(root, "meta"),
    join(root, "other"),
  ]);
  // The same bytes under another name: writing the name inside must not reach the one outside.
  linkSync(join(outside, "secret"), join(root, "hard"));
  execFileSync("mkfifo", [join(root, "pipe")]);
  return { root, outside };
}

/** Paths that lead out by themselves or over a parent: refused for reading and writing, as "denied". */
export const escapingPaths: readonly string[] = [
  "..",
  "../",
  "../outside/secret",
  "../project-twin/secret",
  "./../outside/secret",
  "sub/../../outside/secret",
  "sub/inner/../../../outside/secret",
  "missing/../../outside/secret",
  "a/b/../../../outside/secret",
  "sub//..//..//outside/secret",
  "/etc/passwd",
  "//etc/passwd",
  "///etc/passwd",
  "/proc/self/root/etc/passwd",
  "/proc/self/cwd/../secret",
  "/dev/stdin",
  "~",
  "~/.ssh/id_rsa",
  "C:\\Windows\\win.ini",
  "c:/Windows/win.ini",
  "C:secret",
  "\\\\server\\share\\secret",
  "//server/share/secret",
  "\\\\?\\C:\\secret",
  "\\\\.\\PhysicalDrive0",
  "file\0",
  "\0",
  "sub/\0/../../outside/secret",
  "file\0/../../outside/secret",
  "out/secret",
  "out/in/secret",
  "out/new",
  "out/in/../secret",
  "out-relative/secret",
  "sub/out/secret",
  "inside/out/secret",
  "folder-twice/secret",
  "slash/etc/passwd",
  "proc/etc/passwd",
  "up/outside/secret",
  "sub/up/outside/secret",
  "twin/secret",
  "dangling/new",
  "dangling-out/new",
  "loop/new",
  "x".repeat(256),
];

/** Links as the last part whose target is outside or nowhere: refused for reading, and for writing through them. */
export const escapingLinks: readonly string[] = [
  "secret-link",
  "secret-relative",
  "twice",
  "device",
  "dangling",
  "dangling-out",
  "loop",
];

/** Inside, and still not to be written: git's own, by every spelling. */
export const gitPaths: readonly string[] = [
  ".git/config",
  ".git/hooks/pre-commit",
  ".GIT/config",
  ".Git/hooks/post-checkout",
  "sub/../.git/config",
  "./.git/HEAD",
  ".git",
  "sub/.git/config",
  "new/.git/hooks/x",
  "git~1/config",
  ".g\u200cit/config",
  "\ufeff.git/config",
  "other/.git",
  "meta/config",
  "meta/hooks/pre-commit",
  "meta/refs/heads/main",
];
