import type {
  AppInfo,
  KeyCheck,
  KeyStatus,
  ModelOption,
  RegionOption,
  WorkspaceInfo,
} from "../../src/shared/app.ts";
import { createSessionId, sessionIdSchema, type SessionId } from "../../src/shared/ids.ts";
import type { SessionSummary } from "../../src/shared/contract.ts";
import type { SessionEvent, SessionKind } from "../../src/shared/events.ts";
import { settingsSchema } from "../../src/shared/settings.ts";
import type { FakeHandlers } from "./fake-bridge.ts";

export const at = "2026-11-23T08:00:00.000Z";
export const sessionId = sessionIdSchema.parse("s-one");

export const project: WorkspaceInfo = {
  path: "/home/ada/express",
  name: "express",
  git: { branch: "main", root: "/home/ada/express" },
  needsConfirmation: null,
  recovered: [],
};

export const noKey: KeyStatus = {
  present: false,
  source: "none",
  last4: null,
  region: null,
  keychain: { available: true, reason: null },
  environmentOffered: false,
};

export const someKey: KeyStatus = {
  ...noKey,
  present: true,
  source: "keychain",
  last4: "9f3c",
  region: "singapore",
};

export const someModel: ModelOption = {
  id: "qwen3-coder-next",
  inputPrice: "0.3",
  outputPrice: "1.5",
  currency: "USD",
  cache: true,
  contextTokens: 262_144,
  maxInputTokens: 204_800,
  maxOutputTokens: 65_536,
  brackets: [
    { maxInputTokens: 32_000, inputPrice: "0.3", outputPrice: "1.5", outputThinkingPrice: null },
    { maxInputTokens: 128_000, inputPrice: "0.5", outputPrice: "2.5", outputThinkingPrice: null },
    { maxInputTokens: 256_000, inputPrice: "0.8", outputPrice: "4", outputThinkingPrice: null },
  ],
  thinking: { levels: [], default: "off", maxBudgetTokens: null },
  tools: true,
  sampling: { temperature: 1, topP: 0.95, topK: 40 },
  retired: null,
  successors: [],
};

const general = {
  kind: "general",
  takesWorkspace: true,
  native: true,
  reported: false,
  currency: "USD",
} as const;
export const someRegions: RegionOption[] = [
  { ...general, id: "singapore", label: "Singapore", host: "dashscope-intl.aliyuncs.com" },
  {
    ...general,
    id: "beijing",
    label: "Beijing",
    host: "dashscope.aliyuncs.com",
    currency: "CNY",
  },
  { ...general, id: "virginia", label: "Virginia", host: "dashscope-us.aliyuncs.com" },
  { ...general, id: "frankfurt", label: "Frankfurt", host: null },
  { ...general, id: "japan", label: "Japan", host: null, reported: true },
  {
    ...general,
    id: "coding-plan",
    label: "Coding Plan",
    host: "coding-intl.dashscope.aliyuncs.com",
    kind: "plan",
    currency: null,
    takesWorkspace: false,
    native: false,
  },
  {
    ...general,
    id: "ollama",
    label: "Ollama",
    host: "127.0.0.1:11434",
    kind: "local",
    currency: null,
    takesWorkspace: false,
    native: false,
  },
];

const hosts = [
  { region: "singapore", host: "dashscope-intl.aliyuncs.com" },
  { region: "beijing", host: "dashscope.aliyuncs.com" },
] as const;

export const acceptedCheck: KeyCheck = {
  hosts: [
    { ...hosts[0], status: "accepted", models: 9, message: null },
    { ...hosts[1], status: "rejected", models: null, message: "401" },
  ],
  region: "singapore",
  model: "qwen3-coder-next",
  models: ["qwen3-coder-next"],
  protocol: "openai",
  kept: "keychain",
  keptReason: null,
  dayBudgetSet: null,
};

export const rejectedCheck: KeyCheck = {
  hosts: hosts.map((host) => ({ ...host, status: "rejected", models: null, message: "401" })),
  region: null,
  model: null,
  models: [],
  protocol: null,
  kept: null,
  dayBudgetSet: null,
  keptReason: null,
};

export const startOf = (id: SessionId, kind: SessionKind = "chat"): SessionEvent => ({
  type: "session-start",
  sessionId: id,
  seq: 1,
  at,
  workspace: project.path,
  kind,
  mode: "edit",
  model: "qwen3-coder-next",
  title: "New session",
});

export const summaryOf = (id: SessionId, part: Partial<SessionSummary> = {}): SessionSummary => ({
  sessionId: id,
  workspace: project.path,
  kind: "chat",
  title: "Explain this project",
  updatedAt: at,
  turns: 1,
  running: false,
  ...part,
});

export const startInfo: AppInfo = {
  version: "0.1.0",
  platform: "linux",
  electron: "45.4.1",
  registryElectron: false,
  startFolder: null,
  warnings: [],
};

/** A main process in memory that knows one project, with a key or without. */
export function windowHandlers(key: KeyStatus, over: FakeHandlers = {}): FakeHandlers {
  let status = key;
  let settings = settingsSchema.parse({});
  return {
    "app.info": () => startInfo,
    "storage.private": () => ({ caches: 0, held: 0, heldCopies: 0 }),
    "network.granted": () => ({ hosts: [], localPorts: [] }),
    "sandbox.status": ({ workspace }) => ({
      passed: false,
      workspace,
      mechanism: "none",
      reason: "There is no sandbox yet.",
      remedy: "Install one.",
      attempts: [],
    }),
    "app.doctor": () => ({
      items: [
        { name: "Git", ok: true, detail: "2.39", remedy: null },
        { name: "Keychain", ok: false, detail: "No answer.", remedy: "Install gnome-keyring." },
      ],
    }),
    "app.openLink": () => ({}),
    "settings.get": () => settings,
    "settings.set": (patch) => {
      settings = settingsSchema.parse({ ...settings, ...patch });
      return settings;
    },
    "key.status": () => status,
    "key.hosts": () => ({ hosts: hosts.map(({ host }) => host) }),
    "key.check": () => {
      status = someKey;
      return acceptedCheck;
    },
    "key.remove": () => {
      status = noKey;
      return {};
    },
    "model.standing": () => ({ gone: false, retired: null, region: "singapore", successors: [] }),
    "context.forecast": () => ({
      model: someModel.id,
      tokens: { least: 0, likely: 0, most: 0 },
      cost: null,
      isNotable: false,
      crossing: null,
      saving: null,
    }),
    "session.switchCosts": ({ models }) => ({
      tokens: 0,
      models: models.map((model) => ({
        model,
        first: null,
        step: null,
        maxInputTokens: null,
        fits: true,
      })),
    }),
    "model.list": () => [someModel],
    "region.list": () => someRegions,
    "endpoint.notes": () => [],
    "catalogue.status": () => ({
      file: "/home/ada/.local/share/belay/catalogue.json",
      exists: false,
      models: 0,
      prices: 0,
      problems: [],
    }),
    "workspace.choose": () => ({ path: project.path }),
    "workspace.open": () => project,
    "workspace.recent": () => [],
    "session.list": () => [],
    "session.create": () => {
      const id = createSessionId();
      return { sessionId: id, events: [startOf(id)] };
    },
    "session.open": (input) => ({ sessionId: input.sessionId, events: [startOf(input.sessionId)] }),
    "checkpoint.list": () => [],
    "checkpoint.waiting": () => null,
    "trust.list": () => ({ items: [], off: 0, complete: true, warning: null }),
    "background.list": () => [],
    "background.ports": () => ({ ports: [] }),
    "diff.outside": () => [],
    "quick.hide": () => ({}),
    "quick.resize": () => ({}),
    "quick.promote": () => ({}),
    ...over,
  };
}
