import { ShortcutField } from "../actions/shortcut-field.tsx";
import { useApp } from "../app/services.tsx";
import { useMessages } from "../messages/messages.tsx";
import { BudgetField } from "./budget-field.tsx";
import { ModelSelect } from "./model-select.tsx";
import { useChange } from "./use-change.ts";

/** The small window's shortcut, budget and model. */
export function QuickAskPage() {
  const messages = useMessages();
  const settings = useApp((state) => state.settings);
  const change = useChange();
  if (settings === null) return null;
  return (
    <>
      <ShortcutField />
      <BudgetField
        label={messages.settings.quickBudget}
        help={messages.settings.quickBudgetHelp}
        value={settings.quickAskBudget}
        onChange={(quickAskBudget) => {
          change({ quickAskBudget });
        }}
      />
      <ModelSelect
        label={messages.settings.quickModel}
        value={settings.quickAskModel}
        unset={messages.settings.quickModelFirst}
        onChange={(quickAskModel) => {
          change({ quickAskModel });
        }}
      />
    </>
  );
}
