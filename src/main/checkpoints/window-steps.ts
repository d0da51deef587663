import { createId, type CheckpointId, checkpointIdSchema } from "../../shared/ids.ts";
import type { LookOptions } from "./baseline/types.ts";
import { fileChanges, joinSpans } from "./command-changes.ts";
import { recordClaim, type CommandClaim, type RecordParts } from "./command-record.ts";
import type { CheckpointNotice, CommandRecord, CommandScope } from "./command-types.ts";
import { chainSince, findGaps, markNow, markText, parseMark, type Gaps } from "./gaps.ts";
import { changedHistory, historyNotes, keepHistory, keptHistory } from "./history-keeper.ts";
import type { KeptHistory } from "./history-keeper.ts";
import type { HomeKeeper } from "./home-keeper.ts";
import type { FolderIdentity } from "./store-home.ts";
import { recordOutside } from "./outside-record.ts";
import type { Coverage, SharedBy, WindowRecord } from "./records.ts";
import type { PlanReader } from "./reversal-plan.ts";
import { uncoveredBy, uncoveredNotes } from "./uncovered.ts";

export interface StepParts extends RecordParts {
  readonly reader: PlanReader;
  /** The workspace's real path. */
  readonly root: string;
  readonly home: HomeKeeper;
  /** This process, as windows name it. */
  readonly owner: () => string;
}

/** A command that runs. */
export interface Begun {
  readonly window: WindowRecord;
  readonly history: Pick<KeptHistory, "state" | "snapshot" | "notes">;
  readonly coverage: Coverage;
  /** Paths that somebody had changed just before it began. */
  readonly touched: ReadonlySet<string>;
  /** The workspace's own folder as it was. */
  readonly folder: FolderIdentity | null;
}

/** How a command ended. */
export interface WindowEnd {
  readonly ranMs: number;
  readonly interrupted: boolean;
}

/** A command's record, and what its session is told of the checkpoint; null when there is none. */
export interface EndedWindow {
  readonly record: CommandRecord;
  readonly notice: CheckpointNotice | null;
}

interface Looked {
  readonly id: string;
  readonly coverage: Coverage;
  readonly gaps: Gaps;
}

/** Above this a command had so much company that nothing it changed is surely its own. */
const longMs = 5000;
/** A command starts soon, also in a folder that is being taken in: what was not read by then is said on its card. */
const firstReadMs = 1000;

/** A look, with what the journal explains taken out. Nothing is claimed of the first one: nobody knows what was before. */
async function takeLook(
  { baseline, index }: StepParts,
  how: Omit<LookOptions, "mark">,
): Promise<Looked> {
  const id = createId("l");
  const look = await baseline.look({ ...how, mark: markText(markNow(index, id)) });
  const { coverage, previousMark } = look;
  if (previousMark === null) return { id, coverage, gaps: { standing: [], passed: [] } };
  return { id, coverage, gaps: findGaps(look.changes, chainSince(index, parseMark(previousMark))) };
}

/**
 * Looks outside of any foreground command: what changed is the person's, unless a command runs in the background: then it counts as
 * that one's. The look still has to be confirmed.
 */
export async function lookAround(
  parts: StepParts,
  how: Omit<LookOptions, "mark">,
): Promise<Pick<Begun, "coverage" | "touched">> {
  const looked = await takeLook(parts, how);
  const { standing, passed } = looked.gaps;
  const windows = parts.index.windows.open();
  const newest = windows.at(-1);
  if (newest === undefined) {
    await recordOutside(parts, { look: looked.id, gaps: [...passed, ...standing] });
  } else {
    await recordOutside(parts, { look: looked.id, gaps: passed });
    await recordClaim(parts, backgroundClaim(newest, looked, windows.length > 1));
  }
  const touched = new Set([...passed, ...standing].map(({ path }) => path));
  return { coverage: looked.coverage, touched };
}

function backgroundClaim(
  window: WindowRecord,
  { id, coverage, gaps }: Looked,
  hasCompany: boolean,
): CommandClaim {
  const endedAt = new Date().toISOString();
  return {
    window,
    gaps: gaps.standing,
    facts: {
      look: id,
      endedAt,
      interrupted: false,
      uncovered: uncoveredBy(coverage, coverage, gaps.standing),
      history: null,
    },
    sharedBy: (gap) => [
      "long",
      ...(hasCompany ? (["background"] as const) : []),
      ...(gap.contested ? (["session"] as const) : []),
    ],
  };
}

/** Everything that has to be durable before a command starts. */
export async function beginWindow(
  parts: StepParts,
  scope: CommandScope,
  background: boolean,
): Promise<Begun> {
  const history = await keepHistory(parts.root);
  const how = {
    durable: true,
    ...(background ? {} : { window: "open" as const }),
    // What was never read is read now, as far as there is time for it: afterwards it is too late.
    ...(parts.baseline.coverage().complete ? {} : { budgetMs: firstReadMs }),
  };
  const around = await lookAround(parts, how);
  const { sessionId, turnId, callId, line } = scope;
  const window: WindowRecord = {
    record: "window",
    id: createId("w"),
    sessionId,
    turnId,
    callId,
    line,
    at: new Date().toISOString(),
    background,
    owner: parts.owner(),
    snapshot: history.snapshot,
  };
  await parts.journal.append(window, history.objects, true);
  await parts.refresh();
  await parts.baseline.confirm();
  return { window, history, ...around, folder: parts.home.leave() };
}

/** Looks what changed, writes it down as the command's, and closes its window. */
export async function endWindow(
  parts: StepParts,
  begun: Begun,
  { ranMs, interrupted }: WindowEnd,
): Promise<EndedWindow> {
  const { window, history, coverage, touched } = begun;
  const looked = await takeLook(parts, {
    durable: false,
    mayBeGone: true,
    ...(window.background ? {} : { window: "close" as const }),
  });
  const { standing, passed } = looked.gaps;
  const hasCompany = parts.index.windows.open().some(({ id }) => id !== window.id);
  const changed = await changedHistory(parts.root, history);
  const isLong = window.background || ranMs > longMs;
  await recordOutside(parts, { look: looked.id, gaps: passed });
  const recorded = await recordClaim(parts, {
    window,
    gaps: standing,
    facts: {
      look: looked.id,
      endedAt: new Date().toISOString(),
      interrupted,
      uncovered: uncoveredBy(coverage, looked.coverage, standing),
      history: changed,
    },
    sharedBy: ({ path, contested }) =>
      reasons({
        background: hasCompany,
        session: contested,
        long: isLong,
        person: touched.has(path),
        interrupted,
      }),
  });
  await closeWindows(parts, [window]);
  const notes = [
    ...parts.home.settle(begun.folder, !hasCompany),
    ...recorded.notes,
    ...uncoveredNotes(recorded.uncovered),
    ...historyNotes(changed),
    ...(changed === null ? [] : history.notes),
  ];
  return describeEnd(parts, window, notes);
}

const reasons = (facts: Readonly<Record<SharedBy, boolean>>): SharedBy[] =>
  (["background", "session", "long", "person", "interrupted"] as const).filter((by) => facts[by]);

/** Nobody asks for these windows any more, and their changes are not told again. */
async function closeWindows(parts: StepParts, windows: readonly WindowRecord[]): Promise<void> {
  for (const { id } of windows) await parts.journal.append({ record: "window-end", id }, [], false);
  await parts.refresh();
  await parts.baseline.confirm();
}

/** All that was written down as the doing of a window's call: in the background it may be several operations. */
async function describeEnd(
  { index, reader }: StepParts,
  { callId }: WindowRecord,
  notes: readonly string[],
): Promise<EndedWindow> {
  const own = index
    .all()
    .filter(({ intent }) => intent.callId === callId && intent.kind === "command")
    .map(({ intent }) => intent);
  const spans = joinSpans(own.flatMap(({ entries }) => entries));
  const first = own.find(({ entries }) => entries.length > 0);
  if (first === undefined)
    return { record: { checkpointId: null, changes: [], notes }, notice: null };
  const checkpointId: CheckpointId = checkpointIdSchema.parse(first.id);
  const changes = await fileChanges(spans, (image) => reader.content(image));
  const paths = own.flatMap(({ entries }) => entries.map(({ path }) => path));
  return {
    record: { checkpointId, changes, notes: [...notes, ...folderNotes(spans)] },
    notice: { checkpointId, commit: first.commit, paths: [...new Set(paths)] },
  };
}

const shownFolders = 5;

/** Folders have no line in a list of files: named are those of another mode, and those made or removed without any file in them. */
function folderNotes(spans: ReturnType<typeof joinSpans>): string[] {
  const files = spans.filter(({ pre, post }) => pre.type !== "folder" && post.type !== "folder");
  const filled = new Set(files.flatMap(({ path }) => foldersAbove(path)));
  const lone = (folders: readonly string[]): string[] =>
    folders.filter((folder) => !filled.has(folder));
  const named = (keep: (span: (typeof spans)[number]) => boolean): string[] =>
    spans.filter(keep).map(({ path }) => `${path}/`);
  return [
    ...folderLine(
      "Folders made",
      lone(named(({ pre, post }) => pre.type === "absent" && post.type === "folder")),
    ),
    ...folderLine(
      "Folders removed",
      lone(named(({ pre, post }) => pre.type === "folder" && post.type === "absent")),
    ),
    ...folderLine(
      "Folders with another mode",
      named(({ pre, post }) => pre.type === "folder" && post.type === "folder"),
    ),
  ];
}

function folderLine(verb: string, folders: readonly string[]): string[] {
  const more = folders.length > shownFolders ? ` and ${folders.length - shownFolders} more` : "";
  const shown = folders.slice(0, shownFolders).join(", ");
  return folders.length === 0 ? [] : [`${verb}: ${shown}${more}.`];
}

/** Every folder on the way to a path, with a slash at its end. */
const foldersAbove = (path: string): string[] =>
  Array.from(path.matchAll(/\//g), ({ index }) => path.slice(0, index + 1));

/** What a Belay that ended had begun: everything since is held to be the newest one's, and everything of it is a guess. */
export async function endOrphans(
  parts: StepParts,
  orphans: readonly WindowRecord[],
): Promise<{ readonly window: WindowRecord; readonly ended: EndedWindow } | null> {
  const window = orphans.findLast((one) => !one.background) ?? orphans.at(-1);
  if (window === undefined) return null;
  const { snapshot } = window;
  const begun: Begun = {
    window,
    history: { state: await keptHistory(parts.journal, snapshot), snapshot, notes: [] },
    coverage: parts.baseline.coverage(),
    touched: new Set(),
    folder: parts.home.last(),
  };
  const ended = await endWindow(parts, begun, { ranMs: Infinity, interrupted: true });
  await closeWindows(
    parts,
    orphans.filter((one) => one !== window),
  );
  return { window, ended };
}
