import type { SettingsPatch } from "../../../shared/settings.ts";
import { useServices } from "../app/services.tsx";
import { useMessages } from "../messages/messages.tsx";

/** Saves a part of the settings; a refusal shows as a toast and the old value stays. */
export function useChange(): (patch: SettingsPatch) => void {
  const messages = useMessages();
  const { commands, explain, toasts } = useServices();
  return (patch) => {
    commands.changeSettings(patch).catch((error: unknown) => {
      toasts.show(messages.settings.saveFailed(explain(error)), { tone: "failed" });
    });
  };
}
