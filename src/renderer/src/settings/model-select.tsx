import { modelDetail, useModels } from "../app/use-models.ts";
import { useMessages } from "../messages/messages.tsx";
import { Select } from "../ui/select.tsx";

export interface ModelSelectProps {
  readonly label: string;
  /** null = let Belay choose. */
  readonly value: string | null;
  /** What choosing nothing means. */
  readonly unset: string;
  readonly onChange: (model: string | null) => void;
}

/** The models of the account with price and cache, and the choice not to choose. */
export function ModelSelect({ label, value, unset, onChange }: ModelSelectProps) {
  const messages = useMessages();
  const answer = useModels();
  const models = answer.value ?? [];
  const known = models.some((model) => model.id === value);
  return (
    <Select
      label={label}
      value={value ?? ""}
      error={answer.failure === null ? null : `${messages.settings.modelsFailed} ${answer.failure}`}
      options={[
        { value: "", label: unset },
        ...(value === null || known ? [] : [{ value, label: value }]),
        ...models.map((model) => ({
          value: model.id,
          label: model.id,
          detail: modelDetail(model, messages),
        })),
      ]}
      onChange={(model) => {
        onChange(model === "" ? null : model);
      }}
    />
  );
}
