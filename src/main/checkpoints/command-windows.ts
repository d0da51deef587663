import { AppError, messageOf } from "../../shared/errors.ts";
import type { ProcessOwner } from "../history/process-owner.ts";
import type {
  CommandCover,
  CommandRecord,
  CommandScope,
  CommandWindow,
  LateRecord,
  OutsideSpan,
} from "./command-types.ts";
import type { Exclusive, Phase } from "./exclusive.ts";
import { outsideDiffs } from "./outside-diffs.ts";
import { outsideChanges } from "./outside-record.ts";
import type { Outside, WindowRecord } from "./records.ts";
import type { CheckpointService } from "./types.ts";
import { uncoveredCommands } from "./uncovered-commands.ts";
import {
  beginWindow,
  endOrphans,
  endWindow,
  lookAround,
  type Begun,
  type EndedWindow,
  type StepParts,
} from "./window-steps.ts";
import type { HoldOptions } from "./writer-lock.ts";

export interface WindowParts extends Omit<StepParts, "owner"> {
  readonly exclusive: Exclusive;
  readonly process: ProcessOwner;
  /** What a command in the background, or one that a crash cut off, has changed. */
  readonly onLate: (record: LateRecord) => Promise<void>;
}

/** What of a checkpoint service is about commands. */
export type CommandVerbs = CommandCover &
  Pick<CheckpointService, "start" | "onCoverage" | "outside" | "outsideDiffs" | "uncovered">;

/** Holds what changes in a workspace against the commands that run in it. */
export interface CommandWindows {
  readonly verbs: CommandVerbs;
  /** Settles the windows of a Belay that ended; one line for the person each. Under the lock. */
  recover(): Promise<readonly string[]>;
  /** Closes the windows of what runs in the background, and the baseline. */
  close(): Promise<void>;
}

export function createCommandWindows(parts: WindowParts): CommandWindows {
  const { baseline, exclusive, index } = parts;
  const late = createLateTeller(parts);
  const watch = createWatch(parts, late);
  const live = new Set<CommandWindow>();
  const shutdown = new AbortController();

  return {
    recover: () => watch.recover().catch(notYet),
    verbs: {
      start: () => baseline.start(),
      coverage: () => baseline.coverage(),
      onCoverage: (listener) => void baseline.onCoverage(listener),
      settle(limitMs, signal) {
        baseline.start();
        return baseline.settle(limitMs, signal);
      },
      aroundCommand: (scope, run) => aroundCommand(watch, scope, run),
      async openWindow(scope) {
        const begun = await exclusive.alone(() => watch.begin(scope, true), holdFor(scope, false));
        const window = createWindow(begun.window, {
          end: () =>
            watch.end(begun, Infinity, (act) => exclusive.alone(act, { signal: shutdown.signal })),
          onCheckpoint: (notice) => scope.onCheckpoint(notice),
          tellLate: (ended, record) => late.tell(ended, record),
          onClose: () => void live.delete(window),
        });
        live.add(window);
        return window;
      },
      outside: (span) => looked(parts, watch, () => outsideChanges(outsideIn(index, span), parts)),
      outsideDiffs: (span) =>
        looked(parts, watch, () =>
          outsideDiffs(outsideIn(index, span), {
            ...parts,
            isHeld: (blob) => parts.journal.isHeld(blob),
          }),
        ),
      uncovered: (target) => exclusive.reading(async () => uncoveredCommands(target, index)),
    },
    async close() {
      // What another process holds for long is left to the next Belay, as after a crash.
      const timer = setTimeout(() => shutdown.abort(), longestCloseMs);
      timer.unref();
      await Promise.allSettled(Array.from(live, (window) => window.closeLate()));
      clearTimeout(timer);
      await late.idle();
      await baseline.close();
      parts.process.close();
    },
  };
}

/** A folder opens all the same; no command starts there before the look has been made. */
const notYet = (error: unknown): readonly string[] => [
  `What a command changed before Belay ended could not be looked at yet (${messageOf(error)}). Belay looks again before the next command.`,
];

/** The steps of a window, with what has to be settled before. All but `exclusive` is called under the lock. */
interface Watch {
  readonly exclusive: Exclusive;
  begin(scope: CommandScope, background: boolean): Promise<Begun>;
  /**
   * Does it within `phase`. Throws only AppError("cancelled"): the command has run, and its output must reach whoever waits for it.
   */
  end(begun: Begun, ranMs: number, phase: Phase): Promise<EndedWindow>;
  look(): Promise<void>;
  recover(): Promise<readonly string[]>;
}

function createWatch(parts: WindowParts, late: LateTeller): Watch {
  const steps: StepParts = { ...parts, owner: () => parts.process.id() };
  /** Windows of this process whose end could not be looked at: they are settled as after a crash. */
  const abandoned = new Set<string>();
  async function recover(): Promise<readonly string[]> {
    const orphans = parts.index.windows
      .open()
      .filter(({ id, owner }) => abandoned.has(id) || !parts.process.isAlive(owner));
    const lines = await settleOrphans(steps, orphans, late);
    for (const { id } of orphans) abandoned.delete(id);
    return lines;
  }
  return {
    exclusive: parts.exclusive,
    recover,
    async begin(scope, background) {
      await recover();
      return beginWindow(steps, scope, background);
    },
    async end(begun, ranMs, phase) {
      try {
        return await phase(() => endWindow(steps, begun, { ranMs, interrupted: false }));
      } catch (error) {
        abandoned.add(begun.window.id);
        if (error instanceof AppError && error.code === "cancelled") throw error;
        const note = `What this command changed could not be looked at (${causeOf(error)}). Belay looks again before the next one.`;
        return { record: { checkpointId: null, changes: [], notes: [note] }, notice: null };
      }
    },
    async look() {
      await recover();
      await lookAround(steps, { durable: false });
      await parts.baseline.confirm();
    },
  };
}

/** What the disk said: in other words it would be told that nothing was changed. */
const causeOf = (error: unknown): string =>
  messageOf(error instanceof AppError && error.cause !== undefined ? error.cause : error);

const aroundCommand = <T>(
  watch: Watch,
  scope: CommandScope,
  run: () => Promise<T>,
): Promise<CommandRecord & { readonly value: T }> =>
  watch.exclusive.overPhases(
    async (phase) => {
      const begun = await phase(() => watch.begin(scope, false));
      const startedAt = performance.now();
      const result = await settled(run());
      const ended = await watch.end(begun, performance.now() - startedAt, phase);
      if (ended.notice !== null) await scope.onCheckpoint(ended.notice);
      if (!result.ok) throw result.error;
      return { value: result.value, ...ended.record };
    },
    holdFor(scope, true),
  );

interface LateTeller {
  tell(window: WindowRecord, record: CommandRecord): void;
  idle(): Promise<void>;
}

/** Nobody who holds the workspace waits for the listener, which may want it. */
function createLateTeller({ onLate }: Pick<WindowParts, "onLate">): LateTeller {
  const deliveries = new Set<Promise<void>>();
  return {
    tell({ sessionId, turnId, callId }, record) {
      if (record.changes.length + record.notes.length === 0) return;
      const delivery = onLate({ sessionId, turnId, callId, ...record })
        .catch(() => undefined)
        .finally(() => deliveries.delete(delivery));
      deliveries.add(delivery);
    },
    async idle() {
      while (deliveries.size > 0) await Promise.allSettled(deliveries);
    },
  };
}

async function settleOrphans(
  steps: StepParts,
  orphans: readonly WindowRecord[],
  late: LateTeller,
): Promise<readonly string[]> {
  const found = await endOrphans(steps, orphans);
  if (found === null) return [];
  const { window, ended } = found;
  late.tell(window, ended.record);
  if (ended.record.changes.length === 0) return [];
  const line = `Belay ended while \`${shortLine(window.line)}\` ran.`;
  return [`${line} What changed meanwhile is on its card, and undo asks about it.`];
}

/** Answers by a look that is taken now, unless a command runs. */
async function looked<T>(
  { exclusive }: Pick<WindowParts, "exclusive">,
  watch: Watch,
  answer: () => Promise<T>,
): Promise<T> {
  const briefly = { signal: AbortSignal.timeout(shortWaitMs) };
  await exclusive.alone(() => watch.look(), briefly).catch(ignoreBusy);
  return exclusive.reading(answer);
}

const outsideIn = (
  index: WindowParts["index"],
  { after = "", before }: OutsideSpan,
): readonly Outside[] =>
  index.windows
    .outside()
    .map((one) => one.outside)
    .filter(({ at }) => at > after && (before === undefined || at <= before));

/** A command that runs is not waited for: the list is then as it was before it. */
const shortWaitMs = 250;
const longestCloseMs = 5000;

function ignoreBusy(error: unknown): void {
  if (!(error instanceof AppError) || error.code !== "cancelled") throw error;
}

interface WindowEnds {
  readonly end: () => Promise<EndedWindow>;
  readonly onCheckpoint: CommandScope["onCheckpoint"];
  readonly tellLate: (window: WindowRecord, record: CommandRecord) => void;
  readonly onClose: () => void;
}

function createWindow(window: WindowRecord, ends: WindowEnds): CommandWindow {
  let closing: Promise<EndedWindow> | undefined;
  const closeOnce = (): Promise<EndedWindow> => {
    closing ??= ends.end().finally(() => ends.onClose());
    return closing;
  };
  return {
    async close() {
      const { record, notice } = await closeOnce();
      if (notice !== null) await ends.onCheckpoint(notice);
      return record;
    },
    async closeLate() {
      const isFirst = closing === undefined;
      const { record } = await closeOnce();
      if (isFirst) ends.tellLate(window, record);
    },
  };
}

/** A foreground command holds the workspace so long that others want to know. */
function holdFor(scope: CommandScope, isLong: boolean): HoldOptions {
  const { signal, sessionId, line: what } = scope;
  const holder = { pid: process.pid, sessionId, what, since: new Date().toISOString() };
  return {
    signal,
    ...(isLong ? { holder } : {}),
    onWait: (by) => scope.onWait?.(by),
  };
}

const shortLine = (line: string): string => {
  const [first = ""] = line.split("\n");
  return first.length > 60 ? `${first.slice(0, 59)}…` : first;
};

type Settled<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: unknown };

const settled = <T>(work: Promise<T>): Promise<Settled<T>> =>
  work.then(
    (value) => ({ ok: true, value }),
    (error: unknown) => ({ ok: false, error }),
  );
