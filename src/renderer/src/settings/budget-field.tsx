import { parseMoney } from "../../../shared/money.ts";
import { useMessages } from "../messages/messages.tsx";
import { LimitCurrency } from "./limit-currency.tsx";
import { SavedField } from "./saved-field.tsx";

export interface BudgetFieldProps {
  readonly label: string;
  readonly help?: string;
  /** null = no limit. */
  readonly value: string | null;
  readonly onChange: (value: string | null) => void;
}

/** A limit of money as a person writes it, with what is wrong with it where they are paid in another currency. */
export function BudgetField({ label, help, value, onChange }: BudgetFieldProps) {
  const { settings: words } = useMessages();
  return (
    <div className="flex flex-col gap-1.5">
      <SavedField
        label={label}
        {...(help === undefined ? {} : { help })}
        value={value ?? ""}
        check={(text) =>
          text === "" || parseMoney(text) !== undefined ? null : words.budgetInvalid
        }
        onSave={(text) => {
          onChange(text === "" ? null : text);
        }}
      />
      <LimitCurrency limit={value} onChange={onChange} />
    </div>
  );
}
