import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createTemporaryFolder } from "../support/temporary-folder.ts";
import { registryFlag, resolveElectron } from "../../scripts/electron-runtime.mjs";

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
  it("does not take an unpacking that was cut off", async () => {
    using fresh = freshCheckout("process.exit(0);");
    mkdirSync(join(fresh.root, "node_modules/electron/dist"));
    writeFileSync(join(fresh.root, "node_modules/electron/dist/electron"), "");
    await expect(fresh.resolve(deadMirror)).rejects.toThrow(/could not be fetched/);
  });

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
