import { mkdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../../shared/errors.ts";
import { createCheckpointId } from "../../shared/ids.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { Baseline } from "./baseline/types.ts";
import { createProcessOwner, type ProcessOwner } from "../history/process-owner.ts";
import { createCommandWindows, type CommandWindows } from "./command-windows.ts";
import type { LateRecord } from "./command-types.ts";
import { checkpointOf } from "./checkpoint-of.ts";
import { createHomeKeeper, executeAtHome, type HomeKeeper } from "./home-keeper.ts";
import { createExclusive, type Exclusive } from "./exclusive.ts";
import { noBaseline } from "./no-baseline.ts";
import type { EffectPlace } from "./effect.ts";
import { explain } from "./explain.ts";
import type { OperationInput, OperationOutcome } from "./executor.ts";
import { diffsOf, resultsOf } from "./operation-diffs.ts";
import { makeDurableFolder, nodeFileOps, type FileOps } from "./file-ops.ts";
import { openGitStore, type GitStore } from "./git-store.ts";
import { createJournalFile } from "./journal/open-tail.ts";
import { openJournal, type Journal } from "./journal.ts";
import type { FoldLimits } from "./keeper.ts";
import { createExecute, createSettle } from "./operation-ends.ts";
import { createOperations, isChange, type Operation, type Operations } from "./operations.ts";
import { createPublisher, type Publisher } from "./publisher.ts";
import { contentFor, nameDamage } from "./content-for.ts";
import { createHeadReader, type HeadReader } from "../git/read-head.ts";
import type { Done } from "./records.ts";
import { privateIn, resolveEffects } from "./resolve-effects.ts";
import type { PlanReader } from "./reversal-plan.ts";
import { createReverser } from "./reverser.ts";
import { openStorage, type StorageLimits } from "./storage.ts";
import type { CheckpointService, FileEffect, WriteOutcome, WriteScope } from "./types.ts";
import { createUndoVerbs } from "./undo-verbs.ts";
import { createWriterLock, type WriterLock } from "./writer-lock.ts";

export interface CheckpointServiceOptions {
  readonly workspace: Workspace;
  /** The bare repository of this workspace, under the app's data. */
  readonly storeFolder: string;
  /** Per user, the same for every process whatever BELAY_HOME says. */
  readonly lockFolder: string;
  /** All of the app's data, which no tool may touch where it lies inside the workspace; the store's own folder when not given. */
  readonly dataFolder?: string;
  /** What finds out what commands changed; closed with the service. Without one commands are not covered. */
  readonly baseline?: Baseline | ((privateFolders: readonly string[]) => Baseline);
  /** What a command changed whose call has ended: one in the background, or one that a crash cut off. */
  readonly onLateRecord?: (record: LateRecord) => Promise<void>;
  /** When the journal is folded; a test folds sooner. */
  readonly foldLimits?: FoldLimits;
  /** What the person allows; the defaults when not given. */
  readonly storageLimits?: () => StorageLimits;
  /** The real file system unless a test puts another in its place. */
  readonly ops?: FileOps;
}

/** How long opening a folder waits for another writer. */
const longestOpeningMs = 2000;

/** Opens a workspace's checkpoints. `recover` must run before the first write. */
export async function createCheckpointService(
  options: CheckpointServiceOptions,
): Promise<CheckpointService> {
  const parts = await openParts(options);
  const { index, lock, publisher, journal, place, reader, execute } = parts;
  const reverser = createReverser({
    place,
    reader,
    heads: parts.heads,
    assertFolder: () => parts.home.assertFolder(),
    execute: executeAtHome(parts.home, execute),
  });

  const { exclusive, windows, untold } = openWindows(parts, options);
  const alone: Exclusive["alone"] = (act, how) => exclusive.alone(act, how);
  const reading: Exclusive["reading"] = (act) => exclusive.reading(act);

  const list: CheckpointService["list"] = async ({ sessionId }) => {
    await reading(async () => {});
    await publisher.idle();
    return index
      .all()
      .flatMap((operation) => checkpointOf(operation, sessionId))
      .toReversed();
  };

  const { storage, keeper } = openStorage(parts, options, { alone, reading, list });
  return {
    ...windows.verbs,
    apply: (scope, effects) =>
      alone(() => write(parts, scope, effects), {
        signal: scope.signal,
        onWait: scope.onWait?.bind(scope),
      }),
    list,
    storage,
    ...createUndoVerbs({ alone, reading, reverser, index, heads: parts.heads, place, reader }),
    async diff(target) {
      await reading(async () => {});
      return diffsOf(
        index.all().filter((operation) => ofTarget(operation, target)),
        reader,
      );
    },
    results: (target) =>
      reading(async () => {
        const operations = index.all().filter((operation) => ofTarget(operation, target));
        return resultsOf(operations, index);
      }),
    recover: async () => {
      const lines = await recoverBriefly(exclusive, windows);
      return [...untold.splice(0), ...lines];
    },
    async close() {
      await windows.close();
      // The repository is derived: what could not be written now is written at the next opening.
      await publisher.idle().catch(() => undefined);
      await keeper.close();
      await journal.close();
      lock.close();
    },
  };
}

/** While a command of another Belay runs nothing is left half done: the next writer settles what it finds. */
async function recoverBriefly(
  exclusive: Exclusive,
  windows: CommandWindows,
): Promise<readonly string[]> {
  const signal = AbortSignal.timeout(longestOpeningMs);
  try {
    return await exclusive.alone(() => windows.recover(), { signal });
  } catch (error) {
    if (error instanceof AppError && error.code === "cancelled") return [];
    throw error;
  }
}

/** Who may work on the journal when, and what holds commands against changes. Settled crashes are told once, by `recover`. */
function openWindows(
  parts: Parts,
  { workspace, onLateRecord }: CheckpointServiceOptions,
): {
  readonly exclusive: Exclusive;
  readonly windows: CommandWindows;
  readonly untold: string[];
} {
  const { lock, refresh, index } = parts;
  const untold: string[] = [];
  const settle = createSettle(parts);
  const exclusive = createExclusive({
    lock,
    refresh,
    // Under the lock nobody else is at work: what has no end was cut off, here before or in another process just now.
    settle: async () => void untold.push(...(await settle())),
    isSettled: () => index.unfinished().length === 0,
    explain: (error) => explain(nameDamage(error, index)),
  });
  const windows = createCommandWindows({
    ...parts,
    exclusive,
    root: workspace.root,
    onLate: async (record) => onLateRecord?.(record),
  });
  return { exclusive, windows, untold };
}

interface Parts {
  readonly place: EffectPlace;
  /** Of operations whose end is known here and could not be written down yet. */
  readonly ends: Map<string, Done>;
  readonly privateFolders: readonly string[];
  readonly ops: FileOps;
  readonly gitStore: GitStore;
  readonly journal: Journal;
  readonly onRefresh: (listener: () => void) => void;
  readonly publisher: Publisher;
  readonly index: Operations;
  readonly lock: WriterLock;
  readonly baseline: Baseline;
  readonly home: HomeKeeper;
  readonly process: ProcessOwner;
  readonly reader: PlanReader;
  readonly heads: HeadReader;
  readonly refresh: () => Promise<void>;
  readonly execute: (input: OperationInput) => Promise<OperationOutcome>;
}

async function openParts({
  workspace,
  storeFolder,
  lockFolder,
  dataFolder = storeFolder,
  baseline = noBaseline,
  ops = nodeFileOps,
}: CheckpointServiceOptions): Promise<Parts> {
  await makeDurableFolder(storeFolder, ops);
  await mkdir(lockFolder, { recursive: true, mode: 0o700 });
  const place: EffectPlace = { workspace, ops };
  const privateFolders = privateIn(workspace, [
    await realpath(storeFolder),
    await realpath(dataFolder),
    await realpath(lockFolder),
  ]);
  const index = createOperations();
  const ends = new Map<string, Done>();
  const file = join(storeFolder, "journal");
  await createJournalFile(file, ops);
  const journal = openJournal(file, ops, { onReset: () => index.reset() });
  const gitStore = await openGitStore(storeFolder, journal, ops);
  const publisher = createPublisher(gitStore);
  const listeners = new Set<() => void>();
  const refresh = async (): Promise<void> => {
    for (const { record, objectIds } of await journal.refresh()) {
      index.add(record);
      publisher.queue(record, objectIds);
    }
    for (const listener of listeners) listener();
  };
  return {
    place,
    ops,
    gitStore,
    onRefresh: (listener) => void listeners.add(listener),
    privateFolders,
    journal,
    publisher,
    index,
    refresh,
    lock: createWriterLock(workspace, { lockFolder, storeFolder }),
    baseline: typeof baseline === "function" ? baseline(privateFolders) : baseline,
    home: createHomeKeeper({ root: workspace.root, storeFolder, ops }),
    process: createProcessOwner(join(lockFolder, "processes")),
    reader: {
      operations: index,
      content: (image) => contentFor(journal, image),
      keeps: async (image) => !("blob" in image) || journal.has(image.blob),
    },
    heads: createHeadReader(workspace.root),
    ends,
    execute: createExecute({ place, journal, ends, refresh }),
  };
}

async function write(
  parts: Parts,
  scope: WriteScope,
  effects: readonly FileEffect[],
): Promise<WriteOutcome> {
  const changes = await resolveEffects(parts.place, effects, parts.privateFolders);
  const checkpointId = createCheckpointId();
  const { sessionId, turnId, callId, tool } = scope;
  const outcome = await parts.execute({
    head: {
      id: checkpointId,
      kind: "write",
      sessionId,
      turnId,
      callId,
      tool,
      reverses: [],
      emptied: [],
      head: await parts.heads.read(),
    },
    parent: parts.index.lastCommit(sessionId),
    changes,
    onDurable: (intent) =>
      scope.onCheckpoint({
        checkpointId,
        commit: intent.commit,
        paths: intent.entries.map((entry) => entry.path),
      }),
  });
  if (outcome.conflicts.length > 0) {
    throw new AppError(
      "conflict",
      `${outcome.conflicts.join(", ")} was written by somebody else at the same moment. Nothing of this call was kept: read it again.`,
    );
  }
  return { checkpointId, notes: outcome.notes };
}

function ofTarget(
  { intent }: Operation,
  target: Parameters<CheckpointService["diff"]>[0],
): boolean {
  if (!isChange(intent)) return false;
  return "callId" in target ? intent.callId === target.callId : intent.turnId === target.turnId;
}
