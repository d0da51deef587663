import type { UndoTarget } from "../../../shared/checkpoint.ts";
import type { FileDiff, Hunk } from "../../../shared/diff.ts";
import type { SessionState, ToolItem } from "../../../shared/session-state.ts";
import { toolText } from "../text/tool-text.ts";
import type { DiffTarget } from "../app/app-state.ts";
import type { Messages } from "../messages/en.ts";

const changingSteps = (session: SessionState, target: DiffTarget): readonly ToolItem[] =>
  session.turns
    .filter((turn) => "callId" in target || turn.turnId === target.turnId)
    .flatMap((turn) => turn.items)
    .flatMap((item) => (item.kind === "tool" && item.changes.length > 0 ? [item] : []))
    .filter((item) => !("callId" in target) || item.callId === target.callId);

/** What to show: what was chosen, else the newest prompt that changed something; null when none did. */
export function chooseTarget(
  session: SessionState,
  chosen: DiffTarget | undefined,
): DiffTarget | null {
  if (chosen !== undefined && changingSteps(session, chosen).length > 0) return chosen;
  const turn = session.turns.findLast(
    ({ turnId }) => changingSteps(session, { turnId }).length > 0,
  );
  return turn === undefined ? null : { turnId: turn.turnId };
}

/** Grows with every finished change and every undo, so that what is shown is asked for again. */
export const versionOf = (session: SessionState, target: DiffTarget): number =>
  changingSteps(session, target).length + session.undos.length;

export interface ReviewOption {
  readonly id: string;
  readonly label: string;
  readonly detail: string;
  readonly target: DiffTarget;
}

/** Prompts with changes, newest first, each followed by its steps where there are several. */
export function targetsOf(
  session: SessionState,
  words: Messages["conversation"],
): readonly ReviewOption[] {
  return session.turns.toReversed().flatMap((turn): ReviewOption[] => {
    const { turnId } = turn;
    const steps = changingSteps(session, { turnId });
    if (steps.length === 0) return [];
    const files = new Set(steps.flatMap((step) => step.changes.map((change) => change.path))).size;
    const whole: ReviewOption = {
      id: turnId,
      label: firstLine(turn.prompt),
      detail: words.files(files),
      target: { turnId },
    };
    const single = steps.map((step): ReviewOption => {
      const { verb, object } = toolText(step, words);
      const { callId } = step;
      return {
        id: callId,
        label: `${verb} ${object}`,
        detail: firstLine(turn.prompt),
        target: { callId },
      };
    });
    return steps.length > 1 ? [whole].concat(single) : [whole];
  });
}

const firstLine = (text: string): string => text.trim().split("\n", 1)[0]?.slice(0, 120) ?? "";

/** The same unit for undo. */
export const undoTargetOf = (target: DiffTarget): UndoTarget =>
  "callId" in target
    ? { unit: "call", callId: target.callId }
    : { unit: "turn", turnId: target.turnId };

/** One file of what is shown: all that its steps did to it. */
export function fileUndoTarget(
  session: SessionState,
  target: DiffTarget,
  path: string,
): UndoTarget | null {
  if ("turnId" in target) {
    const steps = changingSteps(session, target).filter((step) =>
      step.changes.some((change) => change.path === path || change.from === path),
    );
    const [step] = steps;
    if (step === undefined) return null;
    // The only step that changed it is the narrower name: nothing else can be meant.
    if (steps.length > 1) return { unit: "file", turnId: target.turnId, path };
    return { unit: "call", callId: step.callId, path };
  }
  return { unit: "call", callId: target.callId, path };
}

/** One change of a file. */
export function hunkUndoTarget(target: DiffTarget, { path }: FileDiff, hunk: Hunk): UndoTarget {
  const { oldStart, oldLines, newStart, newLines } = hunk;
  const place = { path, hunk: { oldStart, oldLines, newStart, newLines } };
  return "callId" in target
    ? { unit: "hunk", callId: target.callId, ...place }
    : { unit: "hunk", turnId: target.turnId, ...place };
}

/** While a prompt is worked on its files are not undone: the next step would meet what it does not expect. */
export const isBeingWorkedOn = (session: SessionState): boolean =>
  session.turns.at(-1)?.status === "running";
