import { undoReasons } from "../../shared/undo-reasons.ts";
import type { Operation, Operations } from "./operations.ts";
import type { Intent } from "./records.ts";

/** A command that took longer is a wide window: somebody else may have written in it. */
const longCommandMs = 5000;

type Command = NonNullable<Intent["command"]>;
type SharedBy = Command["shared"][number]["by"];

const sharedWords: Readonly<Record<SharedBy, string>> = {
  background: undoReasons.besideBackground,
  session: undoReasons.session,
  long: undoReasons.long,
  person: undoReasons.personBefore,
  interrupted: undoReasons.interrupted,
};

/**
 * Why a change may not be the agent's alone, by path: what commands changed is a claim about a span of time. What a tool wrote is
 * certain, and never held.
 */
export function heldReasons(
  operations: readonly Operation[],
  index: Operations,
): ReadonlyMap<string, string> {
  const reasons = new Map<string, string>();
  const ids = new Set(operations.map(({ intent }) => intent.id));
  const first = index.all().findIndex(({ intent }) => ids.has(intent.id));
  // What was found before the first of them was there already when it ran.
  const later = index.windows.outside().filter(({ position }) => position > first);
  const byPerson = new Set(later.flatMap(({ outside }) => outside.entries.map(({ path }) => path)));
  for (const operation of operations) {
    const { command } = operation.intent;
    if (command === undefined) continue;
    const shared = new Map(command.shared.map(({ path, by }) => [path, sharedWords[by]]));
    const whole = wholeReason(command);
    for (const { path } of index.standing(operation)) {
      const person = byPerson.has(path) ? undoReasons.person : undefined;
      const reason = whole ?? shared.get(path) ?? person;
      if (reason !== undefined) reasons.set(path, reason);
    }
  }
  return reasons;
}

function wholeReason(command: Command): string | undefined {
  const { background, interrupted, startedAt, endedAt, shared } = command;
  if (background) return undoReasons.background;
  if (interrupted) return sharedWords.interrupted;
  if (Date.parse(endedAt) - Date.parse(startedAt) <= longCommandMs) return undefined;
  const ranLong = shared.some(({ by }) => by === "long");
  return ranLong ? sharedWords.long : undoReasons.slowLook;
}
