import { useServices } from "../app/services.tsx";
import type { WaitingUndo } from "../app/undo-flow.ts";
import { useMessages } from "../messages/messages.tsx";
import { visibleString } from "../text/visible-characters.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { SavePatch } from "./save-patch-button.tsx";

/** The repository is on another branch than the changes were made on: undone there, they would hit other files. */
export function WaitingDialog({ waiting }: { readonly waiting: WaitingUndo }) {
  const { undo: words, common } = useMessages();
  const { close } = useServices().undo;
  const branch = visibleString(waiting.branch);
  return (
    <Dialog
      open
      onClose={close}
      title={words.waitsTitle(branch)}
      description={words.switched(branch, visibleString(waiting.now))}
      footer={
        <>
          <SavePatch of={waiting} />
          <Button onClick={close}>{common.close}</Button>
        </>
      }
    >
      <p className="text-ui text-secondary">{words.waitsDetail(branch)}</p>
    </Dialog>
  );
}
