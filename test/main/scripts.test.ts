import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
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

  it("does not take an unpacking that was cut off", async () => {
    using fresh = freshCheckout("process.exit(0);");
    mkdirSync(join(fresh.root, "node_modules/electron/dist"));
    writeFileSync(join(fresh.root, "node_modules/electron/dist/electron"), "");
    await expect(fresh.resolve(deadMirror)).rejects.toThrow(/could not be fetched/);
  });

  it("switches Chromium's sandbox off for root only", () => {
    expect([rootSwitches(0), rootSwitches(1000), rootSwitches(-1)]).toEqual([
      ["--no-sandbox"],
      [],
      [],
    ]);
  });
});

const unpack = `
  const { mkdirSync, writeFileSync } = require("node:fs");
  const { join } = require("node:path");
  mkdirSync(join(__dirname, "dist"), { recursive: true });
  writeFileSync(join(__dirname, "dist/electron"), "");
  writeFileSync(join(__dirname, "path.txt"), "electron");
`;
const deadMirror = "http://127.0.0.1:9/";

/** A checkout whose electron package has this installer and no Electron yet. */
function freshCheckout(installer: string) {
  const folder = createTemporaryFolder();
  const electron = join(folder.path, "node_modules/electron");
  mkdirSync(electron, { recursive: true });
  writeFileSync(join(electron, "package.json"), '{"version":"45.4.1"}');
  writeFileSync(join(electron, "install.js"), installer);
  return {
    root: folder.path,
    resolve: (mirror: string) =>
      resolveElectron({
        root: folder.path,
        environment: { ELECTRON_MIRROR: mirror },
        platform: "linux",
        arch: "x64",
        waits: { patience: 300, grace: 300 },
      }),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

async function openMirror(answer: RequestListener) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}/`,
    [Symbol.dispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

describe("fetching Electron", () => {
  it("asks the mirror for the archive of this version, and lets a slow download take its time", async () => {
    const asked: (string | undefined)[] = [];
    using slow = await openMirror(({ url }, response) => {
      asked.push(url);
      response.write("slow");
    });
    using fresh = freshCheckout(`setTimeout(() => { ${unpack} }, 1500);`);
    expect((await fresh.resolve(slow.url)).kind).toBe("installed");
    expect(asked).toEqual(["/v45.4.1/electron-v45.4.1-linux-x64.zip"]);
  });

  it("gives up on a host that is silent, ends the installer and names the one flag", async () => {
    using silent = await openMirror(() => undefined);
    using fresh = freshCheckout(`
      require("node:fs").writeFileSync(require("node:path").join(__dirname, "pid"), String(process.pid));
      setInterval(() => {}, 1000);
    `);
    const { host } = new URL(silent.url);
    await expect(fresh.resolve(silent.url)).rejects.toThrow(`${host}: no answer`);
    const pid = Number(readFileSync(join(fresh.root, "node_modules/electron/pid"), "utf8"));
    await expect.poll(() => isAlive(pid)).toBe(false);
    await expect(fresh.resolve(silent.url)).rejects.toThrow(`npm start -- ${registryFlag}`);
  });

  it("takes what the installer has in its cache though the host is away", async () => {
    using fresh = freshCheckout(unpack);
    expect((await fresh.resolve(deadMirror)).kind).toBe("installed");
  });

  it("says what the installer found wrong when the host is there", async () => {
    using live = await openMirror((_request, response) => void response.end());
    using fresh = freshCheckout(`
      console.error("Error: the checksum does not match\\n    at somewhere");
      process.exit(1);
    `);
    await expect(fresh.resolve(live.url)).rejects.toThrow(
      /\(127\.0\.0\.1:\d+: Error: the checksum does not match\)/,
    );
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

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
