import { withoutSteering } from "../tools/deep-steering.ts";
import type { CoverageState } from "../../shared/app.ts";
import { AppError } from "../../shared/errors.ts";
import type { LateRecord } from "../checkpoints/command-types.ts";
import { createCheckpointService } from "../checkpoints/create-checkpoint-service.ts";
import type { StorageLimits } from "../checkpoints/storage.ts";
import type { CheckpointService } from "../checkpoints/types.ts";
import type { FoundStore } from "../checkpoints/store-home.ts";
import {
  openWorkspace,
  type FolderInfo,
  type OpenedWorkspace,
} from "../workspace/open-workspace.ts";
import { createTrust, type Trust } from "../trust/trust.ts";
import { watchSteering, type SteeringWatch } from "../trust/watch-steering.ts";
import { locateFolder } from "./locate-folder.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { baselineOf } from "./baselines.ts";
import type { SessionHub } from "./session-hub.ts";
import { committedIn } from "../git/committed-in.ts";
import { watchHead } from "../git/watch-head.ts";
import { createUndoDesk, type UndoDesk } from "./undo-desk.ts";

/** A workspace with its checkpoints, open for as long as this process runs. */
export interface OpenWorkspace {
  readonly workspace: Workspace;
  readonly info: FolderInfo;
  readonly checkpoints: CheckpointService;
  readonly undo: UndoDesk;
  readonly trust: Trust;
  readonly steeringWatch: SteeringWatch;
}

export interface WorkspaceHubOptions {
  readonly storesFolder: string;
  readonly lockFolder: string;
  /** All of the app's data: no tool may touch it. */
  readonly dataFolder: string;
  readonly trustFile: string;
  readonly sessions: () => SessionHub;
  /** Told while an open folder is taken in, a few times a second at most. */
  readonly onCoverage: (told: { workspace: string; coverage: CoverageState }) => void;
  /** Told when the repository of an open folder is on another branch or commit. */
  readonly onHead: (told: { workspace: string; branch: string | null }) => void;
  /** Told when something that steers may have changed in an open folder that is followed. */
  readonly onSteering: (told: { workspace: string }) => void;
  /** What is kept of a folder, so that commands can be undone; not opened before it is needed. */
  readonly baselineOf: typeof baselineOf;
  readonly storageLimits: () => StorageLimits;
}

export interface WorkspaceHub {
  /**
   * Opens once and recovers what a crash left. AppError("needs-approval") with the reason for a home folder and the like. With
   * `evenGone` also a folder that is not there any more, for its checkpoints.
   */
  open(
    path: string,
    options: { readonly confirmed: boolean; readonly evenGone?: boolean },
  ): Promise<OpenWorkspace>;
  /** What opening would show, without opening: why it needs a confirmation, if it does. */
  inspect(path: string, options: { readonly confirmed: boolean }): Promise<FolderInfo>;
  /** Begins to take in an open folder, so that commands there are covered when they come. */
  prepare(path: string): void;
  realPath(path: string): Promise<string>;
  close(): Promise<void>;
}

export function createWorkspaceHub(options: WorkspaceHubOptions): WorkspaceHub {
  const opened = new Map<string, Promise<OpenWorkspace>>();
  const watches: { close(): void }[] = [];

  return {
    async open(path, { confirmed, evenGone = false }) {
      const { folder, store } = await locateFolder(options.storesFolder, path, {
        confirmed,
        evenGone,
      });
      const { info } = folder;
      if (info.needsConfirmation !== null)
        throw new AppError("needs-approval", info.needsConfirmation);
      const key = `${store.storeFolder}\0${info.path}`;
      const known = opened.get(key);
      if (known !== undefined) return { ...(await known), info: { ...info, recovered: [] } };
      const opening = build({ ...options, watches }, folder, store);
      opened.set(key, opening);
      opening.catch(() => opened.delete(key));
      return opening;
    },
    inspect: async (path, { confirmed }) => (await openWorkspace(path, { confirmed })).info,
    prepare(path) {
      const isThere = ({ info }: OpenWorkspace): boolean => info.path === path;
      for (const opening of opened.values())
        opening
          .then((one) => (isThere(one) ? one.checkpoints.start() : undefined))
          .catch(() => undefined);
    },
    realPath: async (path) => (await openWorkspace(path, { confirmed: true })).workspace.root,
    async close() {
      for (const watch of watches) watch.close();
      const all = await Promise.allSettled(opened.values());
      for (const result of all)
        if (result.status === "fulfilled") await result.value.checkpoints.close();
    },
  };
}

interface BuildOptions extends WorkspaceHubOptions {
  /** Closed with the hub. */
  readonly watches: { close(): void }[];
}

async function build(
  options: BuildOptions,
  { workspace, info }: OpenedWorkspace,
  found: FoundStore,
): Promise<OpenWorkspace> {
  const { storeFolder } = found;
  const { root } = workspace;
  const checkpoints = await createCheckpointService({
    workspace,
    storeFolder,
    baseline: (privateFolders) => options.baselineOf(workspace, { storeFolder, privateFolders }),
    onLateRecord: (record) => tellConversation(options.sessions(), record),
    lockFolder: options.lockFolder,
    dataFolder: options.dataFolder,
    storageLimits: options.storageLimits,
  });
  checkpoints.onCoverage(
    coverageTeller((coverage) => options.onCoverage({ workspace: root, coverage })),
  );
  options.watches.push(
    watchHead(root, ({ branch }) => options.onHead({ workspace: root, branch })),
  );
  const steeringWatch = watchSteering(root, {
    onChange: () => options.onSteering({ workspace: root }),
  });
  options.watches.push(steeringWatch);
  const recovered = [...found.lines, ...(await checkpoints.recover())];
  return {
    workspace,
    info: { ...info, recovered },
    checkpoints,
    trust: createTrust(workspace, options.trustFile),
    steeringWatch,
    undo: createUndoDesk({
      checkpoints,
      sessions: options.sessions(),
      committedIn: (results) => committedIn(root, results),
    }),
  };
}

/** What a command changed that ended after its call, where it belongs: on the call's card. */
const tellConversation = async (sessions: SessionHub, late: LateRecord): Promise<void> => {
  // It ran beside others: what steers is told of, and not taken back.
  const { record } = await withoutSteering(late, { callId: late.callId });
  return sessions.change(record.sessionId, (session) => {
    const { changes, notes, ...call } = record;
    const event = { type: "command-changes" as const, changes: [...changes], notes: [...notes] };
    session.log.append({ ...call, ...event });
  });
};

const coverageTellMs = 250;

/** Thousands of files come a second: the window is told now and then, and of the end at once. */
function coverageTeller(tell: (coverage: CoverageState) => void): (now: CoverageState) => void {
  let told = 0;
  return ({ complete, files, covered }) => {
    const now = performance.now();
    if (!complete && now - told < coverageTellMs) return;
    told = now;
    tell({ complete, files, covered });
  };
}
