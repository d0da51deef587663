import { useState, type KeyboardEvent } from "react";
import { usePlatform } from "../actions/use-actions.ts";
import { useMessages } from "../messages/messages.tsx";
import { Button } from "../ui/button.tsx";
import { controlClass, Field } from "../ui/field.tsx";
import { acceleratorOf, formatAccelerator, suggestedAccelerator } from "./accelerator.ts";

export interface ShortcutFieldProps {
  readonly value: string | null;
  readonly onChange: (accelerator: string | null) => void;
}

/** Shows a global shortcut and records a new one by pressing it. */
export function ShortcutField({ value, onChange }: ShortcutFieldProps) {
  const { settings } = useMessages();
  const platform = usePlatform();
  const [recording, setRecording] = useState(false);
  const [invalid, setInvalid] = useState(false);
  const record = (event: KeyboardEvent): void => {
    if (!recording || event.key === "Tab") return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") {
      setRecording(false);
      return;
    }
    const accelerator = acceleratorOf(event);
    if (accelerator === "incomplete") return;
    setInvalid(accelerator === "invalid");
    if (accelerator === "invalid") return;
    setRecording(false);
    onChange(accelerator);
  };
  const shown = value === null ? settings.shortcutUnset : formatAccelerator(value, platform);
  return (
    <Field
      label={settings.shortcut}
      help={settings.shortcutHelp(formatAccelerator(suggestedAccelerator, platform))}
      error={invalid ? settings.shortcutInvalid : null}
    >
      {(ids) => (
        <div className="flex gap-2">
          <button
            {...ids}
            type="button"
            className={`${controlClass} h-7 px-2 text-left`}
            onClick={() => {
              setInvalid(false);
              setRecording(true);
            }}
            onKeyDown={record}
            onBlur={() => {
              setRecording(false);
            }}
          >
            {recording ? settings.shortcutRecord : shown}
          </button>
          {value !== null && (
            <Button
              onClick={() => {
                onChange(null);
              }}
            >
              {settings.shortcutClear}
            </Button>
          )}
        </div>
      )}
    </Field>
  );
}
