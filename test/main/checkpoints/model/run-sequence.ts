import { createSessionId, createTurnId } from "../../../../src/shared/ids.ts";
import { createWords, perform } from "./acts.ts";
import { attemptWrite, expectTree, Violation, type Attempt, type Cast } from "./attempt.ts";
import { playCommand } from "./attempt-command.ts";
import { playPart } from "./attempt-part.ts";
import { attemptRedo, attemptUndo } from "./attempt-reverse.ts";
import { adoptFolders, copyOf, emptyBelief, touch, type Belief } from "./oracle.ts";
import type { Act, Action, Sequence, Step } from "./steps.ts";
import { differences, plantTree, readTree, sameContent, type Tree } from "./tree.ts";
import type { Opened, World } from "./world.ts";

/** The one sequence that is being played. */
interface Play {
  readonly world: World;
  readonly cast: Cast;
  belief: Belief;
  /** Folders came or went in the middle of an act: whose they are is not foretold any more. */
  isOver: boolean;
}

/** Thrown where two outcomes cannot be told apart any more: the rest of the sequence proves nothing. */
class Undecided extends Error {}

/**
 * Plays a sequence in the world's folder and judges every step. Throws Violation. `count` is told the verdict of every path and
 * the outcome of every accident.
 */
export async function runSequence(
  world: World,
  sequence: Sequence,
  count: (what: string) => void,
): Promise<void> {
  const word = createWords();
  plantTree(world.root, new Map());
  for (const one of sequence.tree) perform(world.root, one, word);
  // What another sequence left is no doing of anybody in this one.
  await world.opened[0].service.outside({ before: "" });
  const play: Play = {
    world,
    cast: {
      sessions: [createSessionId(), createSessionId()],
      turns: [createTurnId(), createTurnId()],
      word,
      count,
    },
    belief: emptyBelief(readTree(world.root)),
    isOver: false,
  };
  for (const [index, step] of sequence.steps.entries()) {
    try {
      await takeStep(play, step);
      if (play.isOver) return count("undecided");
    } catch (error) {
      if (error instanceof Undecided) return count("undecided");
      for (const { door } of world.opened) door.disarm();
      const name = `step ${index}, ${step.do}`;
      throw new Violation(`${name}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  }
}

async function takeStep(play: Play, step: Step): Promise<void> {
  switch (step.do) {
    case "write":
    case "undo":
    case "redo":
      return act(play, step);
    case "person":
      for (const one of step.acts) perform(play.world.root, one, play.cast.word);
      return seePerson(play.belief, readTree(play.world.root));
    case "command":
      return runCommand(play, step);
    case "part":
      return playPart(play, step);
    case "tidy":
      return void (await play.world.opened[step.service].service.storage.tidy());
    case "restart":
      return restart(play, step.service);
    case "there and back":
      return goThereAndBack(play, step.undo);
    case "crash":
      return crash(play, step);
    case "fail":
      return fail(play, step);
    case "race":
      return race(play, step);
  }
}

function attempt({ cast, belief }: Play, action: Action): Attempt | undefined {
  if (action.do === "write") return attemptWrite(cast, belief, action);
  return action.do === "undo"
    ? attemptUndo(cast, belief, action)
    : attemptRedo(cast, belief, action);
}

/** Everything that a person changed is theirs, and the tree is what it is. */
function seePerson(belief: Belief, actual: Tree): void {
  for (const path of differences(belief.tree, actual)) touch(belief, path, "person");
  replaceTree(belief, actual);
}

function replaceTree(belief: Belief, actual: Tree): void {
  belief.tree.clear();
  for (const [path, node] of actual) belief.tree.set(path, node);
}

/** The step's outcome in the belief, and on the disk just that; the bytes that went are owed. */
function settle(play: Play, one: Attempt, mayKeep = false): void {
  const actual = readTree(play.world.root);
  const before = new Map(play.belief.tree);
  one.settle(play.belief, actual, mayKeep);
  expectTree(play.belief, actual);
  owe(play, before, actual);
}

function owe({ world }: Play, before: Tree, after: Tree): void {
  for (const [path, node] of before) {
    if (node.kind === "folder" || sameContent(node, after.get(path) ?? null)) continue;
    world.owe(node.kind === "file" ? node.content : node.target);
  }
}

async function act(play: Play, action: Action): Promise<void> {
  const one = attempt(play, action);
  if (one === undefined) return play.cast.count("not possible");
  await one.run(play.world.opened[action.service].service, true);
  settle(play, one);
}

async function runCommand(play: Play, step: Step & { readonly do: "command" }): Promise<void> {
  const before = new Map(play.belief.tree);
  const outcome = await playCommand(play, step);
  play.cast.count(`command: ${outcome}`);
  const actual = readTree(play.world.root);
  if (outcome === "crashed") play.isOver = true;
  else owe(play, before, actual);
  replaceTree(play.belief, actual);
}

async function restart({ world, belief }: Play, which: 0 | 1): Promise<void> {
  const { service } = await world.reopen(which);
  const lines = await service.recover();
  if (lines.length > 0) throw new Violation(`nothing had crashed, yet: ${lines.join("; ")}`);
  expectTree(belief, readTree(world.root));
}

async function goThereAndBack(play: Play, undo: Action & { readonly do: "undo" }): Promise<void> {
  const { world, cast } = play;
  const before = readTree(world.root);
  const acts = play.belief.done.length;
  await act(play, undo);
  if (play.belief.done.length === acts) return;
  const pick = play.belief.done.at(-1)?.id ?? "";
  const back = attemptRedo(cast, play.belief, { session: undo.session, pick });
  if (back === undefined) return;
  await back.run(world.opened[undo.service].service);
  settle(play, back);
  const differing = differences(before, readTree(world.root));
  if (differing.length > 0) throw new Violation(`there and back left ${differing.join(", ")}`);
  cast.count("there and back");
}

/** Of what can have come of an accident, what did: the belief becomes that. */
function decide(play: Play, one: Attempt, isAfterPossible: boolean): "before" | "after" {
  const actual = readTree(play.world.root);
  const after = copyOf(play.belief);
  if (isAfterPossible) one.settle(after, null);
  const isBefore = differences(play.belief.tree, actual).length === 0;
  const isAfter = isAfterPossible && differences(after.tree, actual).length === 0;
  if (!isBefore && !isAfter) {
    try {
      expectTree(after, actual);
    } catch (error) {
      throw new Violation(`neither as before nor as after: ${String(error)}`, { cause: error });
    }
  }
  if (isBefore && isAfter && after.done.length > play.belief.done.length) throw new Undecided();
  if (!isAfter) return "before";
  owe(play, play.belief.tree, actual);
  play.belief = after;
  return "after";
}

async function crash(play: Play, step: Step & { readonly do: "crash" }): Promise<void> {
  const { world, cast } = play;
  const one = attempt(play, step.action);
  if (one === undefined) return cast.count("not possible");
  const { service, door } = world.opened[step.action.service];
  if (!one.isCertain) return act(play, step.action);
  door.armAt(step.at, new Error("the process is dead"));
  await one.run(service).catch(() => undefined);
  if (door.calls() <= step.at) {
    door.disarm();
    cast.count("crash: came too late");
    return settle(play, one);
  }
  const next = await world.reopen(step.action.service);
  if (step.again !== null) {
    next.door.armAt(step.again, new Error("dead again"));
    await next.service.recover().catch(() => undefined);
    await (await world.reopen(step.action.service)).service.recover();
  } else await next.service.recover();
  cast.count(`crash of ${step.action.do}: as ${decide(play, one, true)}`);
}

async function fail(play: Play, step: Step & { readonly do: "fail" }): Promise<void> {
  const { world, cast } = play;
  const one = attempt(play, step.action);
  if (one === undefined) return cast.count("not possible");
  if (!one.isCertain) return act(play, step.action);
  const { service, door } = world.opened[step.action.service];
  const actual = await failing({ service, door }, one, step);
  // What could not be written down is, before a person can change anything.
  await service.recover();
  if (actual !== "failed") return settle(play, one, actual === "hit");
  cast.count(`${step.code} in ${step.action.do}: as ${decide(play, one, true)}`);
}

/** Whether the action failed because one call did. */
async function failing(
  { service, door }: Opened,
  one: Attempt,
  { at, code }: Step & { readonly do: "fail" },
): Promise<"failed" | "hit" | "done"> {
  door.failOnceAt(at, Object.assign(new Error(code), { code }));
  await one.run(service);
  const wasHit = door.calls() > at;
  door.disarm();
  if (!wasHit) return "done";
  return one.wasRefused() ? "failed" : "hit";
}

async function race(play: Play, step: Step & { readonly do: "race" }): Promise<void> {
  const { world, cast, belief } = play;
  const one = attempt(play, step.action);
  if (one === undefined) return cast.count("not possible");
  const { service, door } = world.opened[step.action.service];
  const saved = new Map<string, string | null>();
  const failures: string[] = [];
  door.interruptAt(step.at, () => {
    // Thrown through the door it would look like a failing disk.
    try {
      save(play, step.act, saved);
    } catch (error) {
      failures.push(String(error));
    }
  });
  await one.run(service);
  door.disarm();
  if (failures.length > 0) throw new Violation(`what the person did: ${failures.join("; ")}`);
  const actual = readTree(world.root);
  for (const [path, content] of saved) {
    belief.loose.add(path);
    touch(belief, path, "person");
    const there = actual.get(path);
    if (content !== null && !(there?.kind === "file" && there.content === content))
      world.owe(content);
  }
  if (one.wasRefused()) {
    cast.count(`race with ${step.action.do}: refused`);
    adopt(belief, saved.keys(), actual);
    adoptFolders(belief, saved.keys(), actual);
    return expectTree(belief, actual);
  }
  if (saved.size > 0) cast.count(`race with ${step.action.do}: done`);
  adopt(belief, saved.keys(), actual);
  settle(play, one);
}

function adopt(belief: Belief, paths: Iterable<string>, actual: Tree): void {
  for (const path of paths) {
    const node = actual.get(path);
    if (node === undefined) belief.tree.delete(path);
    else belief.tree.set(path, node);
  }
}

/** What the person saves at that moment, with its bytes; null where it is gone or no file. */
function save(play: Play, one: Act, saved: Map<string, string | null>): void {
  const { world, cast } = play;
  const before = readTree(world.root);
  perform(world.root, one, cast.word);
  const after = readTree(world.root);
  // The same bytes, written again, are a write all the same.
  const again = one.act === "write" ? [one.path] : [];
  for (const path of new Set([...differences(before, after), ...again])) {
    // The same file under the name that it is just getting rid of.
    if (path.includes(".belay-tmp-")) continue;
    const node = after.get(path);
    saved.set(path, node?.kind === "file" ? node.content : null);
    play.isOver ||= node?.kind === "folder" || before.get(path)?.kind === "folder";
  }
}
