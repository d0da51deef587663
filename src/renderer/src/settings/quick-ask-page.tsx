import { ShortcutField } from "../actions/shortcut-field.tsx";
import { useApp } from "../app/services.tsx";
import { useMessages } from "../messages/messages.tsx";
import { parseMoney } from "../../../shared/money.ts";
import { ModelSelect } from "./model-select.tsx";
import { SavedField } from "./saved-field.tsx";
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
      <SavedField
        label={messages.settings.quickBudget}
        help={messages.settings.quickBudgetHelp}
        value={settings.quickAskBudget ?? ""}
        check={(text) =>
          text === "" || parseMoney(text) !== undefined ? null : messages.settings.budgetInvalid
        }
        onSave={(text) => {
          change({ quickAskBudget: text === "" ? null : text });
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
