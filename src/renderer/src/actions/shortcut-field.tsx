import { useState, type KeyboardEvent } from "react";
import { useApp, useServices } from "../app/services.tsx";
import { useMessages } from "../messages/messages.tsx";
import { Button } from "../ui/button.tsx";
import { controlClass, Field } from "../ui/field.tsx";
import { acceleratorOf, formatAccelerator, suggestedAccelerator } from "./accelerator.ts";
import { usePlatform } from "./use-actions.ts";

/** Quick ask's global shortcut: takes the suggested one with a press, or records another. Says so when another program holds it. */
export function ShortcutField() {
  const { settings: words } = useMessages();
  const platform = usePlatform();
  const value = useApp((state) => state.settings?.quickAskShortcut ?? null);
  const { failure, save } = useSave();
  const { recording, invalid, start, stop, record } = useRecorder(save);
  const suggested = formatAccelerator(suggestedAccelerator, platform);
  const shown = value === null ? words.shortcutUnset : formatAccelerator(value, platform);
  return (
    <Field
      label={words.shortcut}
      help={words.shortcutHelp}
      error={invalid ? words.shortcutInvalid : failure}
    >
      {(ids) => (
        <div className="flex gap-2">
          <button
            {...ids}
            type="button"
            className={`${controlClass} h-7 px-2 text-left`}
            onClick={start}
            onKeyDown={record}
            onBlur={stop}
          >
            {recording ? words.shortcutRecord : shown}
          </button>
          <Button
            onClick={() => {
              save(value === null ? suggestedAccelerator : null);
            }}
          >
            {value === null ? words.shortcutUse(suggested) : words.shortcutClear}
          </Button>
        </div>
      )}
    </Field>
  );
}

/** Saves at once; main refuses what another program or the system holds, and the old one stays. */
function useSave(): {
  readonly failure: string | null;
  readonly save: (quickAskShortcut: string | null) => void;
} {
  const { commands, explain } = useServices();
  const [failure, setFailure] = useState<string | null>(null);
  return {
    failure,
    save: (quickAskShortcut) => {
      setFailure(null);
      commands.changeSettings({ quickAskShortcut }).catch((error: unknown) => {
        setFailure(explain(error));
      });
    },
  };
}

interface Recorder {
  readonly recording: boolean;
  /** The last press was no shortcut. */
  readonly invalid: boolean;
  readonly start: () => void;
  readonly stop: () => void;
  readonly record: (event: KeyboardEvent) => void;
}

/** Takes the next chord that is pressed on the field; Esc gives up, Tab leaves. */
function useRecorder(onRecord: (accelerator: string) => void): Recorder {
  const [recording, setRecording] = useState(false);
  const [invalid, setInvalid] = useState(false);
  const stop = (): void => {
    setRecording(false);
  };
  return {
    recording,
    invalid,
    start: () => {
      setInvalid(false);
      setRecording(true);
    },
    stop,
    record: (event) => {
      if (!recording || event.key === "Tab") return;
      event.preventDefault();
      event.stopPropagation();
      if (event.key === "Escape") {
        stop();
        return;
      }
      const accelerator = acceleratorOf(event);
      if (accelerator === "incomplete") return;
      setInvalid(accelerator === "invalid");
      if (accelerator === "invalid") return;
      stop();
      onRecord(accelerator);
    },
  };
}
