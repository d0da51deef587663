import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCore, type Core } from "../../../src/main/core.ts";
import { createCoreHandlers, type DesktopPort } from "../../../src/main/ipc/core-handlers.ts";
import { createRouter, type Route } from "../../../src/main/ipc/router.ts";
import { testKey } from "../../support/belay-cli.ts";
import {
  createEscapeGround,
  escapingLinks,
  escapingPaths,
  gitPaths,
} from "../../support/escape-attempts.ts";
import { hostilePaths, pathCalls } from "../../support/hostile-calls.ts";
import { startModelStudio, type ModelStudio } from "../../support/model-studio/server.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";
import { treeOf } from "../../support/tree-hash.ts";

const planted = "planted-5b1f-secret";
const folder = createTemporaryFolder();
const { root, outside } = createEscapeGround(folder.path);
let core: Core;
let studio: ModelStudio;
let route: Route;
let ids: { readonly sessionId: string; readonly turnId: string; readonly entry: string };
const logged: unknown[] = [];
const logError = (error: unknown): void => void logged.push(error);

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a call that reaches the desktop fails
const noDesktop = {} as DesktopPort;

beforeAll(async () => {
  for (const name of ["secret", "in/secret"]) writeFileSync(join(outside, name), planted);
  studio = await startModelStudio({
    keys: [testKey],
    script: [
      { toolCalls: [{ name: "write_file", arguments: { path: "made.txt", content: "made\n" } }] },
      { text: "done" },
    ],
  });
  core = await createCore({
    home: join(folder.path, "home"),
    environment: { HOME: folder.path, PATH: process.env["PATH"] },
    variant: "belay-dev",
    version: "0",
    attended: true,
  });
  await core.models.check({ key: testKey, baseUrl: studio.baseUrl, persist: "memory" });
  const session = await core.createSession({
    workspace: root,
    kind: "chat",
    mode: "auto",
    model: "qwen3-coder-flash",
  });
  const { sessionId } = session.log.state();
  await (
    await core.sessions.send(sessionId, "make it")
  ).done;
  const { undo } = await core.workspaces.open(root, { confirmed: true });
  const [entry] = await undo.timeline({ limit: 1 });
  ids = { sessionId, turnId: session.log.state().turns[0]?.turnId ?? "", entry: entry?.id ?? "" };
  route = createRouter(createCoreHandlers(core, noDesktop), { logError });
});

afterAll(async () => {
  await core.close();
  await studio.close();
  folder[Symbol.dispose]();
});

describe("a path that a window sends", () => {
  it("reads and changes nothing outside of the project, whatever it is and to whatever it is sent", async () => {
    expect(readFileSync(join(root, "made.txt"), "utf8")).toBe("made\n");
    const before = [treeOf(outside), treeOf(join(root, ".git")), treeOf(join(root, "meta"))];
    const faults: string[] = [];
    let tried = 0;
    for (const path of hostilePaths(outside))
      for (const { operation, input } of pathCalls({ ...ids, workspace: root, path })) {
        tried += 1;
        const reply = await route(operation, input);
        const text = JSON.stringify(reply);
        const isFault = text.includes(planted) || text.includes("root:x:0");
        // It must have come as far as the handler.
        const isUnfit = text.includes("does not fit the contract");
        const isBug = !reply.ok && reply.error.code === "internal";
        if (isFault || isUnfit || isBug)
          faults.push(`${operation} ${JSON.stringify(path)}: ${text}`);
      }
    expect(faults).toEqual([]);
    expect(logged).toEqual([]);
    expect([treeOf(outside), treeOf(join(root, ".git")), treeOf(join(root, "meta"))]).toEqual(
      before,
    );
    expect(tried).toBeGreaterThan(500);
  });

  it("tries what is known of", () => {
    const paths = new Set(hostilePaths(outside));
    for (const path of [...escapingPaths, ...escapingLinks, ...gitPaths])
      expect(paths).toContain(path);
  });
});
