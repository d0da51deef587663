import { FuseV1Options, getCurrentFuseWire } from "@electron/fuses";
import { listPackage } from "@electron/asar";
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SessionEvent } from "../../src/shared/events.ts";
import { fuses } from "../../scripts/package.mjs";
import { runBelay, testKey, type CliResult } from "../support/belay-cli.ts";
import { startModelStudio, type ModelStudio } from "../support/model-studio/server.ts";
import { startPackaged, type PackagedWindow } from "../support/packaged-window.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";

const packaged =
  process.env["BELAY_PACKAGED"] ??
  fileURLToPath(new URL("../../dist/trial/linux-unpacked", import.meta.url));
const executable = join(packaged, "belay-desktop");
const archive = join(packaged, "resources/app.asar");

const folder = createTemporaryFolder();
const home = join(folder.path, "home");
const project = join(folder.path, "project");
const sentinel = join(folder.path, "sentinel");
const switches = process.getuid?.() === 0 ? ["--no-sandbox"] : [];

const environment = (more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  PATH: process.env["PATH"] ?? "",
  HOME: home,
  BELAY_HOME: home,
  DISPLAY: process.env["DISPLAY"] ?? "",
  XAUTHORITY: process.env["XAUTHORITY"] ?? "",
  ...more,
});

const set = (isOn: boolean): string => (isOn ? "1" : "0");

/** Starts the program, ends it after 20 s, and answers what it printed on standard error. */
const start = (args: readonly string[], more: Readonly<Record<string, string>>): string =>
  spawnSync(executable, args, { env: environment(more), encoding: "utf8", timeout: 20_000 }).stderr;

beforeAll(() => {
  mkdirSync(home);
  mkdirSync(project);
  writeFileSync(join(project, "a.txt"), "one\n");
});
afterAll(() => folder[Symbol.dispose]());

describe("the packaged program", () => {
  it("has each fuse as it was meant", async () => {
    const wire = await getCurrentFuseWire(executable);
    const state = (option: FuseV1Options): string => String.fromCodePoint(wire[option] ?? 0);
    expect({
      runAsNode: state(FuseV1Options.RunAsNode),
      enableCookieEncryption: state(FuseV1Options.EnableCookieEncryption),
      enableNodeOptionsEnvironmentVariable: state(
        FuseV1Options.EnableNodeOptionsEnvironmentVariable,
      ),
      enableNodeCliInspectArguments: state(FuseV1Options.EnableNodeCliInspectArguments),
      enableEmbeddedAsarIntegrityValidation: state(
        FuseV1Options.EnableEmbeddedAsarIntegrityValidation,
      ),
      onlyLoadAppFromAsar: state(FuseV1Options.OnlyLoadAppFromAsar),
      loadBrowserProcessSpecificV8Snapshot: state(
        FuseV1Options.LoadBrowserProcessSpecificV8Snapshot,
      ),
      grantFileProtocolExtraPrivileges: state(FuseV1Options.GrantFileProtocolExtraPrivileges),
    }).toEqual(Object.fromEntries(Object.entries(fuses).map(([name, isOn]) => [name, set(isOn)])));
    expect(fuses).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
    });
  });

  it("brings what it loads, and nothing of how it was made", () => {
    const files = listPackage(archive, { isPack: false });
    const strange = files.filter(
      (path) =>
        /\.(?:map|ts|tsx|md|c|cc|h|gyp)$/.test(path) ||
        !/^\/(?:out|resources|package\.json|node_modules(?:$|\/(?:better-sqlite3|keytar|@vscode)(?:$|\/)))/.test(
          path,
        ),
    );
    expect(strange.filter((path) => !path.endsWith("LICENSE.md"))).toEqual([]);
    expect(files.filter((path) => path.endsWith(".node"))).toHaveLength(2);
    // Megabytes. The archive held 4.6 when this was written.
    expect(statSync(archive).size / 1e6).toBeLessThan(8);
    expect(existsSync(join(packaged, "resources/default_app.asar"))).toBe(false);
  });

  it("is no Node for whoever asks by the environment or by arguments", () => {
    const script = join(folder.path, "script.cjs");
    writeFileSync(script, `require("node:fs").writeFileSync(${JSON.stringify(sentinel)}, "ran")`);
    const quiet = ["--ozone-platform=headless", "--no-sandbox"];
    const command = [...quiet, "--cli", "--", "--version"];
    start([script, ...quiet], { ELECTRON_RUN_AS_NODE: "1" });
    start(command, { NODE_OPTIONS: `--require ${script}` });
    const inspected = start(["--inspect=0", ...command], {});
    expect(inspected).not.toContain("Debugger listening");
    expect(existsSync(sentinel)).toBe(false);
  });
});

describe("the window of the packaged program", () => {
  let window: PackagedWindow;
  beforeAll(async () => {
    window = await startPackaged({
      executable,
      args: [...switches, "--remote-debugging-port=9333", project],
      environment: environment(),
    });
  });
  afterAll(() => window[Symbol.asyncDispose]());

  it("opens, and main answers it from the database", async () => {
    await expect.poll(() => window.evaluate("location.href")).toBe("belay://app/index.html");
    await expect.poll(() => window.evaluate("document.body.innerText")).toContain("Model Studio");
    const info = await window.evaluate('window.bridge.call("app.info", {})');
    expect(info).toMatchObject({
      ok: true,
      value: { registryElectron: false, startFolder: project },
    });
  });

  it("has no Node, no network and no text that runs", async () => {
    expect(await window.evaluate("typeof process + typeof require")).toBe("undefinedundefined");
    const tried = [
      'fetch("https://example.com").then(() => "out", () => "refused")',
      'Promise.resolve().then(() => document.createElement("p").innerHTML = "<b>").then(() => "parsed", () => "refused")',
      'navigator.serviceWorker === undefined ? "refused" : navigator.serviceWorker.register("/x.js").then(() => "out", () => "refused")',
    ];
    for (const expression of tried) expect(await window.evaluate(expression)).toBe("refused");
  });

  it("can be driven by nobody else", async () => {
    await expect(fetch("http://127.0.0.1:9333/json/version")).rejects.toThrow("fetch failed");
  });
});

describe("the command of the packaged program", () => {
  const program = join(packaged, "resources/command/belay");
  let studio: ModelStudio;
  const belay = (...args: readonly string[]): Promise<CliResult> =>
    runBelay([...args, "--workspace", project, "--json"], {
      home,
      program,
      baseUrl: studio.baseUrl,
    });
  beforeAll(async () => {
    studio = await startModelStudio({
      keys: [testKey],
      script: [
        { toolCalls: [{ name: "search_files", arguments: { pattern: "one" } }] },
        { toolCalls: [{ name: "run_command", arguments: { command: "printf two > a.txt" } }] },
        { text: "done" },
      ],
    });
  });
  afterAll(() => studio[Symbol.asyncDispose]());

  it("runs a turn, a command and its undo, with the workers and ripgrep out of the archive", async () => {
    const asked = await belay("run", "--prompt", "go", "--model", "qwen3-coder-flash");
    expect([asked.code, asked.stderr]).toEqual([3, expect.not.stringContaining("ERROR")]);
    const request = asked.events.find(
      (event): event is Extract<SessionEvent, { type: "approval-request" }> =>
        event.type === "approval-request",
    );
    const { sessionId = "", callId = "" } = request ?? {};
    const run = await belay("run", "--session", sessionId, "--approve", callId);
    expect([run.code, readFileSync(join(project, "a.txt"), "utf8")]).toEqual([0, "two"]);
    const undone = await belay("undo", "--last");
    expect([undone.code, readFileSync(join(project, "a.txt"), "utf8")]).toEqual([0, "one\n"]);
  });

  it("ends with the codes of the command, and leaves nothing behind", async () => {
    const { code, stderr } = await runBelay(["nonsense"], { home, program });
    expect([code, stderr]).toEqual([2, expect.stringContaining("neither a command nor a folder")]);
    const printed = await runBelay(["--version"], { home, program });
    expect([printed.code, printed.stdout]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)]);
  });
});

describe("a copy of the program that was tampered with", () => {
  it("loads no app that lies beside the archive", () => {
    const copy = `${packaged}-tampered`;
    rmSync(copy, { recursive: true, force: true });
    cpSync(packaged, copy, {
      recursive: true,
      filter: (path) => path !== archive && path !== executable,
    });
    linkSync(executable, join(copy, "belay-desktop"));
    mkdirSync(join(copy, "resources/app"));
    writeFileSync(join(copy, "resources/app/package.json"), '{"main": "main.cjs"}');
    writeFileSync(
      join(copy, "resources/app/main.cjs"),
      `require("node:fs").writeFileSync(${JSON.stringify(sentinel)}, "ran"); process.exit(0);`,
    );
    spawnSync(join(copy, "belay-desktop"), ["--ozone-platform=headless", "--no-sandbox"], {
      env: environment(),
      timeout: 20_000,
    });
    expect(existsSync(sentinel)).toBe(false);
    rmSync(copy, { recursive: true });
  });
});
