import { createStore, type StoreApi } from "zustand/vanilla";
import type { UndoPlan, UndoResult, UndoTarget } from "../../../shared/checkpoint.ts";
import type { SessionId, UndoId } from "../../../shared/ids.ts";
import type { Toasts } from "../ui/toast-store.ts";
import type { AppStore } from "./app-state.ts";
import type { Client } from "./client.ts";
import { currentMessages } from "./current-messages.ts";
import { savePatch, type SavedPatch } from "./save-patch.ts";
import {
  changedMeanwhile,
  decided,
  fingerprints,
  isPlain,
  openRows,
  resultText,
  type Choices,
} from "./undo-plan.ts";

/** An undo that waits for the person's choices. */
export interface AskedUndo {
  readonly sessionId: SessionId;
  readonly target: UndoTarget;
  readonly plan: UndoPlan;
  /** What was chosen already, where the dialog comes back. */
  readonly choices: Choices;
  /** Files that changed while the dialog was open: it comes back for them. */
  readonly changed: readonly string[];
}

/** An undo that cannot be done where the person's repository is now. */
export interface WaitingUndo {
  readonly sessionId: SessionId;
  readonly target: UndoTarget;
  readonly branch: string;
  readonly now: string;
}

/** Files that a redo left because they run code or steer the agent: they come back only once the person says so. */
export interface SteeringRedo {
  readonly sessionId: SessionId;
  readonly undoId: UndoId | undefined;
  readonly files: UndoResult["conflicts"];
}

export interface UndoView {
  readonly asked: AskedUndo | null;
  readonly steering: SteeringRedo | null;
  readonly waiting: WaitingUndo | null;
  readonly details: { readonly direction: "undo" | "redo"; readonly result: UndoResult } | null;
  /** What a saved patch does not hold. */
  readonly patch: SavedPatch | null;
  readonly isBusy: boolean;
}

export interface UndoFlow {
  readonly store: StoreApi<UndoView>;
  /** One press: plans, then undoes at once or opens the dialog. A second press while one runs does nothing. */
  readonly undo: (sessionId: SessionId, target: UndoTarget) => Promise<void>;
  /** Carries out what the dialog asked about. */
  readonly confirm: (choices: Choices) => Promise<void>;
  /** Takes an undo back; the newest one of the session when none is named. */
  readonly redo: (sessionId: SessionId, undoId?: UndoId) => Promise<void>;
  /** Brings back what a redo left and asked about. */
  readonly confirmRedo: () => Promise<void>;
  /** Saves what an undo would take back where the person chooses, also while it waits for its branch. */
  readonly savePatch: (sessionId: SessionId, target: UndoTarget) => Promise<void>;
  readonly close: () => void;
  /** The undo that was asked about stays. */
  readonly closePatch: () => void;
}

export interface UndoFlowOptions {
  readonly client: Client;
  readonly app: AppStore;
  readonly toasts: Toasts;
  /** The words for a failure. */
  readonly explain: (error: unknown) => string;
}

type Words = ReturnType<typeof currentMessages>["undo"];

/** The undo of one window: what it asks, what it did, and the toast that takes it back. */
export function createUndoFlow(options: UndoFlowOptions): UndoFlow {
  const { client, app } = options;
  const store = createStore<UndoView>(() => nothingAsked);
  const words = (): Words => currentMessages(app).undo;
  const exclusively = createExclusion(store, options);
  const showResult: ShowResult = (direction, result, sessionId) => {
    options.toasts.show(resultText(result, direction, words()), {
      actions: [
        ...backActions(direction, result, words()).map(({ label, undoId }) => ({
          label,
          perform: () => void flow.redo(sessionId, undoId),
        })),
        {
          label: words().details,
          perform: () => {
            store.setState({ details: { direction, result } });
          },
        },
      ],
    });
  };
  const parts: FlowParts = { ...options, store, words, showResult };

  async function redo(sessionId: SessionId, undoId?: UndoId): Promise<void> {
    const which = undoId === undefined ? {} : { undoId };
    const result = await client("checkpoint.redo", { sessionId, ...which });
    const files = result.conflicts.filter(({ steers }) => steers !== undefined);
    if (files.length > 0) store.setState({ steering: { sessionId, undoId, files } });
    if (files.length === 0 || result.undone.length > 0) showResult("redo", result, sessionId);
  }

  async function confirmRedo(): Promise<void> {
    const { steering } = store.getState();
    if (steering === null) return;
    const { sessionId, undoId } = steering;
    const which = undoId === undefined ? {} : { undoId };
    const how = { sessionId, ...which, allowSteering: true };
    showResult("redo", await client("checkpoint.redo", how), sessionId);
    store.setState({ steering: null });
  }

  const flow: UndoFlow = {
    store,
    undo: (sessionId, target) => exclusively(() => start(parts, sessionId, target), words().failed),
    confirm: (choices) =>
      exclusively(async () => {
        const { asked } = store.getState();
        if (asked !== null) await apply(parts, asked, choices);
      }, words().failed),
    redo: (sessionId, undoId) => exclusively(() => redo(sessionId, undoId), words().redoFailed),
    confirmRedo: () => exclusively(confirmRedo, words().redoFailed),
    savePatch: (sessionId, target) => savePatch(parts, sessionId, target),
    close: () => {
      store.setState({ asked: null, steering: null, waiting: null, details: null });
    },
    closePatch: () => {
      store.setState({ patch: null });
    },
  };
  return flow;
}

const nothingAsked: UndoView = {
  asked: null,
  steering: null,
  waiting: null,
  details: null,
  patch: null,
  isBusy: false,
};

type ShowResult = (direction: "undo" | "redo", result: UndoResult, sessionId: SessionId) => void;

interface FlowParts extends UndoFlowOptions {
  readonly store: StoreApi<UndoView>;
  readonly words: () => Words;
  readonly showResult: ShowResult;
}

/** Plans, and then undoes at once or asks. */
async function start(
  { client, store, toasts, words, showResult }: FlowParts,
  sessionId: SessionId,
  target: UndoTarget,
): Promise<void> {
  const plan = await client("checkpoint.plan", { sessionId, target });
  const isEmpty = openRows(plan).length === 0;
  if (plan.waitsFor !== undefined) {
    const { branch, now } = plan.waitsFor;
    store.setState({ waiting: { sessionId, target, branch, now } });
  } else if (isEmpty && plan.uncoveredCommands > 0)
    toasts.show(words().notRestorable(plan.uncoveredCommands));
  else if (isEmpty) toasts.show(words().nothing);
  else if (isPlain(plan, target))
    showResult("undo", await client("checkpoint.undo", plainUndo(sessionId, target)), sessionId);
  else store.setState({ asked: { sessionId, target, plan, choices: {}, changed: [] } });
}

/** Carries out what was chosen; what changed meanwhile is asked about again. */
async function apply(
  { client, store, showResult }: FlowParts,
  { sessionId, target, plan }: AskedUndo,
  choices: Choices,
): Promise<void> {
  const result = await client("checkpoint.undo", {
    sessionId,
    target,
    conflicts: "merge",
    choices: decided(plan, choices),
    seen: fingerprints(plan),
  });
  const changed = changedMeanwhile(plan, choices, result);
  if (changed.length === 0) store.setState({ asked: null });
  else {
    const next = await client("checkpoint.plan", { sessionId, target });
    const kept = Object.entries(choices).filter(([path]) => !changed.includes(path));
    const asked = { sessionId, target, plan: next, choices: Object.fromEntries(kept), changed };
    store.setState({ asked });
  }
  showResult("undo", result, sessionId);
}

const plainUndo = (sessionId: SessionId, target: UndoTarget) =>
  ({ sessionId, target, conflicts: "merge", choices: {} }) as const;

/** What takes an undo or a redo back, where something was done. */
function backActions(
  direction: "undo" | "redo",
  { redo }: UndoResult,
  words: Words,
): readonly { readonly label: string; readonly undoId: UndoId }[] {
  if (redo === null) return [];
  return [{ label: direction === "undo" ? words.redo : words.undoAgain, undoId: redo }];
}

type Exclusion = (act: () => Promise<void>, failed: (reason: string) => string) => Promise<void>;

/** Lets one act run at a time; a failure becomes a toast. */
function createExclusion(
  store: StoreApi<UndoView>,
  { toasts, explain }: UndoFlowOptions,
): Exclusion {
  return async (act, failed) => {
    if (store.getState().isBusy) return;
    store.setState({ isBusy: true });
    try {
      await act();
    } catch (error) {
      toasts.show(failed(explain(error)), { tone: "failed" });
    } finally {
      store.setState({ isBusy: false });
    }
  };
}
