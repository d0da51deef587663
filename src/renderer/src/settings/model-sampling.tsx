import {
  modelSamplingSchema,
  type ModelSettings,
  type Settings,
} from "../../../shared/settings.ts";
import { useModels } from "../app/use-models.ts";
import { useMessages } from "../messages/messages.tsx";
import { SavedField } from "./saved-field.tsx";
import { useChange } from "./use-change.ts";

const samplingNames = modelSamplingSchema.keyof().options;
const names = [...samplingNames, "maxOutputTokens"] as const;
type FieldName = (typeof names)[number];

export interface ModelSamplingProps {
  /** null = the one chosen by itself, which cannot be set apart. */
  readonly model: string | null;
  readonly settings: Settings;
}

/** What goes with each request to one model; what is left empty shows the advice in its place. */
export function ModelSampling({ model, settings }: ModelSamplingProps) {
  const { endpoint } = useMessages();
  const advice = useModels().value?.find(({ id }) => id === model)?.sampling ?? {};
  const change = useChange();
  const set = model === null ? {} : (settings.models[model] ?? {});
  return (
    <section className="flex flex-col gap-2">
      <h3 className="text-label font-medium text-secondary">{endpoint.samplingTitle}</h3>
      <p className="text-ui text-pretty text-secondary">
        {model === null ? endpoint.chooseModel : endpoint.samplingDetail}
      </p>
      {model !== null && (
        <div className="grid grid-cols-2 gap-3">
          {names.map((name) => (
            <SavedField
              key={name}
              label={endpoint.sampling[name]}
              value={textOf(valueIn(set, name))}
              placeholder={name === "maxOutputTokens" ? "" : textOf(advice[name])}
              check={(text) => (isValid(name, text) ? null : endpoint.ranges[name])}
              onSave={(text) => {
                const next = withValue(set, name, text === "" ? undefined : Number(text));
                change({ models: { ...settings.models, [model]: next } });
              }}
            />
          ))}
        </div>
      )}
    </section>
  );
}

const textOf = (value: number | undefined): string => (value === undefined ? "" : String(value));

const valueIn = (set: ModelSettings, name: FieldName): number | undefined =>
  name === "maxOutputTokens" ? set.maxOutputTokens : set.sampling?.[name];

function isValid(name: FieldName, text: string): boolean {
  if (text === "") return true;
  if (!/^-?\d{1,12}(?:\.\d{1,6})?$/.test(text)) return false;
  const value = Number(text);
  return name === "maxOutputTokens"
    ? Number.isInteger(value) && value > 0
    : modelSamplingSchema.shape[name].safeParse(value).success;
}

/** The same with one value set, or left to the model again. */
function withValue(set: ModelSettings, name: FieldName, value: number | undefined): ModelSettings {
  const { maxOutputTokens, sampling = {} } = set;
  const limit = name === "maxOutputTokens" ? value : maxOutputTokens;
  const kept = Object.entries(sampling).filter(([key]) => key !== name);
  const next =
    name === "maxOutputTokens" || value === undefined
      ? Object.fromEntries(kept)
      : { ...Object.fromEntries(kept), [name]: value };
  return { sampling: next, ...(limit === undefined ? {} : { maxOutputTokens: limit }) };
}
