import { useApp } from "../app/services.tsx";
import { useMessages } from "../messages/messages.tsx";
import { SavedField } from "./saved-field.tsx";
import { useChange } from "./use-change.ts";

const isWhole = (text: string, least: number, most: number): boolean =>
  /^\d{1,8}$/.test(text) && Number(text) >= least && Number(text) <= most;

/** What all processes of one command may come to together. */
export function CommandLimits() {
  const { settings: words } = useMessages();
  const settings = useApp((state) => state.settings);
  const change = useChange();
  if (settings === null) return null;
  const { commandMegabytes, commandCpuMinutes } = settings;
  return (
    <>
      <SavedField
        label={words.commandMemory}
        help={words.commandMemoryHelp}
        value={commandMegabytes === null ? "" : String(commandMegabytes)}
        check={(text) =>
          text === "" || isWhole(text, 64, 16_777_216) ? null : words.commandMemoryInvalid
        }
        onSave={(text) => {
          change({ commandMegabytes: text === "" ? null : Number(text) });
        }}
      />
      <SavedField
        label={words.commandTime}
        help={words.commandTimeHelp}
        value={String(commandCpuMinutes)}
        check={(text) => (isWhole(text, 1, 1_000_000) ? null : words.commandTimeInvalid)}
        onSave={(text) => {
          change({ commandCpuMinutes: Number(text) });
        }}
      />
    </>
  );
}
