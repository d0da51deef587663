import { useState } from "react";
import { modelDetail, useModels } from "../app/use-models.ts";
import { useMessages } from "../messages/messages.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Select } from "../ui/select.tsx";
import { TextField } from "../ui/text-field.tsx";

/** Stands for "type an id"; no model is called so. */
const other = " other";

export interface ModelMenuProps {
  readonly model: string;
  readonly onChange: (model: string) => void;
}

/** The models of this key with their price and cache, and any other by its id. */
export function ModelMenu({ model, onChange }: ModelMenuProps) {
  const messages = useMessages();
  const words = messages.composer;
  const { value: models, failure } = useModels();
  const loading = models === null ? words.modelsLoading : undefined;
  const note = failure === null ? loading : words.modelsFailed(failure);
  const [isTyping, setTyping] = useState(false);
  const listed = (models ?? []).some((option) => option.id === model);
  const present = listed || model === "" ? [] : [{ value: model, label: model }];
  return (
    <>
      <Select
        look="bar"
        side="top"
        label={words.model}
        value={model}
        shown={model === "" ? words.modelNone : model}
        onChange={(value) => {
          if (value === other) setTyping(true);
          else onChange(value);
        }}
        options={[
          ...present,
          ...(models ?? []).map((option) => ({
            value: option.id,
            label: option.id,
            detail: modelDetail(option, messages),
          })),
          { value: other, label: `${words.modelOther}…`, detail: note },
        ]}
      />
      {isTyping && (
        <ModelDialog
          onClose={() => {
            setTyping(false);
          }}
          onChoose={onChange}
        />
      )}
    </>
  );
}

function ModelDialog({
  onClose,
  onChoose,
}: {
  readonly onClose: () => void;
  readonly onChoose: (model: string) => void;
}) {
  const messages = useMessages();
  const [id, setId] = useState("");
  const choose = (): void => {
    if (id.trim() === "") return;
    onChoose(id.trim());
    onClose();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={messages.composer.modelOther}
      footer={
        <>
          <Button onClick={onClose}>{messages.common.cancel}</Button>
          <Button variant="primary" disabled={id.trim() === ""} onClick={choose}>
            {messages.composer.modelUse}
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          choose();
        }}
      >
        <TextField
          label={messages.composer.model}
          labelHidden
          mono
          maxLength={200}
          value={id}
          onChange={(event) => {
            setId(event.target.value);
          }}
        />
      </form>
    </Dialog>
  );
}
