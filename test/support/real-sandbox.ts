import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { sandboxFor } from "../../src/main/core/session-sandbox.ts";
import { createSessionId } from "../../src/shared/ids.ts";
import { createSandbox, type SandboxOptions } from "../../src/main/shell/sandbox/sandbox.ts";
import type { CommandSandbox } from "../../src/main/tools/tool.ts";
import type { SandboxParts } from "./tool-fixture.ts";

/** The sandbox of the app over a fixture's workspace; its check is a real one. */
export const realSandbox =
  (over: Partial<SandboxOptions> = {}) =>
  ({ workspace, runner, dataFolder }: SandboxParts): CommandSandbox => {
    mkdirSync(dataFolder, { recursive: true });
    const sandbox = createSandbox({
      dataFolder,
      secret: [dataFolder],
      environment: process.env,
      home: homedir(),
      platform: process.platform,
      version: "1",
      runner,
      ...over,
    });
    return sandboxFor(sandbox, workspace, createSessionId());
  };
