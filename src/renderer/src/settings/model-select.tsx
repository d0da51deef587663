import { useCallback } from "react";
import type { ModelOption } from "../../../shared/app.ts";
import { useServices } from "../app/services.tsx";
import { useAnswer } from "../app/use-answer.ts";
import { useMessages } from "../messages/messages.tsx";
import type { Messages } from "../messages/en.ts";
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
  const { client } = useServices();
  const answer = useAnswer(useCallback(() => client("model.list", {}), [client]));
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

/** A model's price per million tokens and whether it caches, in one line. */
export function modelDetail(model: ModelOption, { settings }: Messages): string {
  if (model.retired !== null) return settings.retired(model.retired);
  const sign = model.currency === "CNY" ? "¥" : "$";
  const price =
    model.inputPrice === null || model.outputPrice === null
      ? settings.priceUnknown
      : settings.price(`${sign}${model.inputPrice}`, `${sign}${model.outputPrice}`);
  return `${price} · ${model.cache ? settings.cacheYes : settings.cacheNo}`;
}
