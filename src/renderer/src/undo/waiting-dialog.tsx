import { useServices } from "../app/services.tsx";
import type { WaitingUndo } from "../app/undo-flow.ts";
import { useMessages } from "../messages/messages.tsx";
import { VisibleText } from "../text/visible-text.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";

/** The repository is on another branch than the changes were made on: undone there, they would hit other files. */
export function WaitingDialog({ waiting }: { readonly waiting: WaitingUndo }) {
  const { undo: words, common } = useMessages();
  const { close } = useServices().undo;
  return (
    <Dialog
      open
      onClose={close}
      title={words.waitsTitle(waiting.branch)}
      description={<VisibleText text={waiting.message} />}
      footer={<Button onClick={close}>{common.close}</Button>}
    >
      <p className="text-ui text-secondary">{words.waitsDetail(waiting.branch)}</p>
    </Dialog>
  );
}
