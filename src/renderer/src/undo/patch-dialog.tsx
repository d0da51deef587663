import type { SavedPatch } from "../app/save-patch.ts";
import { useServices } from "../app/services.tsx";
import { useMessages } from "../messages/messages.tsx";
import { visibleString } from "../text/visible-characters.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { FileNotes } from "./undo-details.tsx";

/** What a saved patch does not hold. */
export function PatchDialog({ patch: { saved, leftOut } }: { readonly patch: SavedPatch }) {
  const { undo: words, common } = useMessages();
  const { closePatch } = useServices().undo;
  return (
    <Dialog
      open
      onClose={closePatch}
      width="medium"
      title={saved === null ? words.patchEmpty : words.patchSaved}
      description={saved === null ? words.onlyBinary : words.savedAs(visibleString(saved))}
      footer={<Button onClick={closePatch}>{common.close}</Button>}
    >
      <FileNotes
        title={words.leftOut(leftOut.length)}
        rows={leftOut.map((path) => ({ path, note: words.notText }))}
      />
    </Dialog>
  );
}
