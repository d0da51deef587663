import { readdir } from "node:fs/promises";
import { z } from "zod";
import { createApprovalDesk, type ApprovalDesk } from "../../src/main/agent/approvals.ts";
import { createEventLog } from "../../src/main/agent/event-log.ts";
import type {
  AuditPort,
  Budget,
  Grant,
  ModelPort,
  RequestOutcome,
  RequestScope,
  UsagePort,
} from "../../src/main/agent/ports.ts";
import {
  createAgentSession,
  type AgentSession,
  type SessionParts,
} from "../../src/main/agent/session.ts";
import type { ModelBinding, ToolBox } from "../../src/main/agent/turn-context.ts";
import { parseToolCall } from "../../src/main/tools/parse-tool-call.ts";
import { createToolRegistry } from "../../src/main/tools/registry.ts";
import type { CommandSandbox, Tool, ToolKind } from "../../src/main/tools/tool.ts";
import { createReadRegister } from "../../src/main/tools/read-register.ts";
import type { Decision } from "../../src/shared/audit.ts";
import type { NetworkGrants } from "../../src/main/shell/network/network-grants.ts";
import { AppError } from "../../src/shared/errors.ts";
import type { Mode, SessionEvent, SessionKind } from "../../src/shared/events.ts";
import { createSessionId } from "../../src/shared/ids.ts";
import { emptySessionState } from "../../src/shared/session-state.ts";
import type { TokenUsage } from "../../src/shared/usage.ts";
import { createFakeModel, type FakeAnswer, type FakeModel } from "./fake-model.ts";
import { grantAll } from "./grant-all.ts";
import { freeCommands } from "./free-commands.ts";
import { createRulesInMemory, type RulesInMemory } from "./rules-in-memory.ts";

export interface AgentFixture {
  readonly session: AgentSession;
  readonly events: SessionEvent[];
  readonly stored: SessionEvent[];
  readonly model: FakeModel;
  readonly desk: ApprovalDesk;
  readonly rules: RulesInMemory;
  /** The log of decisions. */
  readonly decisions: Decision[];
  /** What the tools did, in order: "start name" and "end name". */
  readonly journal: string[];
}

export interface FixtureOptions {
  /** Why commands are not confined, asked anew each time; missing: there is no sandbox at all. */
  readonly whyUnconfined?: () => string | null;
  readonly mode?: Mode;
  readonly kind?: SessionKind;
  readonly attended?: boolean;
  /** Beside the three that are there. */
  readonly tools?: readonly Tool[];
  /** What of a call's surroundings is real. */
  readonly surroundings?: Partial<ReturnType<SessionParts["toolContext"]>>;
  /** The sandbox keeps commands in; without, nothing does. */
  readonly sandboxed?: boolean;
  /** What of the network is open to the session, in a sandbox. */
  readonly network?: NetworkGrants;
  /** In place of those that nobody has made yet. */
  readonly rules?: RulesInMemory;
  readonly audit?: AuditPort;
  readonly maxSteps?: number;
  readonly budget?: Budget;
  /** Answers nothing where all that is asked for is granted. */
  readonly reserve?: (...asked: Parameters<UsagePort["reserve"]>) => Promise<Grant | void>;
  /** Hears how each request was settled. */
  readonly settled?: (outcome: RequestOutcome, scope: RequestScope) => void;
  /** Asked instead of the scripted model. */
  readonly port?: ModelPort;
  readonly changed?: readonly string[];
  /** The most input tokens that a model takes. */
  readonly windows?: Readonly<Record<string, number>>;
  readonly takeThinking?: ModelBinding["takeThinking"];
  /** Hears each event as it is announced. */
  readonly heard?: (event: SessionEvent) => void;
  /** Hears which model is bound; may throw as a binding does. */
  readonly bound?: (model: string) => void;
  readonly store?: (events: readonly SessionEvent[]) => Promise<void>;
}

export const noUsage: TokenUsage = {
  inputTokens: 0,
  cachedTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
};

const schema = z.object({ value: z.string() });

function fakeTool(name: string, kind: ToolKind, journal: string[]): Tool<typeof schema> {
  return {
    name,
    kind,
    schema,
    description: name,
    caution: async (input) =>
      input.value.startsWith("steer") ? { text: "It steers.", asks: true, onlyOnce: true } : null,
    describe: (input) => ({ title: `${name} ${input.value}`, detail: input.value }),
    async run(input, context) {
      journal.push(`start ${name} ${input.value}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (input.value === "fail") throw new AppError("denied", "outside the project");
      if (input.value === "system") await readdir("/nowhere/at/all");
      if (input.value === "bug") throw new TypeError("undefined is no function");
      context.signal.throwIfAborted();
      if (input.value === "hang") {
        await new Promise((_, reject) =>
          context.signal.addEventListener("abort", () => reject(context.signal.reason)),
        );
      }
      journal.push(`end ${name} ${input.value}`);
      return { status: "completed", result: `${name} did ${input.value}` };
    },
  };
}

export function fakeToolBox(journal: string[], more: readonly Tool[] = []): ToolBox {
  const tools = [
    ...more,
    fakeTool("look", "read", journal),
    fakeTool("change", "write", journal),
    fakeTool("run", "command", journal),
  ];
  const registry = createToolRegistry(tools);
  return {
    definitions: registry.definitions,
    parse: (name, text) => parseToolCall(registry, name, text),
  };
}

/** A session on fakes: the scripted model, three tools (look, change, run), no disk. */
export function createAgentFixture(
  answers: readonly FakeAnswer[],
  options: FixtureOptions = {},
): AgentFixture {
  const events: SessionEvent[] = [];
  const stored: SessionEvent[] = [];
  const journal: string[] = [];
  const sessionId = createSessionId();
  const model = createFakeModel(answers);
  const desk = createApprovalDesk(options.attended ?? true);
  const rules = options.rules ?? createRulesInMemory();
  const decisions: Decision[] = [];
  const whyUnconfined = options.sandboxed === true ? () => null : options.whyUnconfined;
  const log = createEventLog({
    state: emptySessionState(sessionId),
    store: options.store ?? (async (batch) => void stored.push(...batch)),
    publish: (event) => {
      events.push(event);
      options.heard?.(event);
    },
  });
  log.append({
    type: "session-start",
    sessionId,
    workspace: "/project",
    kind: options.kind ?? "chat",
    mode: options.mode ?? "edit",
    model: "m",
    title: "",
  });
  const session = createAgentSession({
    log,
    desk,
    rules: rules.book(),
    audit: options.audit ?? { record: (decision) => void decisions.push(decision) },
    tools: fakeToolBox(journal, options.tools),
    usage: {
      reserve: async (...asked) => (await options.reserve?.(...asked)) ?? grantAll(asked[1]),
      settle: async (scope, outcome) => {
        options.settled?.(outcome, scope);
        return {
          ...(outcome.usage ?? noUsage),
          cost: { amount: "0.01", currency: "USD" },
          priceVersion: "t",
        };
      },
    },
    budget: () => options.budget ?? null,
    maxSteps: () => options.maxSteps ?? 20,
    bind: async (wanted) => {
      const modelId = wanted ?? log.state().model;
      options.bound?.(modelId);
      const maxInputTokens = options.windows?.[modelId] ?? null;
      return {
        model: options.port ?? model,
        modelId,
        maxOutputTokens: 1000,
        sendOutputLimit: false,
        maxInputTokens,
        ...(options.takeThinking === undefined ? {} : { takeThinking: options.takeThinking }),
      };
    },
    endCommands: async () => {},
    changedFiles: async () => options.changed ?? [],
    toolContext: () => ({
      workspace: { root: "/project", id: "w" },
      writer: { apply: () => Promise.reject(new Error("not used")) },
      commands: freeCommands,
      ...(whyUnconfined === undefined
        ? {}
        : { sandbox: fakeSandbox(whyUnconfined, options.network) }),
      attended: options.attended ?? true,
      reads: createReadRegister(),
      sessionId,
      ...options.surroundings,
    }),
  });
  return { session, events, stored, model, desk, rules, decisions, journal };
}

const fakeSandbox = (why: () => string | null, open?: NetworkGrants): CommandSandbox => ({
  ...(open === undefined
    ? {}
    : {
        network: {
          missing: null,
          isOpen: () => true,
          open: () => open,
          wasNarrowed: () => false,
          allow: () => undefined,
        },
      }),
  async standing() {
    const reason = why();
    return reason === null ? null : { reason, remedy: "Install one." };
  },
  launcher: () => Promise.reject(new Error("not used")),
});

/** Sends a prompt and waits for the end of the turn. */
export async function play(fixture: AgentFixture, prompt = "go"): Promise<string> {
  const turn = await fixture.session.send(prompt);
  return (await turn.done).status;
}
