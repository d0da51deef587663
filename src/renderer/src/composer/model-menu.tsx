import { useEffect, useState } from "react";
import type { ModelOption } from "../../../shared/app.ts";
import { useServices } from "../app/services.tsx";
import type { Messages } from "../messages/en.ts";
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
            detail: detailOf(option, words),
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

/** "$0.30 in · $1.50 out per million tokens · cache: yes". */
function detailOf(option: ModelOption, words: Messages["composer"]): string {
  const symbol = option.currency === "CNY" ? "¥" : "$";
  const price =
    option.inputPrice === null || option.outputPrice === null
      ? words.priceUnknown
      : words.price(`${symbol}${option.inputPrice}`, `${symbol}${option.outputPrice}`);
  const cache = option.cache ? words.cacheYes : words.cacheNo;
  const retired = option.retired === null ? [] : [words.retired(option.retired)];
  return [price, cache, ...retired].join(" · ");
}

/** The models main knows; the note says why there are none. */
function useModels(): { readonly list: readonly ModelOption[]; readonly note: string | null } {
  const { client, explain } = useServices();
  const { composer: words } = useMessages();
  const [list, setList] = useState<readonly ModelOption[] | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => {
    let isCurrent = true;
    client("model.list", {}).then(
      (models) => {
        if (isCurrent) setList(models);
      },
      (error: unknown) => {
        if (isCurrent) setFailure(explain(error));
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [client, explain]);
  if (failure !== null) return { list: [], note: words.modelsFailed(failure) };
  return { list: list ?? [], note: list === null ? words.modelsLoading : null };
}
