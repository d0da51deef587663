import { useApp } from "../app/services.tsx";
import { useMessages } from "../messages/messages.tsx";
import { ModelSelect } from "./model-select.tsx";
import { ShortcutField } from "./shortcut-field.tsx";
import { useChange } from "./use-change.ts";

/** The small window's shortcut and model. */
export function QuickAskPage() {
  const messages = useMessages();
  const settings = useApp((state) => state.settings);
  const change = useChange();
  if (settings === null) return null;
  return (
    <>
      <ShortcutField
        value={settings.quickAskShortcut}
        onChange={(quickAskShortcut) => {
          change({ quickAskShortcut });
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
