import type { MergePart, UndoAction, UndoPlan, UndoResult } from "../../shared/checkpoint.ts";
import type { FileDiff } from "../../shared/diff.ts";
import { AppError } from "../../shared/errors.ts";
import { undoReasons } from "../../shared/undo-reasons.ts";
import { createUndoId } from "../../shared/ids.ts";
import type { HeadReader } from "../git/read-head.ts";
import { waitsFor } from "./branch-guard.ts";
import type { PlannedChange } from "./effect.ts";
import { emptiedFolders, withoutEmptyFolders } from "./emptied-folders.ts";
import type { OperationInput, OperationOutcome } from "./executor.ts";
import { fileDiff } from "./file-diffs.ts";
import { leftAfterReversal } from "./hunk-plan.ts";
import { stateOf, type State } from "./image.ts";
import { mergeAt } from "./merge-at.ts";
import { isChange, type Operation, type Operations } from "./operations.ts";
import {
  blockedPath,
  foldedTogether,
  planPaths,
  refuseImpossible,
  type PlannedPath,
  type PlanParts,
  type Selection,
} from "./plan-paths.ts";
import {
  chosenAction,
  chosenState,
  contentIn,
  fingerprintOf,
  rowOf,
  type PathChoice,
  type PathPlan,
  type PlanReader,
} from "./reversal-plan.ts";
import type { AppliedUndo, PreviewedPath, UndoOptions } from "./types.ts";

/** Takes operations back. All verbs must be called under the workspace's lock. */
export interface Reverser {
  plan(selection: Selection): Promise<UndoPlan>;
  preview(selection: Selection, wanted: PreviewedPath): Promise<FileDiff | null>;
  /** One path as a merge to be edited; see `CheckpointService.merge`. */
  merge(selection: Selection, path: string): Promise<readonly MergePart[] | null>;
  /** What `reverse` would answer now. */
  dryRun(selection: Selection, how: UndoOptions): Promise<UndoResult>;
  reverse(
    selection: Selection,
    how: UndoOptions & { readonly kind: "undo" | "redo" },
  ): Promise<AppliedUndo>;
}

export interface ReverserParts extends PlanParts {
  readonly heads: HeadReader;
  readonly execute: (input: OperationInput) => Promise<OperationOutcome>;
}

export function createReverser(parts: ReverserParts): Reverser {
  const { reader } = parts;
  return {
    async plan(selection) {
      const plans = await planAll(parts, selection, { conflicts: "merge" });
      const rows = [];
      for (const { plan, held } of plans) rows.push(await rowOf(plan, stateOf(held), reader));
      const waits = await waitsFor(selection.operations, parts.heads);
      return { rows, uncoveredCommands: 0, ...(waits === undefined ? {} : { waitsFor: waits }) };
    },
    async preview(selection, { path, choice }) {
      const [first] = await planPaths(parts, selection, path);
      const state = first === undefined ? null : chosenState(first.plan, choice);
      return first === undefined || state === null ? null : diffTo(first, state, reader);
    },
    merge: (selection, path) => mergeAt(parts, selection, path),
    async dryRun(selection, how) {
      await assertOnBranch(selection.operations, parts.heads);
      const plans = await planAll(parts, selection, how);
      const { chosen, conflicts } = sortPlans(plans, how);
      return { ...reported(chosen, []), conflicts, redo: null };
    },
    reverse: (selection, how) => reverse(parts, selection, how),
  };
}

type ChoiceFor = (plan: PathPlan) => PathChoice;

const choiceFrom =
  ({ choices, conflicts }: UndoOptions): ChoiceFor =>
  ({ path, steers }) => {
    const own = choices !== undefined && Object.hasOwn(choices, path) ? choices[path] : undefined;
    // A rule for all is no word on what steers.
    if (own === undefined && steers !== undefined) return "keep";
    return own === "keep" ? "leave" : (own ?? conflicts);
  };

/** With what cannot be done together with the rest made a conflict. */
async function planAll(
  parts: ReverserParts,
  selection: Selection,
  how: UndoOptions,
): Promise<readonly PlannedPath[]> {
  const choiceFor = choiceFrom(how);
  const found = await planPaths(parts, selection);
  const plans = how.allowSteering === true ? found.map(withoutSteering) : found;
  const folded = foldedTogether(plans);
  const apart = plans.map((one) =>
    folded.has(one.plan.path) ? blockedPath(one, foldedReason) : one,
  );
  const possible = await refuseImpossible(parts, apart, choiceFor);
  return withoutEmptyFolders(parts.place, possible, {
    folders: new Set(selection.operations.flatMap(({ intent }) => intent.folders)),
    choiceFor,
  });
}

function withoutSteering(one: PlannedPath): PlannedPath {
  const { steers: _, ...plan } = one.plan;
  return { ...one, plan };
}

const foldedReason =
  "this volume takes two of the names for one file; rename it by hand, through another name";

async function diffTo(
  { plan, held }: PlannedPath,
  state: State,
  reader: PlanReader,
): Promise<FileDiff> {
  const whole = async (one: State): Promise<State> => ({
    image: one.image,
    content: await contentIn(reader, one),
  });
  return fileDiff(plan.path, await whole(stateOf(held)), await whole(state));
}

async function reverse(
  parts: ReverserParts,
  selection: Selection,
  how: UndoOptions & { readonly kind: "undo" | "redo" },
): Promise<AppliedUndo> {
  const { operations } = selection;
  const index = parts.reader.operations;
  const [first] = operations;
  if (first === undefined) throw new AppError("not-found", "There is nothing to undo here.");
  assertRestStands(operations, index);
  await assertOnBranch(operations, parts.heads);
  const plans = await planAll(parts, selection, how);
  const { chosen, conflicts } = sortPlans(plans, how);
  const direction = how.kind;
  if (chosen.length === 0)
    return { undone: [], skipped: [], conflicts, redo: null, direction, calls: [] };
  const { sessionId } = first.intent;
  const id = createUndoId();
  const changes = chosen.map(({ change }) => change);
  const folders = operations.flatMap(({ intent }) => intent.folders);
  const kept = conflicts.map(({ path }) => path);
  const emptied = await emptiedFolders(parts.place, folders, { changes, kept });
  const outcome = await parts.execute({
    head: {
      id,
      kind: direction,
      sessionId,
      turnId: null,
      callId: null,
      tool: direction,
      emptied: [],
      reverses: reversalsOf(operations, chosen),
      head: await parts.heads.read(),
    },
    parent: index.lastCommit(sessionId),
    changes: [...changes, ...emptied],
    left: await leftBy(operations, chosen, parts.reader),
    onDurable: async () => {},
  });
  // A folder that was to go with its last file and is not empty any more stays, without a word.
  const late = outcome.conflicts
    .filter((path) => changes.some((change) => change.path === path))
    .map((path) => ({ path, reason: "it was written at the same moment" }));
  return {
    ...reported(chosen, outcome.conflicts),
    conflicts: [...conflicts, ...late],
    // Where somebody else was first everywhere, there is nothing to take back.
    redo: outcome.done.paths.length > 0 ? id : null,
    ...(outcome.notes.length === 0 ? {} : { notes: [...outcome.notes] }),
    direction,
    calls: settledCalls(index, operations, direction),
  };
}

async function assertOnBranch(operations: readonly Operation[], heads: HeadReader): Promise<void> {
  const waits = await waitsFor(operations, heads);
  if (waits !== undefined) throw new AppError("conflict", waits.message);
}

/** A part that was taken back comes again only into the change that it was a part of. */
function assertRestStands(operations: readonly Operation[], index: Operations): void {
  for (const { intent } of operations) {
    const own = new Set(intent.reverses.map((reversal) => reversal.id));
    const missing = intent.left.find((one) => own.has(one.id) && index.isTakenBack(one));
    if (missing !== undefined)
      throw new AppError(
        "conflict",
        `The rest of that change of ${JSON.stringify(missing.path)} was undone later. Redo that first.`,
      );
  }
}

async function leftBy(
  operations: readonly Operation[],
  chosen: readonly Chosen[],
  reader: PlanReader,
): Promise<NonNullable<OperationInput["left"]>> {
  const parts = chosen.map(({ plan }) => plan.left ?? { entries: [], contents: [] });
  const isPartial = operations.some(({ intent }) => intent.left.length > 0);
  if (isPartial)
    for (const { change } of chosen)
      parts.push(await leftAfterReversal(operations, change.path, reader));
  return {
    entries: parts.flatMap((part) => part.entries),
    contents: parts.flatMap((part) => part.contents),
  };
}

/** The calls that a reversal touched. An undo that kept one of a call's files has not taken that call back. */
function settledCalls(
  index: Operations,
  operations: readonly Operation[],
  direction: AppliedUndo["direction"],
): AppliedUndo["calls"] {
  const standing = new Set(
    index
      .all()
      .filter((one) => isChange(one.intent) && index.stands(one))
      .map((one) => one.intent.callId),
  );
  const calls = new Map(
    operations.flatMap((operation) => index.callsOf(operation)).map((call) => [call.callId, call]),
  );
  return Array.from(calls.values(), ({ sessionId, callId }) => ({
    sessionId,
    callId,
    isSettled: standing.has(callId) === (direction === "redo"),
  }));
}

function reversalsOf(
  operations: readonly Operation[],
  chosen: readonly Chosen[],
): OperationInput["head"]["reverses"] {
  const byId = new Map<string, string[]>(operations.map(({ intent }) => [intent.id, []]));
  for (const { plan } of chosen) for (const id of plan.reverses) byId.get(id)?.push(plan.path);
  return Array.from(byId, ([id, paths]) => ({ id, paths }));
}

/** A path that is settled: what it becomes, and what that is called. */
interface Chosen {
  readonly plan: PathPlan;
  readonly change: PlannedChange;
  readonly action: UndoAction;
}

interface SortedPlans {
  readonly chosen: readonly Chosen[];
  readonly conflicts: UndoResult["conflicts"];
}

/** What is done and what is left, by the person's choices. */
function sortPlans(plans: readonly PlannedPath[], how: UndoOptions): SortedPlans {
  const choiceFor = choiceFrom(how);
  const chosen: Chosen[] = [];
  const conflicts: UndoResult["conflicts"] = [];
  for (const { plan, held } of plans) {
    const { path } = plan;
    const isOther = how.seen !== undefined && how.seen[path] !== fingerprintOf(plan, stateOf(held));
    const post = isOther ? null : chosenState(plan, choiceFor(plan));
    if (post === null) {
      const reason = isOther ? changedMeanwhile : reasonOf(plan, choiceFor(plan));
      const { steers } = plan;
      conflicts.push({ path, reason, ...(steers === undefined ? {} : { steers }) });
    } else {
      const action = chosenAction(plan, stateOf(held), post);
      chosen.push({ plan, change: { path, held, post }, action });
    }
  }
  return { chosen, conflicts };
}

const changedMeanwhile = "it changed while the dialog was open";

function reasonOf(plan: PathPlan, choice: PathChoice): string {
  const { conflict, held, blocked, action, steers } = plan;
  if (choice !== "leave" && steers !== undefined) return undoReasons.steers;
  if (choice === "leave" && conflict === null && held === null && action !== "merge")
    return "it is kept as you chose";
  if (held !== null && blocked !== true) return `may be yours: ${held}`;
  return conflict ?? "it was changed since, and is kept as it is";
}

function reported(
  chosen: readonly Chosen[],
  lost: readonly string[],
): Pick<UndoResult, "undone" | "skipped"> {
  const missed = new Set(lost);
  const effective = chosen
    .map(({ change: { path }, action }) => ({ path, action }))
    .filter(({ path }) => !missed.has(path));
  return {
    undone: effective.filter(({ action }) => action !== "none"),
    skipped: effective
      .filter(({ action }) => action === "none")
      .map(({ path }) => ({ path, reason: "it is already so" })),
  };
}
