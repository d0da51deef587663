import { createStore, type StoreApi } from "zustand/vanilla";
import type { UndoPlan, UndoResult, UndoTarget } from "../../../shared/checkpoint.ts";
import type { SessionId, UndoId } from "../../../shared/ids.ts";
import { currentMessages, type Services } from "../app/services.tsx";
import { decided, isPlain, openRows, resultText, type Choices } from "./undo-plan.ts";

/** An undo that waits for the person's choices. */
export interface AskedUndo {
  readonly sessionId: SessionId;
  readonly target: UndoTarget;
  readonly plan: UndoPlan;
}

export interface UndoView {
  readonly asked: AskedUndo | null;
  readonly details: { readonly direction: "undo" | "redo"; readonly result: UndoResult } | null;
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
  readonly close: () => void;
}

type Tools = Pick<Services, "client" | "app" | "toasts" | "explain" | "attempt">;

/** The undo of one window: what it asks, what it did, and the toast that takes it back. */
export function createUndoFlow({ client, app, toasts, explain, attempt }: Tools): UndoFlow {
  const store = createStore<UndoView>(() => ({ asked: null, details: null, isBusy: false }));
  const words = (): ReturnType<typeof currentMessages>["undo"] => currentMessages(app).undo;

  async function exclusively(act: () => Promise<void>, failed: (reason: string) => string) {
    if (store.getState().isBusy) return;
    store.setState({ isBusy: true });
    try {
      await act();
    } catch (error) {
      toasts.show(failed(explain(error)), { tone: "failed" });
    } finally {
      store.setState({ isBusy: false });
    }
  }

  function show(sessionId: SessionId, direction: "undo" | "redo", result: UndoResult): void {
    const { redo } = result;
    const back = {
      label: direction === "undo" ? words().redo : words().undoAgain,
      perform: () => {
        if (redo !== null) attempt(() => flow.redo(sessionId, redo));
      },
    };
    const details = {
      label: words().details,
      perform: () => {
        store.setState({ details: { direction, result } });
      },
    };
    const touched = result.undone.length + result.conflicts.length + result.skipped.length > 0;
    toasts.show(resultText(result, direction, words()), {
      actions: [...(redo === null ? [] : [back]), ...(touched ? [details] : [])],
    });
  }

  async function apply({ sessionId, target, plan }: AskedUndo, choices: Choices): Promise<void> {
    const result = await client("checkpoint.undo", {
      sessionId,
      target,
      conflicts: "merge",
      choices: decided(plan, choices),
    });
    store.setState({ asked: null });
    show(sessionId, "undo", result);
  }

  const flow: UndoFlow = {
    store,
    undo: (sessionId, target) =>
      exclusively(async () => {
        const plan = await client("checkpoint.plan", { sessionId, target });
        if (openRows(plan).length === 0 && plan.uncoveredCommands === 0)
          toasts.show(words().nothing);
        else if (isPlain(plan)) await apply({ sessionId, target, plan }, {});
        else store.setState({ asked: { sessionId, target, plan } });
      }, words().failed),
    confirm: (choices) =>
      exclusively(async () => {
        const { asked } = store.getState();
        if (asked !== null) await apply(asked, choices);
      }, words().failed),
    redo: (sessionId, undoId) =>
      exclusively(async () => {
        const result = await client("checkpoint.redo", {
          sessionId,
          ...(undoId === undefined ? {} : { undoId }),
        });
        show(sessionId, "redo", result);
      }, words().redoFailed),
    close: () => {
      store.setState({ asked: null, details: null });
    },
  };
  return flow;
}

const flows = new WeakMap<Services, UndoFlow>();

/** The window's one undo flow. */
export function undoFlowOf(services: Services): UndoFlow {
  const known = flows.get(services) ?? createUndoFlow(services);
  flows.set(services, known);
  return known;
}
