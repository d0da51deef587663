import type { ConflictRule, UndoResult } from "../../../../src/shared/checkpoint.ts";
import { undoIdSchema } from "../../../../src/shared/ids.ts";
import type { AppliedUndo, CheckpointService } from "../../../../src/main/checkpoints/types.ts";
import { codeOf, Violation, type Attempt, type Cast } from "./attempt.ts";
import { applyReversal, isRacedIn } from "./apply-reversal.ts";
import { choose, type UndoAction } from "./choose-target.ts";
import {
  editedTo,
  filesFirst,
  isEditable,
  isStuck,
  loosened,
  namesOf,
  untangle,
  withoutEmptyFolder,
} from "./arrange.ts";
import {
  foretell,
  isChange,
  isLoose,
  sessionsOf,
  standing,
  type Belief,
  type Foretold,
} from "./oracle.ts";
import type { Action } from "./steps.ts";
import { isEmptyFolder, sameNode, show, type Node, type Tree } from "./tree.ts";

/** An undo; undefined where there is nothing that could be named. */
export function attemptUndo(cast: Cast, belief: Belief, action: UndoAction): Attempt | undefined {
  const chosen = choose(cast, belief, action);
  if (chosen === undefined) return undefined;
  const edit = action.choice === "edit" ? `${cast.word()}\nby hand\n` : null;
  const choice = action.choice === "edit" ? "merge" : action.choice;
  return attemptReversal(cast, belief, {
    ...chosen,
    kind: "undo",
    choice,
    edit,
    allowSteering: allowsSteering(action.pick),
    async act(service, isPlain, choices) {
      const how = { conflicts: choice, choices, allowSteering: allowsSteering(action.pick) };
      const dry =
        !isPlain || action.pick % 2 === 0 ? null : await service.dryRun(chosen.target, how);
      const result = await service.undo(chosen.target, how);
      if (dry !== null) expectSame(dry, result);
      return result;
    },
  });
}

/** Most say yes beforehand to what steers the agent: then it is taken back like any other file. */
const allowsSteering = (pick: number | string | null): boolean =>
  typeof pick !== "number" || pick % 3 > 0;

/** Of the paths that the sequences use, those that may steer whoever works in the folder. */
const maySteer: ReadonlySet<string> = new Set([".env", ".gitignore"]);

function expectSame(dry: UndoResult, result: UndoResult): void {
  for (const part of ["undone", "conflicts", "skipped"] as const)
    if (JSON.stringify(dry[part]) !== JSON.stringify(result[part]))
      throw new Violation(
        `the dry run foretold ${part} ${JSON.stringify(dry[part])}, it was ${JSON.stringify(result[part])}`,
      );
}

/** A redo of the newest undo or of a certain undo or redo; undefined where there is none. */
export function attemptRedo(
  cast: Cast,
  belief: Belief,
  action: Pick<Action & { do: "redo" }, "session"> & { readonly pick: number | string | null },
): Attempt | undefined {
  const sessionId = cast.sessions[action.session];
  const reversals = [...belief.done.entries()].filter(([, act]) => !isChange(act));
  const { pick } = action;
  const found =
    pick === null
      ? reversals.findLast(
          ([index, act]) =>
            act.kind === "undo" &&
            standing(act).length > 0 &&
            (act.session === sessionId || sessionsOf(belief, index).has(sessionId)),
        )
      : typeof pick === "string"
        ? reversals.find(([, act]) => act.id === pick)
        : reversals[pick % Math.max(1, reversals.length)];
  if (pick !== null && (found === undefined || found[1].id === "")) return undefined;
  const which = pick === null ? { sessionId } : { undoId: undoIdSchema.parse(found?.[1].id) };
  return attemptReversal(cast, belief, {
    indexes: found === undefined ? [] : [found[0]],
    path: null,
    kind: found?.[1].kind === "undo" ? "redo" : "undo",
    choice: "merge",
    edit: null,
    allowSteering: allowsSteering(pick),
    act: (service) => service.redo({ ...which, allowSteering: allowsSteering(pick) }),
  });
}

type Choices = Readonly<Record<string, { readonly edit: string }>>;

interface Reversal {
  readonly indexes: readonly number[];
  readonly path: string | null;
  readonly kind: "undo" | "redo";
  readonly choice: ConflictRule;
  /** What the person writes into the first file that can be edited. */
  readonly edit: string | null;
  /** What runs code or steers the agent is not asked about. */
  readonly allowSteering: boolean;
  act(service: CheckpointService, isPlain: boolean, choices: Choices): Promise<AppliedUndo>;
}

function attemptReversal(cast: Cast, belief: Belief, reversal: Reversal): Attempt {
  const { path: only } = reversal;
  const names = only === null ? null : namesOf(belief, reversal.indexes, only);
  const indexes = reversal.indexes.filter((index) => {
    const act = belief.done[index];
    return act !== undefined && standing(act).some((path) => names?.has(path) !== false);
  });
  const foretold = untangle(
    foretell(belief, indexes).filter(({ path }) => names?.has(path) !== false),
  );
  const { edit } = reversal;
  const edited = edit === null ? undefined : foretold.find(isEditable)?.path;
  const choices = edit === null || edited === undefined ? {} : { [edited]: { edit } };
  let refused: string | null = null;
  let result: AppliedUndo | null = null;
  return {
    isCertain: foretold.every(
      ({ path, mayBeHeld, verdict: { is } }) =>
        !mayBeHeld &&
        (reversal.allowSteering || !maySteer.has(path)) &&
        (is === "exact" || is === "merge" || is === "conflict"),
    ),
    async run(service, isPlain = false) {
      refused = await codeOf(
        reversal.act(service, isPlain, choices).then((done) => (result = done)),
      );
    },
    wasRefused: () => refused !== null,
    settle(now, actual, mayKeep = false) {
      if (actual !== null && refused !== (indexes.length === 0 ? "not-found" : null))
        throw new Violation(
          `${reversal.kind} of ${foretold.map(({ path }) => path).join(", ")} was ${refused ?? "done"}`,
        );
      if (indexes.length === 0) return cast.count(`${reversal.kind}: nothing to take back`);
      if (actual !== null) expectNamed(foretold, result);
      const nodes = new Map<string, Node | null>();
      const made = new Set(indexes.flatMap((index) => now.done[index]?.folders ?? []));
      const settledFor = (one: Foretold): Foretold =>
        edit !== null && one.path === edited
          ? editedTo(edit, one)
          : withoutEmptyFolder(one, made, { nodes, now });
      for (const one of filesFirst(loosened(foretold, now))) {
        const node = isStuck(one, nodes, now)
          ? keepStuck(one, result)
          : outcomeOf(settledFor(one), reversal.choice, {
              now,
              actual,
              result,
              mayKeep,
              allowSteering: reversal.allowSteering,
            });
        cast.count(`${reversal.kind}: ${nameOf(one, reversal.choice, node)}`);
        if (node !== undefined) nodes.set(one.path, node);
      }
      // Nothing but a folder may have gone, which a race had emptied.
      const isDone = nodes.size > 0 || ([...made].some(isRacedIn(now)) && result?.redo !== null);
      if (actual !== null && (result?.redo !== null) !== isDone)
        throw new Violation(
          `the id for redo is ${String(result?.redo)} with ${nodes.size} paths done`,
        );
      if (isDone)
        applyReversal(now, {
          indexes,
          nodes,
          kept: foretold.map(({ path }) => path).filter((path) => !nodes.has(path)),
          actual,
          mayKeep,
          kind: reversal.kind,
          id: result?.redo ?? "",
        });
    },
  };
}

function keepStuck({ path }: Foretold, result: AppliedUndo | null): undefined {
  if (result !== null && !result.conflicts.some((one) => one.path === path))
    throw new Violation(`the folder ${JSON.stringify(path)} is not empty, yet no conflict`);
}

/** Every path is told of once, and no other. */
function expectNamed(foretold: readonly Foretold[], result: AppliedUndo | null): void {
  const named = [result?.undone, result?.conflicts, result?.skipped].flatMap(
    (list) => list?.map(({ path }) => path) ?? [],
  );
  const expected = foretold.map(({ path }) => path);
  if (JSON.stringify(named.toSorted()) !== JSON.stringify(expected.toSorted()))
    throw new Violation(`told of ${JSON.stringify(named)} instead of ${JSON.stringify(expected)}`);
}

interface Seen {
  readonly now: Belief;
  readonly actual: Tree | null;
  readonly result: AppliedUndo | null;
  readonly mayKeep: boolean;
  readonly allowSteering: boolean;
}

/** What the path must be now; undefined where it is left alone. Complains where the report says otherwise. */
function outcomeOf(
  one: Foretold,
  choice: ConflictRule,
  { now, actual, result, mayKeep, allowSteering }: Seen,
): Node | null | undefined {
  const wanted = wantedOf(one, choice);
  if (actual === null) return typeof wanted === "string" ? undefined : wanted.node;
  const there = actual.get(one.path) ?? null;
  const conflict = result?.conflicts.find(({ path }) => path === one.path);
  const isConflict = conflict !== undefined;
  const isSkipped = result?.skipped.some(({ path }) => path === one.path) === true;
  const complain = (why: string): never => {
    throw new Violation(
      `${JSON.stringify(one.path)} (${one.verdict.is}, ${choice}) ${why}: was ${show(one.current)}, old ${show(one.old)}, is ${show(there)} ${conflict?.reason ?? ""}`,
    );
  };
  if (conflict?.steers !== undefined)
    return maySteer.has(one.path) && !allowSteering ? undefined : complain("was asked about");
  if (one.mayBeHeld && isConflict && choice !== "overwrite") return undefined;
  if (wanted === "kept") return isConflict ? undefined : complain("must be a conflict");
  if (wanted === "blocked") {
    if (isConflict) return undefined;
    if (isSkipped) return one.current;
    // A folder with nothing in it makes room for the old version, when a person wants that.
    const isFree = one.current?.kind === "folder" && isEmptyFolder(now.tree, one.path);
    return choice === "overwrite" && isFree && sameNode(there, one.old)
      ? there
      : complain("cannot be done");
  }
  if (wanted === "open") {
    if (isConflict) return undefined;
    if (one.verdict.is === "may" && !one.verdict.accepts(there))
      complain("lost lines of the person");
    return there;
  }
  if (isConflict && (mayKeep || isEmptiedByRace(one, now, there))) return undefined;
  if (isConflict) complain("is no conflict");
  if (one.mayBeHeld && choice === "overwrite") {
    if (!isOldOrResult(one, there)) complain("is neither the old version nor a merge with it");
    return there;
  }
  if (one.isClean && choice !== "overwrite" && !sameNode(wanted.node, one.old))
    complain("is clean, so the oracle is wrong");
  if (isSkipped && isEmptiedByRace(one, now, there)) return one.current;
  const before = isLoose(now, one.path) ? there : one.current;
  if (isSkipped !== sameNode(wanted.node, before))
    complain(isSkipped ? "was skipped" : "was told as done");
  return wanted.node;
}

/** A race emptied the folder in the moment in which it was looked at: it may stay, with nothing in it. */
const isEmptiedByRace = ({ path }: Foretold, now: Belief, there: Node | null): boolean =>
  there?.kind === "folder" && isRacedIn(now)(path);

/** What is taken back of a command's change that may be the person's as well keeps what else was changed since. */
const isOldOrResult = ({ verdict, old }: Foretold, there: Node | null): boolean =>
  sameNode(there, old) ||
  (verdict.is === "may" && verdict.accepts(there)) ||
  ((verdict.is === "exact" || verdict.is === "merge") && sameNode(there, verdict.node));

function wantedOf(
  { verdict, old }: Foretold,
  choice: ConflictRule,
): { readonly node: Node | null } | "kept" | "blocked" | "open" {
  if (verdict.is === "blocked") return "blocked";
  if (verdict.is === "loose") return "open";
  if (choice === "overwrite") return { node: old };
  if (verdict.is === "conflict") return "kept";
  if (verdict.is === "may") return "open";
  return verdict.is === "merge" && choice === "keep" ? "kept" : { node: verdict.node };
}

function nameOf(one: Foretold, choice: ConflictRule, node: Node | null | undefined): string {
  const { is } = one.verdict;
  if (one.mayBeHeld)
    return node === undefined ? "perhaps the person's, kept" : "perhaps the person's, done";
  if (is === "exact" && one.isClean) return "exact, clean";
  if (is === "may" || is === "loose") return `${is}, ${node === undefined ? "kept" : "done"}`;
  return choice === "overwrite" && is !== "exact" && is !== "blocked"
    ? `${is}, overwritten`
    : node === undefined
      ? `${is}, kept`
      : is;
}
