import { settingsSchema } from "../../../shared/settings.ts";
import { useApp } from "../app/services.tsx";
import { useMessages } from "../messages/messages.tsx";
import { Select } from "../ui/select.tsx";
import { useChange } from "./use-change.ts";

const themes = settingsSchema.shape.theme.unwrap().options;
const languages = settingsSchema.shape.language.unwrap().options;

/** Theme and language. */
export function LookPage() {
  const messages = useMessages();
  const settings = useApp((state) => state.settings);
  const change = useChange();
  if (settings === null) return null;
  return (
    <>
      <Select
        label={messages.settings.theme}
        value={settings.theme}
        options={themes.map((theme) => ({ value: theme, label: messages.settings.themes[theme] }))}
        onChange={(theme) => {
          change({ theme });
        }}
      />
      <Select
        label={messages.settings.language}
        value={settings.language}
        options={languages.map((language) => ({
          value: language,
          label: messages.settings.languages[language],
        }))}
        onChange={(language) => {
          change({ language });
        }}
      />
    </>
  );
}
