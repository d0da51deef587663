import { useCallback, useState } from "react";
import type { ModelOption } from "../../../shared/app.ts";
import { useServices } from "../app/services.tsx";
import { useAnswer } from "../app/use-answer.ts";
import { useMessages } from "../messages/messages.tsx";
import { modelDetail } from "../settings/model-select.tsx";
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
  const models = useModels();
  const [isTyping, setTyping] = useState(false);
  const listed = models.list.some((option) => option.id === model);
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
          ...models.list.map((option) => ({
            value: option.id,
            label: option.id,
            detail: modelDetail(option, messages),
          })),
          { value: other, label: `${words.modelOther}…`, detail: models.note ?? undefined },
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

/** The models main knows; the note says why there are none. */
function useModels(): { readonly list: readonly ModelOption[]; readonly note: string | null } {
  const { client } = useServices();
  const { composer: words } = useMessages();
  const { value, failure } = useAnswer(useCallback(() => client("model.list", {}), [client]));
  if (failure !== null) return { list: [], note: words.modelsFailed(failure) };
  return { list: value ?? [], note: value === null ? words.modelsLoading : null };
}
