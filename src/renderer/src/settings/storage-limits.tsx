import { useApp, useServices } from "../app/services.tsx";
import { useMessages } from "../messages/messages.tsx";
import { SavedField } from "./saved-field.tsx";
import type { SettingsPatch } from "../../../shared/settings.ts";

export interface StorageLimitsProps {
  /** The limit that counts now for the project that is shown, in words. */
  readonly inForce: string;
  readonly onChange: () => void;
}

const isWhole = (text: string, least: number, most: number): boolean =>
  /^\d{1,7}$/.test(text) && Number(text) >= least && Number(text) <= most;

/** How much and how long: the same for every project. */
export function StorageLimits({ inForce, onChange }: StorageLimitsProps) {
  const { storage: words, settings: general } = useMessages();
  const { commands, toasts, explain } = useServices();
  const settings = useApp((state) => state.settings);
  if (settings === null) return null;
  const save = async (patch: SettingsPatch): Promise<void> => {
    try {
      await commands.changeSettings(patch);
      onChange();
    } catch (error) {
      toasts.show(general.saveFailed(explain(error)), { tone: "failed" });
    }
  };
  return (
    <>
      <SavedField
        label={words.quota}
        help={words.quotaHelp(inForce)}
        value={String(settings.checkpointMegabytes)}
        check={(text) => (isWhole(text, 64, 1_048_576) ? null : words.quotaInvalid)}
        onSave={(text) => void save({ checkpointMegabytes: Number(text) })}
      />
      <SavedField
        label={words.days}
        help={words.daysHelp}
        value={String(settings.checkpointDays)}
        check={(text) => (isWhole(text, 1, 3650) ? null : words.daysInvalid)}
        onSave={(text) => void save({ checkpointDays: Number(text) })}
      />
    </>
  );
}
