import { useState } from "react";
import { useApp } from "../app/services.tsx";
import { useMessages } from "../messages/messages.tsx";
import { BudgetField } from "../settings/budget-field.tsx";
import { LimitCurrency, limitText } from "../settings/limit-currency.tsx";
import { useChange } from "../settings/use-change.ts";
import { Button } from "../ui/button.tsx";

/** The day's limit that came with the first key: said plainly, changed or removed here by a press. */
export function FirstLimit({ set }: { readonly set: string }) {
  const { limits: words } = useMessages();
  const limit = useApp((state) => state.settings?.dayBudget ?? null);
  const change = useChange();
  const [isChanging, setChanging] = useState(false);
  const save = (dayBudget: string | null): void => {
    setChanging(false);
    change({ dayBudget });
  };
  return (
    <div className="flex flex-col gap-2 rounded-card border border-line bg-card p-3">
      <p className="text-ui text-secondary">
        {limit === null ? words.removed : words.firstSet(limitText(limit))}
      </p>
      {isChanging ? (
        <BudgetField label={words.dayLimit} value={limit} onChange={save} />
      ) : (
        <div className="flex gap-2">
          {limit === null ? (
            <Button
              onClick={() => {
                save(set);
              }}
            >
              {words.setAgain(limitText(set))}
            </Button>
          ) : (
            <>
              <Button
                onClick={() => {
                  setChanging(true);
                }}
              >
                {words.change}
              </Button>
              <Button
                variant="plain"
                onClick={() => {
                  save(null);
                }}
              >
                {words.remove}
              </Button>
            </>
          )}
        </div>
      )}
    </div>
  );
}

/** With a later key: the day's limit where it cannot be kept in the key's region. */
export function LimitOfKey() {
  const limit = useApp((state) => state.settings?.dayBudget ?? null);
  const change = useChange();
  return (
    <LimitCurrency
      limit={limit}
      onChange={(dayBudget) => {
        change({ dayBudget });
      }}
    />
  );
}
