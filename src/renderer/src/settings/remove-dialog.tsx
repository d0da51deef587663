import { useServices } from "../app/services.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";

export interface RemoveDialogProps {
  readonly open: boolean;
  readonly words: {
    readonly removeTitle: string;
    readonly removeDetail: string;
    readonly cancel: string;
    readonly remove: string;
    readonly removed: string;
  };
  readonly onClose: () => void;
  readonly onRemove: () => Promise<void>;
}

/** Asks before what was set up is forgotten, and says when it is. */
export function RemoveDialog({ open, words, onClose, onRemove }: RemoveDialogProps) {
  const { attempt, toasts } = useServices();
  const remove = async (): Promise<void> => {
    await onRemove();
    toasts.show(words.removed);
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={words.removeTitle}
      description={words.removeDetail}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button
            variant="danger"
            onClick={() => {
              onClose();
              attempt(remove);
            }}
          >
            {words.remove}
          </Button>
        </>
      }
    />
  );
}
