import type { BillMapping } from "../../../../shared/bill-file.ts";
import { useMessages } from "../../messages/messages.tsx";
import { Select } from "../../ui/select.tsx";

export interface BillMannerProps {
  readonly mapping: BillMapping;
  readonly onChange: (mapping: BillMapping) => void;
}

/** What the cells of a file do not say themselves: zone, length of a row, units and currency. */
export function BillManner({ mapping, onChange }: BillMannerProps) {
  const { bill: words } = useMessages();
  const { columns } = mapping;
  const hasCached = columns.cached !== undefined || columns.kind !== undefined;
  const set = (part: Partial<BillMapping>): void => {
    onChange({ ...mapping, ...part });
  };
  return (
    <fieldset>
      <legend className="mb-2 text-label font-medium text-secondary">{words.groups.manner}</legend>
      <div className="grid grid-cols-4 items-start gap-3">
        <Choice
          label={words.zone}
          value={mapping.zone}
          names={words.zones}
          onChange={(zone) => {
            set({ zone });
          }}
        />
        <Choice
          label={words.period}
          value={mapping.period}
          names={words.periods}
          onChange={(period) => {
            set({ period });
          }}
        />
        <Choice
          label={words.unitOf}
          value={mapping.unit}
          names={words.units}
          onChange={(unit) => {
            set({ unit });
          }}
        />
        {hasCached && (
          <Choice
            label={words.cachedAre}
            value={mapping.cached}
            names={words.cachedHow}
            onChange={(cached) => {
              set({ cached });
            }}
          />
        )}
        {columns.amount !== undefined && (
          <Choice
            label={words.currencyOf}
            value={mapping.currency}
            names={{ USD: "USD", CNY: "CNY" }}
            onChange={(currency) => {
              set({ currency });
            }}
          />
        )}
      </div>
    </fieldset>
  );
}

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly names: Readonly<Record<Value, string>>;
  readonly onChange: (value: Value) => void;
}

function Choice<Value extends string>({ label, value, names, onChange }: ChoiceProps<Value>) {
  const isValue = (name: string): name is Value => name in names;
  const values = Object.keys(names).filter(isValue);
  return (
    <Select
      label={label}
      value={value}
      options={values.map((name) => ({ value: name, label: names[name] }))}
      onChange={onChange}
    />
  );
}
