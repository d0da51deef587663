import { createApprovalDesk } from "../agent/approvals.ts";
import type { Budget, UsagePort } from "../agent/ports.ts";
import { createAgentSession } from "../agent/session.ts";
import type { ModelBinding } from "../agent/turn-context.ts";
import { coreTools } from "../tools/core-tools.ts";
import { parseToolCall } from "../tools/parse-tool-call.ts";
import { createReadRegister, type ReadRegister, type SeenFile } from "../tools/read-register.ts";
import { createToolRegistry } from "../tools/registry.ts";
import type { CommandRunner } from "../shell/command-runner.ts";
import { shellName } from "../shell/find-shell.ts";
import type { Sandbox } from "../shell/sandbox/sandbox.ts";
import { sandboxFor } from "./session-sandbox.ts";
import { takeBackIn } from "./take-back.ts";
import type { SessionKind } from "../../shared/events.ts";
import type { SessionId } from "../../shared/ids.ts";
import type { SessionState } from "../../shared/session-state.ts";
import type { ApprovalsDesk } from "./approvals-desk.ts";
import { changedSinceSeen } from "./changed-files.ts";
import type { Demo } from "./demo.ts";
import type { ModelHub } from "./model-hub.ts";
import type { BuildSession } from "./session-entries.ts";
import type { WorkspaceHub } from "./workspace-hub.ts";

export interface SessionBuilderOptions {
  readonly workspaces: () => WorkspaceHub;
  readonly models: ModelHub;
  readonly usage: UsagePort;
  readonly runner: CommandRunner;
  readonly sandbox: Sandbox;
  readonly approvals: ApprovalsDesk;
  readonly demo: Demo;
  readonly attended: boolean;
  limits(kind: SessionKind): { readonly budget: Budget | null; readonly maxSteps: number };
}

/** Plugs the real tools, model, ledger and checkpoints into a session. What it has read outlives a rebuild of it. */
export function createSessionBuilder(options: SessionBuilderOptions): BuildSession {
  const registry = createToolRegistry(
    coreTools({
      shell: options.runner,
      shellName: shellName(process.env),
    }),
  );
  const readsOf = new Map<SessionId, ReadRegister>();
  return async (log) => {
    const { sessionId, workspace: path, kind } = log.state();
    const { workspace, checkpoints } = await options.workspaces().open(path, {
      confirmed: true,
      // A conversation is shown, and undone, also where its folder is gone.
      evenGone: true,
    });
    const reads = readsOf.get(sessionId) ?? createReadRegister();
    reads.restore(seenIn(log.state()));
    readsOf.set(sessionId, reads);
    const bind = (model?: string): Promise<ModelBinding> =>
      kind === "demo"
        ? Promise.resolve(options.demo.binding())
        : options.models.bind(model ?? log.state().model, log.state().kind);
    return createAgentSession({
      log,
      bind,
      desk: createApprovalDesk(options.attended),
      rules: options.approvals.bookFor(workspace),
      audit: options.approvals.audit,
      tools: {
        definitions: registry.definitions,
        parse: (name, text) => parseToolCall(registry, name, text),
      },
      usage: options.usage,
      // By the kind of now: a quick question that is promoted is a session like any other.
      budget: () => options.limits(log.state().kind).budget,
      maxSteps: () => options.limits(log.state().kind).maxSteps,
      changedFiles: () => changedSinceSeen(workspace, reads),
      endCommands: (turnId) => options.runner.killAll(turnId),
      toolContext: () => ({
        workspace,
        writer: checkpoints,
        commands: checkpoints,
        sandbox: sandboxFor(options.sandbox, workspace, sessionId),
        attended: options.attended,
        reads,
        sessionId,
        takeBack: takeBackIn(log, checkpoints),
      }),
    });
  };
}

/** What the session has read by its history, in this process or another. */
function seenIn({ turns }: SessionState): readonly SeenFile[] {
  const items = turns.flatMap((turn) => turn.items);
  return items.flatMap((item) => (item.kind === "tool" ? item.seen : []));
}
