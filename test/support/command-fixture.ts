import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createCheckpointService } from "../../src/main/checkpoints/create-checkpoint-service.ts";
import type {
  CheckpointNotice,
  CommandRecord,
  CommandScope,
  LateRecord,
} from "../../src/main/checkpoints/command-types.ts";
import { nodeFileOps } from "../../src/main/checkpoints/file-ops.ts";
import { openJournal } from "../../src/main/checkpoints/journal.ts";
import type { Intent, JournalRecord } from "../../src/main/checkpoints/records.ts";
import type { CheckpointService } from "../../src/main/checkpoints/types.ts";
import {
  createCallId,
  createSessionId,
  createTurnId,
  type CallId,
  type SessionId,
  type TurnId,
} from "../../src/shared/ids.ts";
import {
  createFakeBaseline,
  createFakeDisk,
  type FakeBaselineDisk,
  type FakeBaselineOptions,
} from "./fake-baseline.ts";
import { createTemporaryFolder } from "./temporary-folder.ts";

export interface RanCommand extends CommandRecord {
  readonly sessionId: SessionId;
  readonly turnId: TurnId;
  readonly callId: CallId;
  /** What the session was told before the call's end. */
  readonly notices: readonly CheckpointNotice[];
}

/** A folder with real files, its checkpoints and a baseline that outlives a service. */
export interface CommandFixture extends AsyncDisposable {
  readonly root: string;
  readonly store: string;
  readonly locks: string;
  readonly disk: FakeBaselineDisk;
  readonly service: CheckpointService;
  readonly late: readonly LateRecord[];
  /** Another Belay on the same folder. */
  open(baseline?: FakeBaselineOptions): Promise<CheckpointService>;
  scope(scope?: Partial<CommandScope>): CommandScope & { readonly notices: CheckpointNotice[] };
  /** Runs a shell line as a call does. `meanwhile` is done when it has run and before anybody looks. */
  command(
    line: string,
    how?: {
      readonly service?: CheckpointService;
      readonly scope?: Partial<CommandScope>;
      readonly meanwhile?: () => unknown;
    },
  ): Promise<RanCommand>;
  put(path: string, content: string | Uint8Array): void;
  read(path: string): string;
  shell(line: string): string;
  /** The command operations in the journal, oldest first. */
  intents(): Promise<readonly Intent[]>;
  records<Kind extends JournalRecord["record"]>(
    kind: Kind,
  ): Promise<readonly Extract<JournalRecord, { record: Kind }>[]>;
  fsck(): string;
}

export async function createCommandFixture(
  options: FakeBaselineOptions = {},
): Promise<CommandFixture> {
  const folder = createTemporaryFolder();
  const root = join(realpathSync(folder.path), "project");
  mkdirSync(root);
  const store = join(folder.path, "store");
  const locks = join(folder.path, "locks");
  const disk = createFakeDisk();
  const late: LateRecord[] = [];
  const opened: CheckpointService[] = [];
  const sessionId = createSessionId();

  async function open(own: FakeBaselineOptions = options): Promise<CheckpointService> {
    const service = await createCheckpointService({
      workspace: { root, id: "w" },
      storeFolder: store,
      lockFolder: locks,
      baseline: createFakeBaseline(root, { disk, ...own }),
      onLateRecord: async (record) => void late.push(record),
    });
    opened.push(service);
    return service;
  }
  const service = await open();

  function scope(own: Partial<CommandScope> = {}): ReturnType<CommandFixture["scope"]> {
    const notices: CheckpointNotice[] = [];
    return {
      sessionId,
      turnId: createTurnId(),
      callId: createCallId(),
      line: "true",
      signal: new AbortController().signal,
      onCheckpoint: async (notice) => void notices.push(notice),
      ...own,
      notices,
    };
  }
  const shell = (line: string): string => {
    const ran = spawnSync("bash", ["-c", line], { cwd: root, encoding: "utf8" });
    if (ran.status !== 0) throw new Error(`${line}: ${ran.stderr}`);
    return ran.stdout;
  };
  async function records<Kind extends JournalRecord["record"]>(
    kind: Kind,
  ): Promise<Extract<JournalRecord, { record: Kind }>[]> {
    const journal = openJournal(join(store, "journal"), nodeFileOps);
    const all = await journal.refresh();
    await journal.close();
    return all.flatMap(({ record }) => (isKind(record, kind) ? [record] : []));
  }

  return {
    root,
    store,
    locks,
    disk,
    service,
    late,
    open,
    scope,
    shell,
    records,
    async command(line, { service: by = service, scope: own = {}, meanwhile } = {}) {
      const full = scope({ line, ...own });
      const { checkpointId, changes, notes } = await by.aroundCommand(full, async () => {
        shell(line);
        await meanwhile?.();
      });
      const { turnId, callId, notices } = full;
      return {
        sessionId: full.sessionId,
        turnId,
        callId,
        notices,
        checkpointId,
        changes,
        notes,
      };
    },
    put(path, content) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    },
    read: (path) => readFileSync(join(root, path), "utf8"),
    async intents() {
      return (await records("intent")).filter((one) => one.kind === "command");
    },
    fsck: () =>
      execFileSync("git", ["--git-dir", store, "fsck", "--strict", "--full"], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      }).replaceAll(/^notice:.*\n/gm, ""),
    async [Symbol.asyncDispose]() {
      for (const one of opened) await one.close();
      folder[Symbol.dispose]();
    },
  };
}

const isKind = <Kind extends JournalRecord["record"]>(
  record: JournalRecord,
  kind: Kind,
): record is Extract<JournalRecord, { record: Kind }> => record.record === kind;
