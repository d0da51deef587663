import type { DoctorReport, WorkspaceInfo } from "../shared/app.ts";
import type { Announcement } from "../shared/contract.ts";
import type { SessionId } from "../shared/ids.ts";
import type { ModelHealth } from "../shared/model-health.ts";
import type { SandboxReport } from "../shared/sandbox.ts";
import type { Settings, SettingsPatch } from "../shared/settings.ts";
import type { Budget } from "./agent/ports.ts";
import type { AgentSession } from "./agent/session.ts";
import { appendError, foldersOf, recentWorkspaces } from "./app-files.ts";
import { createAnnouncer, tellers, type Announcer } from "./core/announcer.ts";
import { openKeys } from "./core/open-keys.ts";
import { openMonitoring, type OpenedMonitoring } from "./core/open-monitoring.ts";
import { runtimeFacts } from "./core/runtime-facts.ts";
import { createCompletionDesk, type CompletionDesk } from "./core/completion-desk.ts";
import { doctorParts } from "./core/doctor-parts.ts";
import { createDemo } from "./core/demo.ts";
import type { EndpointDesk } from "./core/endpoint-desk.ts";
import type { OwnCatalogueFile } from "./own-catalogue-file.ts";
import type { ModelHub } from "./core/model-hub.ts";
import { openModels, type OpenedModels } from "./core/open-models.ts";
import {
  createPrivateDesk,
  openSandbox,
  probeFolder,
  statusOfFolder,
  withLimits,
  type PrivateDesk,
} from "./core/open-sandbox.ts";
import type { ApprovalsDesk } from "./core/approvals-desk.ts";
import { createNetworkDesk, type NetworkDesk } from "./core/network-desk.ts";
import type { ModeDesk } from "./core/mode-desk.ts";
import {
  createSession,
  openDemo,
  type NewSessionInput,
  type OpenedDemo,
} from "./core/new-session.ts";
import { openFolder } from "./core/open-folder.ts";
import { openSessions, type BaseServices, type SessionServices } from "./core/open-sessions.ts";
import { openTelemetry } from "./core/open-telemetry.ts";
import { freeQuotaNow, openUsage, openUsagePort, type UsageDesks } from "./core/open-usage.ts";
import type { SessionHub } from "./core/session-hub.ts";
import { createSettingsBox, type RunOverrides, type SettingsBox } from "./core/settings-box.ts";
import { createSwitchDesk, type SwitchDesk } from "./core/switch-desk.ts";
import type { WorkspaceHub } from "./core/workspace-hub.ts";
import { runDoctor } from "./doctor.ts";
import { openHistory, type WorkerLine } from "./history/open-history.ts";
import { lastKeyFingerprint } from "./keys/key-fingerprint.ts";
import { createRegions } from "./providers/regions.ts";
import { createCommandRunner, type BackgroundDoor } from "./shell/command-runner.ts";
import type { Network } from "./shell/network/network.ts";
import type { Sandbox } from "./shell/sandbox/sandbox.ts";
import type { TelemetryDesk } from "./telemetry/telemetry-desk.ts";

export interface CoreOptions {
  /** BELAY_HOME: moves all app data but the lock; null = the platform's place. */
  readonly home: string | null;
  readonly environment: NodeJS.ProcessEnv;
  readonly variant: "belay" | "belay-dev";
  readonly version: string;
  /** Whether a person is there to be asked. */
  readonly attended: boolean;
  /** Begun before this was loaded, in the same folders. */
  readonly history?: WorkerLine;
}

/** The services that the window and the command line share. It knows neither. */
export interface Core {
  readonly warnings: readonly string[];
  readonly workspaces: WorkspaceHub;
  readonly sessions: SessionHub;
  readonly models: ModelHub;
  readonly switching: SwitchDesk;
  readonly endpointDesk: EndpointDesk;
  readonly ownCatalogue: OwnCatalogueFile;
  readonly background: BackgroundDoor;
  readonly network: Pick<Network, "portsOf" | "forwardPort"> & NetworkDesk;
  readonly privateFolders: PrivateDesk;
  readonly approvals: ApprovalsDesk;
  readonly modes: ModeDesk;
  subscribe(listener: (announcement: Announcement) => void): () => void;
  override(overrides: RunOverrides): void;
  settings(): Settings;
  updateSettings(patch: SettingsPatch): Promise<Settings>;
  createSession(input: NewSessionInput): Promise<AgentSession>;
  openFolder(path: string, confirmed: boolean): Promise<WorkspaceInfo>;
  openDemo(): Promise<OpenedDemo>;
  complete: CompletionDesk["complete"];
  recent(): Promise<readonly { path: string; openedAt: string }[]>;
  readonly usage: UsageDesks;
  readonly monitoring: OpenedMonitoring;
  readonly telemetry: TelemetryDesk;
  modelHealth(): Promise<readonly ModelHealth[]>;
  doctor(): Promise<DoctorReport>;
  /** Runs the sandbox check for a folder. */
  probe(path: string): Promise<SandboxReport>;
  /** What the last check of a folder found; runs one where none is known. */
  sandboxStatus(path: string): Promise<SandboxReport>;
  /** Writes an unexpected failure to the log, keys taken out. */
  log(error: unknown): void;
  /** Sessions with a running turn. */
  running(): readonly SessionId[];
  /** Whether a turn waits for an approval. */
  needsYou(): boolean;
  /** Stops turns and process trees, then makes everything durable. */
  close(): Promise<void>;
}

/** Opens everything a run needs. Nothing is asked of keychain, network or a workspace before it is used. */
export async function createCore(options: CoreOptions): Promise<Core> {
  const services = await openServices(options);
  const { announcer, settings, sessions, workspaces, models, history, folders } = services;
  return {
    warnings: [
      ...settings.warnings,
      ...history.warnings,
      ...services.ownCatalogue.reload().problems,
    ],
    workspaces,
    sessions,
    models,
    switching: createSwitchDesk({
      ...services,
      freeQuota: freeQuotaNow({ ...services, ...history }),
    }),
    endpointDesk: services.endpointDesk,
    ownCatalogue: services.ownCatalogue,
    background: services.runner.background,
    network: networkOf(services.sandbox),
    privateFolders: privateDeskOf(services),
    approvals: services.approvals,
    modes: services.modes,
    subscribe: (listener) => announcer.subscribe(listener),
    override: (overrides) => settings.override(overrides),
    settings: () => settings.saved(),
    async updateSettings(patch) {
      if (patch.defaultMode !== undefined) await services.modes.assertAnywhere(patch.defaultMode);
      return saveSettings(services, patch);
    },
    createSession: (input) => createSession(services, input),
    openFolder: (path, confirmed) => openFolder(services, path, { confirmed }),
    openDemo: () => openDemo(services),
    complete: (place, choice, signal) => services.completions.complete(place, choice, signal),
    recent: async () => recentWorkspaces(folders),
    usage: openUsage(services),
    monitoring: openMonitoring({ ...services, version: options.version }),
    telemetry: services.telemetry,
    modelHealth: () => history.callHealth(),
    doctor: () => runDoctor(doctorParts({ ...services, runtime: runtimeFacts(options) })),
    probe: async (path) => withLimits(await probeFolder(services.sandbox, path), settings),
    sandboxStatus: async (path) =>
      withLimits(await statusOfFolder(services.sandbox, path), settings),
    log: (error) => appendError(folders, error, services.secrets()),
    running: () =>
      sessions
        .live()
        .flatMap((session) => (session.running() ? [session.log.state().sessionId] : [])),
    needsYou: () => sessions.live().some((session) => session.needsYou()),
    close: () => closeAll(services),
  };
}

/** Whatever fails, the rest is closed too: no command may outlive Belay for a history that cannot be written. */
async function closeAll({
  sessions,
  runner,
  workspaces,
  telemetry,
  history,
}: Services): Promise<void> {
  const closed = [
    await settled(sessions.close()),
    await settled(runner.killAll()),
    await settled(workspaces.close()),
    await settled(telemetry.close()),
    await settled(history.close()),
  ];
  for (const result of closed) if (result.status === "rejected") throw result.reason;
}

const privateDeskOf = ({ sandbox, workspaces, sessions, runner }: Services): PrivateDesk =>
  createPrivateDesk({
    sandbox,
    locate: async (path) =>
      (await workspaces.open(path, { confirmed: true, evenGone: true })).workspace,
    busy: () => [
      ...sessions.live().flatMap((one) => (one.running() ? [one.log.state().workspace] : [])),
      ...runner.background.list().map(({ workspace }) => workspace),
    ],
  });

const networkOf = ({ network }: Sandbox): Core["network"] => ({
  portsOf: (commandId) => network.portsOf(commandId),
  forwardPort: (commandId, port) => network.forwardPort(commandId, port),
  ...createNetworkDesk(network.grants),
});

async function settled(work: Promise<void>): Promise<PromiseSettledResult<void>> {
  const [result] = await Promise.allSettled([work]);
  return result;
}

interface Services extends BaseServices, SessionServices {
  readonly completions: CompletionDesk;
  readonly telemetry: TelemetryDesk;
}

async function openServices(options: CoreOptions): Promise<Services> {
  const { environment } = options;
  const folders = foldersOf(options);
  const announcer = createAnnouncer();
  const settings = createSettingsBox(folders, environment);
  const regions = createRegions(environment);
  const opening = openKeys(options, regions);
  const { keys, secrets } = opening;
  const history = await openHistory({
    file: folders.database,
    backups: folders.backups,
    secrets,
    ...(options.history === undefined ? {} : { begun: options.history }),
  });
  const opened: OpenedModels = openModels({
    folders,
    settings,
    keys,
    regions,
    version: options.version,
    saveSettings: (patch) => saveSettings({ settings, announcer }, patch),
    onKeyChange: () => void announceKey(opened.models, announcer),
    usageFor: (pricing) =>
      openUsagePort({
        ...history,
        pricing,
        onTrouble: (error) => appendError(folders, error, keys.known()),
        settings,
        keyFingerprint: () => lastKeyFingerprint(keys.known()),
      }),
  });
  const tell = tellers(announcer);
  const runner = createCommandRunner({
    outputFolder: folders.outputs,
    environment,
    limits: () => settings.commandLimits(),
    ...tell,
  });
  const sandbox = openSandbox({ ...options, folders, runner, settings });
  const demo = createDemo(folders);
  const base = {
    folders,
    announcer,
    settings,
    ...opening,
    history,
    ...opened,
    runner,
    sandbox,
    demo,
  };
  return {
    ...base,
    ...openSessions(base, { attended: options.attended, tell }),
    completions: createCompletionDesk({ ...opened, budget: () => budgetIn(settings) }),
    telemetry: openTelemetry(base, options),
  };
}

const budgetIn = (settings: SettingsBox): Budget | null => settings.limits("chat").budget;

async function announceKey(models: ModelHub, announcer: Announcer): Promise<void> {
  announcer.announce({ topic: "key", status: await models.keyStatus() });
}

async function saveSettings(
  { settings, announcer }: Pick<Services, "settings" | "announcer">,
  patch: SettingsPatch,
): Promise<Settings> {
  const saved = settings.save(patch);
  announcer.announce({ topic: "settings", settings: saved });
  return saved;
}
