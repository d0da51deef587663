import { expect, test } from "vitest";
import { foldersInUse, isHeavyFolder } from "../../../../src/main/workspace/scan/heavy-folders.ts";

const heavy = (name: string, siblings: string[] = [], files: string[] = []): boolean =>
  isHeavyFolder({ name, siblings, inside: (file) => files.includes(file) });

test("dependency folders count by their name, words that people use by evidence only", () => {
  expect(heavy("node_modules")).toBe(true);
  expect(heavy("__pycache__")).toBe(true);
  const words = ["target", "venv", "env", "build", "vendor", "deps", "dist", "out", "src"];
  expect(words.filter((name) => heavy(name, ["README.md"], ["index.ts"]))).toEqual([]);
  expect(heavy("target", ["Cargo.toml", "src"])).toBe(true);
  expect(heavy("target", [], ["CACHEDIR.TAG"])).toBe(true);
  expect(heavy("env", [], ["pyvenv.cfg"])).toBe(true);
  // Made by hand and by tools alike, and small: covered.
  expect(heavy("dist", ["package.json"])).toBe(false);
});

test("a folder with a tracked file in it is in use, and so is each one around it", () => {
  const paths = ["node_modules/a/node_modules/b/x", "src/target/y", "plain/z", "node_modules"];
  expect([...foldersInUse(paths)]).toEqual([
    "node_modules",
    "node_modules/a/node_modules",
    "src/target",
  ]);
});
