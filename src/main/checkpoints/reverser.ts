import type { UndoAction, UndoPlan, UndoResult } from "../../shared/checkpoint.ts";
import type { FileDiff } from "../../shared/diff.ts";
import { AppError } from "../../shared/errors.ts";
import { createUndoId } from "../../shared/ids.ts";
import type { PlannedChange } from "./effect.ts";
import type { OperationInput, OperationOutcome } from "./executor.ts";
import { fileDiff } from "./file-diffs.ts";
import { holdPath, nothing, stateOf, type Held, type State } from "./image.ts";
import { isChange, type Operation, type Operations } from "./operations.ts";
import {
  blockedPlan,
  chosenAction,
  chosenState,
  entriesByPath,
  fingerprintOf,
  planPath,
  rowOf,
  type PathPlan,
  type PlanReader,
} from "./reversal-plan.ts";
import type { EffectPlace } from "./effect.ts";
import type { AppliedUndo, PreviewedPath, UndoOptions } from "./types.ts";

/** Takes operations back. All verbs must be called under the workspace's lock. */
export interface Reverser {
  plan(operations: readonly Operation[]): Promise<UndoPlan>;
  preview(operations: readonly Operation[], wanted: PreviewedPath): Promise<FileDiff | null>;
  /** What `reverse` would answer now. */
  dryRun(operations: readonly Operation[], how: UndoOptions): Promise<UndoResult>;
  reverse(
    operations: readonly Operation[],
    how: UndoOptions & { readonly kind: "undo" | "redo" },
  ): Promise<AppliedUndo>;
}

export interface ReverserParts {
  readonly place: EffectPlace;
  readonly reader: PlanReader;
  readonly execute: (input: OperationInput) => Promise<OperationOutcome>;
}

interface HeldPlan {
  readonly plan: PathPlan;
  readonly held: Held;
}

export function createReverser(parts: ReverserParts): Reverser {
  return {
    async plan(operations) {
      const plans = await planAll(parts, operations);
      const rows = plans.map(({ plan, held }) => rowOf(plan, stateOf(held)));
      for (const { held } of plans) await held.release();
      return { rows, uncoveredCommands: 0 };
    },
    async preview(operations, { path, choice }) {
      const plans = await planAll(parts, operations, path);
      const [first] = plans;
      const state = first === undefined ? null : chosenState(first.plan, choice);
      const diff = first === undefined || state === null ? null : diffTo(first, state);
      for (const { held } of plans) await held.release();
      return diff;
    },
    async dryRun(operations, how) {
      const { chosen, conflicts } = await sortPlans(await planAll(parts, operations), how);
      for (const { change } of chosen) await change.held.release();
      return { ...reported(chosen, []), conflicts, redo: null };
    },
    reverse: (operations, how) => reverse(parts, operations, how),
  };
}

const diffTo = ({ plan, held }: HeldPlan, state: State): FileDiff =>
  fileDiff(plan.path, stateOf(held), state);

/** The plans of all paths, or of one. Their files are held open: release each. */
async function planAll(
  { place, reader }: ReverserParts,
  operations: readonly Operation[],
  only?: string,
): Promise<HeldPlan[]> {
  const plans: HeldPlan[] = [];
  for (const [path, entries] of entriesByPath(operations, reader.operations)) {
    if (only !== undefined && path !== only) continue;
    try {
      const held = await holdPath(place.workspace, path, place);
      plans.push({ held, plan: await planPath(path, { current: stateOf(held), entries, reader }) });
    } catch (error) {
      if (!(error instanceof AppError) || error.code === "internal") {
        for (const { held } of plans) await held.release();
        throw error;
      }
      const reverses = entries.map((one) => one.id);
      plans.push({ held: nothing, plan: blockedPlan(path, error.message, reverses) });
    }
  }
  return plans;
}

async function reverse(
  parts: ReverserParts,
  operations: readonly Operation[],
  how: UndoOptions & { readonly kind: "undo" | "redo" },
): Promise<AppliedUndo> {
  const index = parts.reader.operations;
  const [first] = operations;
  if (first === undefined) throw new AppError("not-found", "There is nothing to undo here.");
  const { chosen, conflicts } = await sortPlans(await planAll(parts, operations), how);
  const direction = how.kind;
  if (chosen.length === 0)
    return { undone: [], skipped: [], conflicts, redo: null, direction, calls: [] };
  const changes = chosen.map(({ change }) => change);
  const { sessionId } = first.intent;
  const id = createUndoId();
  const outcome = await parts.execute({
    head: {
      id,
      kind: direction,
      sessionId,
      turnId: null,
      callId: null,
      tool: direction,
      emptied: [...new Set(operations.flatMap((operation) => operation.intent.folders))],
      reverses: reversalsOf(parts, operations, new Set(changes.map((change) => change.path))),
    },
    parent: index.lastCommit(sessionId),
    changes,
    onDurable: async () => {},
  });
  const late = outcome.conflicts.map((path) => ({
    path,
    reason: "it was written at the same moment",
  }));
  return {
    ...reported(chosen, outcome.conflicts),
    conflicts: [...conflicts, ...late],
    redo: id,
    direction,
    calls: settledCalls(index, operations, direction),
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
      .filter((one) => isChange(one.intent) && index.standing(one).length > 0)
      .map((one) => one.intent.callId),
  );
  return operations
    .flatMap((operation) => index.callsOf(operation))
    .map(({ sessionId, callId }) => ({
      sessionId,
      callId,
      isSettled: standing.has(callId) === (direction === "redo"),
    }));
}

function reversalsOf(
  { reader }: ReverserParts,
  operations: readonly Operation[],
  settled: ReadonlySet<string>,
): OperationInput["head"]["reverses"] {
  return operations.map((operation) => {
    const standing = reader.operations.standing(operation).map((entry) => entry.path);
    return { id: operation.intent.id, paths: standing.filter((path) => settled.has(path)) };
  });
}

/** A path that is settled: what it becomes, and what that is called. */
interface Chosen {
  readonly change: PlannedChange;
  readonly action: UndoAction;
}

interface SortedPlans {
  readonly chosen: readonly Chosen[];
  readonly conflicts: UndoResult["conflicts"];
}

/** What is done and what is left, by the person's choices. What is left is let go at once. */
async function sortPlans(plans: readonly HeldPlan[], how: UndoOptions): Promise<SortedPlans> {
  const chosen: Chosen[] = [];
  const conflicts: { path: string; reason: string }[] = [];
  for (const { plan, held } of plans) {
    const { path } = plan;
    const isOther = how.seen !== undefined && how.seen[path] !== fingerprintOf(plan, stateOf(held));
    const post = isOther ? null : chosenState(plan, how.choices?.[path] ?? how.conflicts);
    if (post === null) {
      const reason = isOther
        ? "it changed while the dialog was open"
        : (plan.conflict ?? "it was changed since, and is kept as it is");
      conflicts.push({ path, reason });
      await held.release();
    } else {
      const action = chosenAction(plan, stateOf(held), post);
      chosen.push({ change: { path, held, post }, action });
    }
  }
  return { chosen, conflicts };
}

function reported(
  chosen: readonly Chosen[],
  lost: readonly string[],
): Pick<UndoResult, "undone" | "skipped"> {
  const effective = chosen
    .map(({ change: { path }, action }) => ({ path, action }))
    .filter(({ path }) => !lost.includes(path));
  return {
    undone: effective.filter(({ action }) => action !== "none"),
    skipped: effective
      .filter(({ action }) => action === "none")
      .map(({ path }) => ({ path, reason: "it is already so" })),
  };
}
