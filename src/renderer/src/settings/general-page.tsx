import { settingsSchema } from "../../../shared/settings.ts";
import { usePlatform } from "../actions/use-actions.ts";
import { useApp } from "../app/services.tsx";
import { useMessages } from "../messages/messages.tsx";
import { Checkbox } from "../ui/checkbox.tsx";
import { Select } from "../ui/select.tsx";
import { useChange } from "./use-change.ts";

const themes = settingsSchema.shape.theme.unwrap().options;
const languages = settingsSchema.shape.language.unwrap().options;
const closings = settingsSchema.shape.whenClosed.unwrap().options;

/** Theme, language and what closing the window does. */
export function GeneralPage() {
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
      <WhenClosed />
      <HideFromSharing />
    </>
  );
}

/** Not on Linux: no system there lets a window ask for it. */
function HideFromSharing() {
  const { settings: words } = useMessages();
  const platform = usePlatform();
  const settings = useApp((state) => state.settings);
  const change = useChange();
  if (settings === null || platform === "linux") return null;
  return (
    <Checkbox
      label={words.hideFromSharing}
      checked={settings.hideFromSharing}
      onChange={(hideFromSharing) => {
        change({ hideFromSharing });
      }}
    />
  );
}

/** Not on macOS: there a closed window always leaves the app running. */
function WhenClosed() {
  const { settings: words } = useMessages();
  const platform = usePlatform();
  const settings = useApp((state) => state.settings);
  const change = useChange();
  if (settings === null || platform === "darwin") return null;
  return (
    <Select
      label={words.whenClosed}
      value={settings.whenClosed}
      help={words.whenClosedHelp}
      options={closings.map((closing) => ({ value: closing, label: words.closings[closing] }))}
      onChange={(whenClosed) => {
        change({ whenClosed });
      }}
    />
  );
}
