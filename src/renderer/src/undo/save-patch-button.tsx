import type { UndoTarget } from "../../../shared/checkpoint.ts";
import type { SessionId } from "../../../shared/ids.ts";
import { useServices } from "../app/services.tsx";
import { useMessages } from "../messages/messages.tsx";
import { Button } from "../ui/button.tsx";

export interface SavePatchProps {
  readonly of: { readonly sessionId: SessionId; readonly target: UndoTarget };
}

/** Saves what an undo would take back, for a dialog that asks about it. */
export function SavePatch({ of: { sessionId, target } }: SavePatchProps) {
  const { undo: words } = useMessages();
  const { undo, attempt } = useServices();
  return (
    <Button
      onClick={() => {
        attempt(() => undo.savePatch(sessionId, target));
      }}
    >
      {words.savePatch}
    </Button>
  );
}
