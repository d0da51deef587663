import { useStore } from "zustand";
import { useServices } from "../app/services.tsx";
import type { SteeringRedo } from "../app/undo-flow.ts";
import { useMessages } from "../messages/messages.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { FileNotes } from "./undo-details.tsx";

/** A redo would bring back files that run code or steer the agent: it did everything else, and asks about those. */
export function SteeringDialog({ steering }: { readonly steering: SteeringRedo }) {
  const { undo: words, trust } = useMessages();
  const { undo: flow, attempt } = useServices();
  const isBusy = useStore(flow.store, (state) => state.isBusy);
  const { files } = steering;
  const rows = files.map(({ path, steers }) => ({
    path,
    note: steers === undefined ? "" : trust.kinds[steers].name,
  }));
  return (
    <Dialog
      open
      onClose={flow.close}
      width="medium"
      title={words.steeringTitle}
      description={words.steeringDetail(files.length)}
      footer={
        <>
          <Button onClick={flow.close}>{words.leave}</Button>
          <Button
            busy={isBusy}
            onClick={() => {
              attempt(flow.confirmRedo);
            }}
          >
            {words.bringBack(files.length)}
          </Button>
        </>
      }
    >
      <FileNotes title={null} rows={rows} />
    </Dialog>
  );
}
