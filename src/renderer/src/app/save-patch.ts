import type { StoreApi } from "zustand/vanilla";
import type { UndoTarget } from "../../../shared/checkpoint.ts";
import type { SessionId } from "../../../shared/ids.ts";
import { currentMessages } from "./current-messages.ts";
import type { UndoFlowOptions, UndoView } from "./undo-flow.ts";

/** A patch that was saved, or could not be, and what is not in it: files that are no text. */
export interface SavedPatch {
  readonly saved: string | null;
  readonly leftOut: readonly string[];
}

/** Has changes saved as a patch; says where it is, and asks to be read where files were left out. */
export async function savePatch(
  { client, app, toasts, store }: UndoFlowOptions & { readonly store: StoreApi<UndoView> },
  sessionId: SessionId,
  target: UndoTarget,
): Promise<void> {
  const patch = await client("checkpoint.savePatch", { sessionId, target });
  const words = currentMessages(app).undo;
  if (patch.leftOut.length > 0) store.setState({ patch });
  else toasts.show(patch.saved === null ? words.nothingToSave : words.savedAs(patch.saved));
}
