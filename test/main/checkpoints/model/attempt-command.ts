import { createCallId, createTurnId } from "../../../../src/shared/ids.ts";
import { perform } from "./acts.ts";
import { codeOf, Violation, type Cast } from "./attempt.ts";
import { remember, type Belief } from "./oracle.ts";
import type { Step } from "./steps.ts";
import { differences, readTree, type Tree } from "./tree.ts";
import type { World } from "./world.ts";

type CommandStep = Step & { readonly do: "command" };

/** A command that changes the folder, and a person who saves in the middle of it: both count as the command's. */
export async function playCommand(
  { world, cast, belief }: { readonly world: World; readonly cast: Cast; readonly belief: Belief },
  step: CommandStep,
): Promise<"done" | "crashed"> {
  if (step.newTurn) cast.turns[step.session] = createTurnId();
  const callId = createCallId();
  const who = { sessionId: cast.sessions[step.session], turnId: cast.turns[step.session], callId };
  const { service, door } = world.opened[step.service];
  let hasRun = false;
  const scope = {
    ...who,
    line: "make",
    signal: new AbortController().signal,
    onCheckpoint: async () => {},
  };
  if (step.crash !== null) door.armAt(step.crash, new Error("the process is dead"));
  const record = await service
    .aroundCommand(scope, async () => {
      hasRun = true;
      for (const act of [...step.acts, ...step.meanwhile]) perform(world.root, act, cast.word);
    })
    .catch((error: unknown) => {
      if (step.crash === null) throw error;
    });
  const actual = readTree(world.root);
  const changed = differences(belief.tree, actual);
  if (step.crash !== null && door.calls() > step.crash) {
    await expectRecovered({ world, belief, step, callId }, { actual, hasRun });
    return "crashed";
  }
  door.disarm();
  if (record === undefined) throw new Violation("the command's record is missing");
  const uncovered = record.notes.filter((note) => !note.startsWith("Folders "));
  if (uncovered.length > 0) throw new Violation(`not covered: ${uncovered.join("; ")}`);
  const isNothing = changed.length === 0;
  if ((record.checkpointId === null) !== isNothing)
    throw new Violation(`checkpoint ${String(record.checkpointId)} for ${changed.join(", ")}`);
  if (isNothing) return "done";
  const entries = new Map(
    changed.map((path) => [
      path,
      { pre: belief.tree.get(path) ?? null, post: actual.get(path) ?? null },
    ]),
  );
  remember(belief, {
    id: record.checkpointId ?? "",
    kind: "command",
    session: who.sessionId,
    turn: who.turnId,
    call: callId,
    entries,
    folders: [],
    gone: new Set(),
    since: new Map(),
    idle: new Set(),
    reverses: [],
  });
  return "done";
}

interface Crashed {
  readonly world: World;
  readonly belief: Belief;
  readonly step: CommandStep;
  readonly callId: ReturnType<typeof createCallId>;
}

/** What the command did stays, and can be taken back to the byte: its window was durable before it ran. */
async function expectRecovered(
  { world, belief, step, callId }: Crashed,
  { actual, hasRun }: { readonly actual: Tree; readonly hasRun: boolean },
): Promise<void> {
  const { service } = await world.reopen(step.service);
  await service.recover();
  const kept = differences(actual, readTree(world.root));
  if (kept.length > 0) throw new Violation(`recovery changed ${kept.join(", ")}`);
  const undone = await codeOf(
    service.undo({ unit: "call", callId }, { conflicts: "overwrite", allowSteering: true }),
  );
  const isNothing = differences(belief.tree, actual).length === 0;
  if (!hasRun || isNothing) return;
  if (undone !== null) throw new Violation(`a command that ran cannot be undone: ${undone}`);
  const left = differences(belief.tree, readTree(world.root));
  if (left.length > 0) throw new Violation(`undo of a command cut off left ${left.join(", ")}`);
}
