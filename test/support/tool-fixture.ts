import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { coreTools } from "../../src/main/tools/core-tools.ts";
import { parseToolCall } from "../../src/main/tools/parse-tool-call.ts";
import { createReadRegister, type ReadRegister } from "../../src/main/tools/read-register.ts";
import { createToolRegistry } from "../../src/main/tools/registry.ts";
import type {
  Caution,
  CommandSandbox,
  RepairedInput,
  ToolContext,
  ToolResult,
} from "../../src/main/tools/tool.ts";
import {
  createCommandRunner,
  type CommandRunnerOptions,
  type OwningRunner,
} from "../../src/main/shell/command-runner.ts";
import type { UsageLimits } from "../../src/main/shell/watch-usage.ts";
import type { CheckpointWriter, FileEffect } from "../../src/main/checkpoints/types.ts";
import type { Workspace } from "../../src/main/workspace/workspace.ts";
import { AppError } from "../../src/shared/errors.ts";
import { createCallId, createSessionId, createTurnId } from "../../src/shared/ids.ts";
import type { CommandCover } from "../../src/main/checkpoints/command-types.ts";
import { createFakeWriter } from "./fake-writer.ts";
import { freeCommands } from "./free-commands.ts";
import { createTemporaryFolder } from "./temporary-folder.ts";

export interface ToolFixture extends AsyncDisposable {
  /** The workspace's real path. */
  readonly root: string;
  readonly workspace: Workspace;
  readonly runner: OwningRunner;
  readonly reads: ReadRegister;
  readonly applied: readonly FileEffect[];
  readonly context: ToolContext;
  /** Runs a call as the loop does: parsed, and an AppError turned into a failed result. */
  call(
    name: string,
    input: Readonly<Record<string, unknown>>,
    signal?: AbortSignal,
  ): Promise<ToolResult>;
  /** What the tool puts right in a call before it runs, null for nothing. */
  repair(
    name: string,
    input: Readonly<Record<string, unknown>>,
  ): Promise<RepairedInput<Record<string, unknown>> | null>;
  /** What a person would be told before the call. */
  caution(name: string, input: Readonly<Record<string, unknown>>): Promise<Caution | null>;
  put(path: string, content: string | Uint8Array): void;
}

/** What a sandbox is made from. */
export interface SandboxParts {
  readonly workspace: Workspace;
  readonly runner: OwningRunner;
  readonly dataFolder: string;
}

export interface FixtureParts {
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly writer?: CheckpointWriter;
  /** Another folder than the fixture's own. */
  readonly workspace?: Workspace;
  readonly commands?: CommandCover;
  readonly limits?: UsageLimits;
  readonly onBackground?: CommandRunnerOptions["onBackground"];
  /** Keeps commands to the workspace; they then are no longer allowed to run without. */
  readonly sandbox?: (parts: SandboxParts) => CommandSandbox;
  readonly takeBack?: NonNullable<ToolContext["takeBack"]>;
}

/** The real tools on a real folder, with files written in it; only the checkpoints are a fake. */
export function createToolFixture(
  files: Readonly<Record<string, string | Uint8Array>> = {},
  parts: FixtureParts = {},
): ToolFixture {
  const folder = createTemporaryFolder();
  const root = join(realpathSync(folder.path), "project");
  const { limits } = parts;
  mkdirSync(root);
  const runner = createCommandRunner({
    outputFolder: join(folder.path, "outputs"),
    environment: parts.environment ?? process.env,
    ...(limits === undefined ? {} : { limits: () => limits }),
    ...(parts.onBackground === undefined ? {} : { onBackground: parts.onBackground }),
  });
  const registry = createToolRegistry(coreTools({ shell: runner }));
  const writer = createFakeWriter(root);
  const workspace = parts.workspace ?? { root, id: "w" };
  const reads = createReadRegister();
  const context: ToolContext = {
    workspace,
    writer: parts.writer ?? writer,
    commands: parts.commands ?? freeCommands,
    attended: true,
    isAllowed: false,
    unconfined: parts.sandbox === undefined,
    ...(parts.sandbox === undefined
      ? {}
      : { sandbox: parts.sandbox({ workspace, runner, dataFolder: join(folder.path, "data") }) }),
    ...(parts.takeBack === undefined ? {} : { takeBack: parts.takeBack }),
    reads,
    sessionId: createSessionId(),
    turnId: createTurnId(),
    callId: createCallId(),
    signal: new AbortController().signal,
    onOutput: () => undefined,
    onCheckpoint: async () => undefined,
    onWait: () => undefined,
    onPlan: () => undefined,
  };
  function put(path: string, content: string | Uint8Array): void {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  for (const [path, content] of Object.entries(files)) put(path, content);
  return {
    root,
    workspace,
    runner,
    reads,
    context,
    applied: writer.applied,
    put,
    async repair(name, input) {
      return (await registry.get(name)?.repair?.({ ...input }, context)) ?? null;
    },
    async caution(name, input) {
      return (await registry.get(name)?.caution?.({ ...input }, context, true)) ?? null;
    },
    async call(name, input, signal) {
      const parsed = parseToolCall(registry, name, JSON.stringify(input));
      if (!parsed.ok) return { status: "failed", result: parsed.result };
      try {
        return await parsed.tool.run(
          parsed.input,
          signal === undefined ? context : { ...context, signal },
        );
      } catch (error) {
        if (error instanceof AppError) return { status: "failed", result: error.message };
        throw error;
      }
    },
    async [Symbol.asyncDispose]() {
      await runner.killAll();
      folder[Symbol.dispose]();
    },
  };
}
