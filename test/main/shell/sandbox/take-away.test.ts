import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { noGrants } from "../../../../src/main/shell/sandbox/grants.ts";
import { makePrivateFolders } from "../../../../src/main/shell/sandbox/private-folders.ts";
import { takeAway } from "../../../../src/main/shell/sandbox/take-away.ts";
import { watchSteering } from "../../../../src/main/shell/sandbox/watch-steering.ts";

const nobody = 65_534;
const isRoot = process.geteuid?.() === 0;

/** Modes bind everybody but root: what is tried here is tried as a person without privileges. */
describe.skipIf(process.platform !== "linux")("what steers is taken back", () => {
  let base = "";
  let root = "";
  beforeEach(() => {
    if (isRoot) process.seteuid?.(nobody);
    base = mkdtempSync(join(tmpdir(), "belay-test-"));
    root = join(base, "project");
    mkdirSync(root);
  });
  afterEach(() => {
    if (isRoot) process.seteuid?.(0);
    rmSync(base, { recursive: true, force: true });
  });

  const put = (path: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), "evil");
  };
  const watch = () =>
    watchSteering({
      workspace: root,
      folders: makePrivateFolders(join(base, "data"), "w"),
      grants: noGrants,
      background: false,
      repositories: [],
    });
  const copies = (): readonly string[] =>
    readdirSync(join(base, "data/w/held"), { recursive: true, encoding: "utf8" });

  it.each([
    [
      "in a folder that nobody may change",
      ".cursor/hooks.json",
      { closed: ".cursor", mode: 0o555 },
    ],
    [
      "in a folder that nobody may look into",
      ".cursor/hooks.json",
      { closed: ".cursor", mode: 0o000 },
    ],
    [
      "below a folder that nobody may change",
      ".github/workflows/x.yml",
      { closed: ".github", mode: 0o555 },
    ],
    [
      "below a folder whose names nobody sees",
      ".github/workflows/x.yml",
      { closed: ".github", mode: 0o311 },
    ],
    ["in a project that nobody may change", ".mcp.json", { closed: ".", mode: 0o555 }],
    ["in a project whose names nobody sees", ".mcp.json", { closed: ".", mode: 0o311 }],
  ])("%s", (_where, path, { closed, mode }) => {
    const watched = watch();
    put(path);
    chmodSync(join(root, closed), mode);
    expect(watched.takeBack()).toEqual([expect.stringMatching(/^Took back \.\w/)]);
    expect(existsSync(join(root, path))).toBe(false);
    expect(copies().some((copy) => copy.endsWith(path.split("/").at(-1) ?? ""))).toBe(true);
  });

  it("where a link stands in a folder's place", () => {
    const watched = watch();
    put("elsewhere/workflows/x.yml");
    symlinkSync("elsewhere", join(root, ".github"));
    expect(watched.takeBack()).toEqual([expect.stringMatching(/^Took back \.github,/)]);
    expect(readdirSync(root)).toEqual(["elsewhere"]);
  });

  it("or told of, where there is no room for it, and nothing else is lost by that", () => {
    const watched = watch();
    put(".mcp.json");
    rmSync(join(base, "data/w/held"), { recursive: true });
    writeFileSync(join(base, "data/w/held"), "");
    expect(watched.takeBack()).toEqual([
      ".mcp.json: came to be while it ran, and steers what is executed here. Remove it unless it is yours.",
    ]);
  });

  it("and never another folder's, whatever stands on the way by then", () => {
    mkdirSync(join(base, "other/workflows"), { recursive: true });
    writeFileSync(join(base, "other/workflows/own.yml"), "own");
    put(".github/workflows/x.yml");
    renameSync(join(root, ".github"), join(root, "aside"));
    symlinkSync(join(base, "other"), join(root, ".github"));
    expect(() =>
      takeAway({ base: root, parts: [".github", "workflows"] }, join(base, "held")),
    ).toThrow(/ELOOP|ENOTDIR/);
    expect(readFileSync(join(base, "other/workflows/own.yml"), "utf8")).toBe("own");
  });
});
