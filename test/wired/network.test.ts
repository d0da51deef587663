import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { SessionEvent } from "../../src/shared/events.ts";
import { runBelay, testKey, type CliResult } from "../support/belay-cli.ts";
import { startModelStudio } from "../support/model-studio/server.ts";
import { startRegistry } from "../support/package-registry.ts";
import { noSandboxHere, skipNote } from "../support/sandbox-fixture.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";

const of = <T extends SessionEvent["type"]>({ events }: CliResult, type: T) =>
  events.filter((event): event is Extract<SessionEvent, { type: T }> => event.type === type);

const call = (command: string, needs?: readonly string[]) => ({
  toolCalls: [{ name: "run_command", arguments: { command, ...(needs ? { needs } : {}) } }],
});

const files = {
  "package.json": JSON.stringify({
    name: "p",
    version: "1.0.0",
    scripts: { test: "node --test" },
    dependencies: { diff: "9.0.0" },
  }),
  "a.test.cjs": `const { diffLines } = require("diff");
require("node:test")("the package works", () => {
  require("node:assert").equal(diffLines("a\\n", "b\\n").length, 2);
});`,
};

it.skipIf(noSandboxHere !== null)(
  `a package is installed and tested after one grant of its registry, and nothing asks again${skipNote}`,
  async () => {
    using folder = createTemporaryFolder();
    const [home, project] = [join(folder.path, "home"), join(folder.path, "project")];
    mkdirSync(home);
    mkdirSync(project);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(project, name), text);
    await using registry = await startRegistry("diff", "9.0.0");
    const place = `localhost:${registry.port}`;
    // Through the proxy, as any host that is not this machine.
    const install =
      "env -u NO_PROXY -u no_proxy -u npm_config_noproxy npm install --fetch-retries 0 --no-audit --no-fund";
    await using studio = await startModelStudio({
      keys: [testKey],
      script: [
        call(install),
        call(install, [`network:${place}`]),
        call(
          `mv node_modules package-lock.json /tmp && mv ~/.cache/npm ~/.cache/old && ${install} && npm test`,
        ),
        call(`${install} && npm test`, [`network:${place}`]),
        { text: "done" },
      ],
    });
    const belay = (...args: readonly string[]): Promise<CliResult> =>
      runBelay(["run", ...args, "--workspace", project, "--json"], {
        home,
        baseUrl: studio.baseUrl,
        // The person's own setting goes along.
        environment: { npm_config_registry: `http://me:secret@${place}` },
      });

    const asked = await belay("--prompt", "go", "--mode", "auto", "--model", "qwen3-coder-flash");
    expect(asked.code).toBe(3);
    expect(registry.connections()).toBe(0);
    const [denied] = of(asked, "tool-call-end");
    expect(denied).toMatchObject({ status: "failed" });
    expect(denied?.result).toMatch(
      new RegExp(`^Blocked: a connection to ${place}.* with needs \\["network:${place}"\\]`),
    );
    const [request] = of(asked, "approval-request");
    expect(request?.reason).toContain(`commands may reach port ${registry.port} of this machine`);

    const allowed = await belay(
      "--session",
      request?.sessionId ?? "",
      "--approve",
      request?.callId ?? "",
    );
    expect([allowed.code, of(allowed, "approval-request")]).toEqual([0, []]);
    const ends = of(allowed, "tool-call-end");
    expect(ends.map(({ status }) => status)).toEqual(["completed", "completed", "completed"]);
    for (const { result } of ends.slice(1)) expect(result).toMatch(/pass 1\b/);
    expect(registry.asked).toEqual(["GET /diff", "GET /diff.tgz", "GET /diff", "GET /diff.tgz"]);
    expect(ends[0]?.notes?.join()).toMatch(
      /Network: sent [\d.]+ \w+ to localhost.*, received [\d.]+ kB/,
    );
    expect(readFileSync(join(project, "node_modules/diff/package.json"), "utf8")).toContain(
      "9.0.0",
    );
  },
);
