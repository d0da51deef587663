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
} from "../../scripts/electron-runtime.mjs";
import { lockfileProblems } from "../../scripts/check-lockfile.mjs";
import { npmCommand } from "../../scripts/npm.mjs";
import { root as here } from "../../scripts/prepare.mjs";
import { folderToOpen } from "../../scripts/start.mjs";
import { failuresOf, runTests } from "../../scripts/test.mjs";
import { ensureSystemPackages, missingPackages } from "../../scripts/system-packages.mjs";

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
      folder: folder.path,
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

  it("switches Chromium's sandbox off for root only", () => {
    expect([rootSwitches(0), rootSwitches(1000), rootSwitches(-1)]).toEqual([
      ["--no-sandbox"],
      [],
      [],
    ]);
  });
});

describe("npm start", () => {
  it("takes its flag and one folder, from where npm was called, in either order", () => {
    using folder = createTemporaryFolder();
    mkdirSync(join(folder.path, "project"));
    const expected = join(folder.path, "project");
    const from = folder.path;
    expect(folderToOpen([registryFlag, "--", "project"], from)).toBe(expected);
    expect(folderToOpen([expected, registryFlag], "/")).toBe(expected);
    expect(folderToOpen([], from)).toBeUndefined();
  });

  it("says what it does not understand before anything is prepared", () => {
    expect(() => folderToOpen(["--registry"], "/")).toThrow(/"--registry" is not understood/);
    expect(() => folderToOpen(["/tmp", "/usr"], "/")).toThrow(/"\/usr" is not understood/);
    expect(() => folderToOpen(["nowhere"], "/")).toThrow("/nowhere is no folder");
  });
});

describe("npm test", () => {
  const counts = { passed: 3, failed: 0, skipped: 1, failures: [] };

  function parts(electron: { ELECTRON_OVERRIDE_DIST_PATH: string } | undefined) {
    const done: string[] = [];
    return {
      done,
      prepare: () => void done.push("prepare"),
      build: () => void done.push("build"),
      electronFor: async () => electron,
      runProject: (project: string) => {
        done.push(project);
        return counts;
      },
      say: (text: string) => void done.push(text),
    };
  }

  it("runs all the rest without Electron, then fails with the one line to run", async () => {
    const without = parts(undefined);
    expect(await runTests([], without)).toEqual({
      passed: 3,
      failed: 1,
      skipped: 1,
      failures: ["e2e: there is no Electron"],
    });
    expect(without.done).toEqual([
      "prepare",
      "build",
      "core",
      expect.stringContaining("BELAY_REGISTRY_ELECTRON=1 npm test"),
    ]);
  });

  it("runs both parts with it", async () => {
    const whole = parts({ ELECTRON_OVERRIDE_DIST_PATH: "/somewhere" });
    expect(await runTests([], whole)).toEqual({
      passed: 6,
      failed: 0,
      skipped: 2,
      failures: [],
    });
    expect(whole.done.slice(2)).toEqual(["core", "e2e"]);
  });

  it("names each failed test at the end of a long output, with the beginning of why", () => {
    const results = {
      testResults: [
        {
          name: join(here, "test/main/one.test.ts"),
          message: "",
          assertionResults: [
            { status: "passed", fullName: "one stands" },
            {
              status: "failed",
              fullName: "one falls",
              failureMessages: [`Error: not so\n${"    at nowhere\n".repeat(40)}`],
            },
          ],
        },
        {
          name: join(here, "test/main/two.test.ts"),
          message: "Cannot be read",
          assertionResults: [],
        },
      ],
    };
    const [one = "", two, ...others] = failuresOf(results, "core");
    expect(one.split("\n").slice(0, 2)).toEqual([
      "test/main/one.test.ts: one falls",
      "    Error: not so",
    ]);
    expect(one.split("\n").length).toBeLessThan(20);
    expect(two).toBe("test/main/two.test.ts\n    Cannot be read");
    expect(others).toEqual([]);
    expect(failuresOf({}, "e2e")).toEqual(["e2e: ended without naming a failed test"]);
  });
});

describe("npm", () => {
  it("is the one that started the script, else the one in the path", () => {
    const own = "/usr/lib/node_modules/npm/bin/npm-cli.js";
    expect(npmCommand({ environment: { npm_execpath: own }, platform: "linux" })).toEqual([
      process.execPath,
      own,
    ]);
    expect(npmCommand({ environment: {}, platform: "linux" })).toEqual(["npm"]);
    expect(npmCommand({ environment: { npm_execpath: "/yarn.js" }, platform: "win32" })).toEqual([
      "cmd.exe",
      "/d",
      "/c",
      "npm",
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

/** A Debian machine with everything but these, and what was done to it. */
function machine(missing: readonly string[], change: object = {}) {
  const ran: string[] = [];
  const said: string[] = [];
  return {
    ran,
    said,
    platform: "linux" as const,
    isRoot: false,
    hasApt: true,
    isInstalled: (name: string) => !missing.includes(name),
    exists: () => true,
    libraries: () => "",
    apt: (args: readonly string[]) => void ran.push(args.join(" ")),
    say: (line: string) => void said.push(line),
    ...change,
  };
}

describe("missing system packages", () => {
  const failing = {
    isRoot: true,
    apt: () => {
      throw new Error("no network");
    },
  };

  it("are installed by root", () => {
    const root = machine(["libnss3", "git"], { isRoot: true });
    ensureSystemPackages("app", root);
    expect(root.ran).toEqual(["update -qq", "-qq install -y --no-install-recommends libnss3 git"]);
  });

  it("are one line to run for everybody else, who cannot start without the required ones", () => {
    const user = machine(["libnss3", "git"]);
    expect(() => ensureSystemPackages("app", user)).toThrow(/run the line above/);
    expect(user.said.at(-1)).toBe(
      "Run: sudo apt-get install -y --no-install-recommends libnss3 git",
    );
    expect(user.ran).toEqual([]);
  });

  it("stop nothing when Belay runs without them, also where apt fails", () => {
    ensureSystemPackages("app", machine(["git"]));
    const root = machine(["git"], failing);
    ensureSystemPackages("app", root);
    expect(root.said.at(-1)).toBe("Run: apt-get install -y --no-install-recommends git");
    expect(() => ensureSystemPackages("app", machine(["libnss3"], failing))).toThrow(
      /run the line above/,
    );
  });

  it("are named by their libraries on other distributions", () => {
    const all = "libgtk-3.so.0 libasound.so.2 libgbm.so.1 libsecret-1.so.0";
    const fedora = machine([], { hasApt: false, libraries: () => all });
    expect(() => ensureSystemPackages("app", fedora)).toThrow(/install the packages/);
    expect(fedora.said).toEqual(["Belay: libnss3.so is missing (Electron)."]);
    ensureSystemPackages("app", machine([], { hasApt: false }));
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
