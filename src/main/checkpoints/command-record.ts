import type { HeadReader } from "../git/read-head.ts";
import { createCheckpointId } from "../../shared/ids.ts";
import type { Baseline } from "./baseline/types.ts";
import { blobId } from "../workspace/blob-id.ts";
import { checkpointObjects } from "./commit.ts";
import { contentFor } from "./content-for.ts";
import type { Gap } from "./gaps.ts";
import type { State } from "./image.ts";
import type { Journal } from "./journal.ts";
import type { Operations } from "./operations.ts";
import {
  blobOf,
  type CommandFacts,
  type Entry,
  type Image,
  type Intent,
  type SharedBy,
  type WindowRecord,
} from "./records.ts";
import { createRescue } from "./rescue.ts";
import { isUncovered } from "./uncovered.ts";

/** Contents of one record at most, in bytes: a command that changed more is several operations. */
const largestRecord = 64 * 1024 * 1024;

export interface CommandClaim {
  readonly window: WindowRecord;
  readonly facts: Omit<CommandFacts, "shared" | "line" | "startedAt" | "background">;
  readonly gaps: readonly Gap[];
  readonly sharedBy: (gap: Gap) => readonly SharedBy[];
}

export interface RecordParts {
  readonly journal: Journal;
  readonly index: Operations;
  readonly baseline: Baseline;
  readonly refresh: () => Promise<void>;
  readonly heads: HeadReader;
}

/** What was written down of a claim. */
export interface RecordedClaim {
  readonly intents: readonly Intent[];
  readonly uncovered: CommandFacts["uncovered"];
  readonly notes: readonly string[];
}

interface Part {
  readonly entries: Entry[];
  readonly states: State[];
  readonly shared: CommandFacts["shared"];
  bytes: number;
}

const emptyPart = (): Part => ({ entries: [], states: [], shared: [], bytes: 0 });

/**
 * Makes what a command changed durable, with the bytes before and after: one operation, or several where it is much. What is not
 * kept anywhere becomes `uncovered`. A command that changed nothing leaves nothing.
 */
export async function recordClaim(parts: RecordParts, claim: CommandClaim): Promise<RecordedClaim> {
  const intents: Intent[] = [];
  const unknown: string[] = [];
  const notes: string[] = [];
  let part = emptyPart();
  for (const gap of claim.gaps) {
    const states = await bothStates(parts, gap);
    if (states === null) {
      notes.push(...(await keepCopy(parts, claim.window.id, gap)));
      if (gap.pre !== "unknown" && gap.post !== "unknown") unknown.push(gap.path);
      continue;
    }
    const bytes = states.reduce((sum, { content }) => sum + (content?.length ?? 0), 0);
    if (part.entries.length > 0 && part.bytes + bytes > largestRecord) {
      intents.push(await appendPart(parts, claim, { part, last: null }));
      part = emptyPart();
    }
    addToPart(part, { gap, states, bytes, by: claim.sharedBy(gap) });
  }
  const uncovered = {
    ...claim.facts.uncovered,
    unknown: [...claim.facts.uncovered.unknown, ...unknown],
  };
  if (part.entries.length > 0 || isUncovered(uncovered) || claim.facts.history !== null)
    intents.push(await appendPart(parts, claim, { part, last: uncovered }));
  return { intents, uncovered, notes };
}

function addToPart(
  part: Part,
  added: {
    readonly gap: Gap;
    readonly states: readonly [State, State];
    readonly bytes: number;
    readonly by: readonly SharedBy[];
  },
): void {
  const { path } = added.gap;
  const [{ image: pre }, { image: post }] = added.states;
  part.entries.push({ path, pre, post, temporary: "", aside: "" });
  part.states.push(...added.states);
  part.shared.push(...added.by.map((by) => ({ path, by })));
  part.bytes += added.bytes;
}

/** Null where the bytes of a side are not to be had. */
async function bothStates(parts: RecordParts, gap: Gap): Promise<[State, State] | null> {
  const { pre, post } = gap;
  if (pre === "unknown" || post === "unknown") return null;
  const before = await stateFor(parts, pre);
  const after = before === null ? null : await stateFor(parts, post);
  return before === null || after === null ? null : [before, after];
}

/** Also what the journal holds already is loaded: a record brings all that its commit shows, or git finds the commit unsound. */
async function stateFor(parts: RecordParts, image: Image): Promise<State | null> {
  const blob = blobOf(image);
  if (blob === null) return { image, content: null };
  const { journal, baseline } = parts;
  const held = (await journal.isHeld(blob)) ? await contentFor(journal, image) : null;
  const content = held ?? (await baseline.object(blob).catch(() => null));
  return content === null || blobId(content) !== blob ? null : { image, content };
}

/** What cannot be undone because nobody knows what it has become is at least not lost. */
async function keepCopy(parts: RecordParts, id: string, { path, pre }: Gap): Promise<string[]> {
  const state = pre === "unknown" ? null : await stateFor(parts, pre);
  if (state === null || state.content === null) return [];
  await createRescue(parts.journal, id).keep(path, state.content);
  const copy = blobId(state.content).slice(0, 10);
  return [`What ${path} was before is kept as safety copy ${copy}.`];
}

/** `last`: what the last part says of what could not be kept; null in those before it. */
async function appendPart(
  parts: RecordParts,
  { window, facts }: CommandClaim,
  { part, last }: { readonly part: Part; readonly last: CommandFacts["uncovered"] | null },
): Promise<Intent> {
  const { sessionId, turnId, callId, line, background } = window;
  const draft: Omit<Intent, "commit"> = {
    record: "intent",
    id: createCheckpointId(),
    kind: "command",
    sessionId,
    turnId,
    callId,
    tool: "run_command",
    at: facts.endedAt,
    entries: part.entries,
    folders: [],
    emptied: [],
    reverses: [],
    left: [],
    head: await parts.heads.read(),
    command: {
      ...facts,
      line,
      background,
      startedAt: window.at,
      shared: part.shared,
      uncovered: last ?? { ...facts.uncovered, heavy: [], tooLarge: [], special: [], unknown: [] },
      history: last === null ? null : facts.history,
    },
  };
  const parent = parts.index.lastCommit(sessionId);
  const { commit, objects } = checkpointObjects({ intent: draft, parent, states: part.states });
  const intent: Intent = { ...draft, commit };
  await parts.journal.append(intent, objects, true);
  const paths = part.entries.map(({ path }) => path);
  const done = { record: "done" as const, id: intent.id, paths, rescued: [], recovered: false };
  // Without its end recovery writes one: the command has happened.
  await parts.journal.append(done, [], false);
  await parts.refresh();
  return intent;
}
