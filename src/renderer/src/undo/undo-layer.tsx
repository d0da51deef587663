import { Undo2 } from "lucide-react";
import { useStore } from "zustand";
import type { SessionId } from "../../../shared/ids.ts";
import { useActions } from "../actions/use-actions.ts";
import type { Action } from "../actions/registry.ts";
import { currentMessages } from "../app/current-messages.ts";
import { useServices, type Services } from "../app/services.tsx";
import type { AskedUndo } from "../app/undo-flow.ts";
import { SteeringDialog } from "./steering-dialog.tsx";
import { PatchDialog } from "./patch-dialog.tsx";
import { UndoDetails } from "./undo-details.tsx";
import { UndoDialog } from "./undo-dialog.tsx";
import { WaitingDialog } from "./waiting-dialog.tsx";
import { lastUndoableTurn } from "../app/undo-plan.ts";

/** The dialogs of the undo, and ⌘/Ctrl+Alt+Z for the last prompt's changes. */
export function UndoLayer({ sessionId }: { readonly sessionId: SessionId }) {
  const flow = useServices().undo;
  const { asked, steering, waiting, details, patch } = useStore(flow.store);
  useActions([undoLastAction(sessionId)]);
  return (
    <>
      {asked !== null && <UndoDialog key={askedKey(asked)} asked={asked} />}
      {steering !== null && <SteeringDialog steering={steering} />}
      {waiting !== null && <WaitingDialog waiting={waiting} />}
      {patch !== null && <PatchDialog patch={patch} />}
      {details !== null && <UndoDetails {...details} />}
    </>
  );
}

/** A plan that comes back with what changed meanwhile starts from its own choices. */
const askedKey = ({ plan }: AskedUndo): string => plan.rows.map((row) => row.fingerprint).join(" ");

/** Undoes what the newest prompt changed that still stands. */
function undoLast(services: Services, sessionId: SessionId): void {
  const session = services.sessions.store.getState().sessions[sessionId];
  const words = currentMessages(services.app).undo;
  if (session === undefined) return;
  if (session.turns.at(-1)?.status === "running") {
    services.toasts.show(words.running);
    return;
  }
  const turnId = lastUndoableTurn(session);
  if (turnId === null) services.toasts.show(words.nothing);
  else services.attempt(() => services.undo.undo(sessionId, { unit: "turn", turnId }));
}

const undoLastAction = (sessionId: SessionId): Action => ({
  id: "undo.last",
  label: (messages) => messages.undo.action,
  icon: Undo2,
  shortcut: "mod+alt+z",
  isEnabled: ({ sessions }) => sessions.store.getState().sessions[sessionId] !== undefined,
  perform: (services) => {
    undoLast(services, sessionId);
  },
});
