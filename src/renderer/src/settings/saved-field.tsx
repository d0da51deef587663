import { useState } from "react";
import { isInputMethodPress } from "../ui/input-method.ts";
import { TextField } from "../ui/text-field.tsx";

export interface SavedFieldProps {
  readonly label: string;
  readonly help?: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly mono?: boolean;
  /** What is wrong with the text, null when it may be saved. */
  readonly check?: (text: string) => string | null;
  readonly onSave: (text: string) => void;
}

/** A line of text that is saved on Enter or on leaving the field, and never while it is wrong. */
export function SavedField(props: SavedFieldProps) {
  const { label, help, value, placeholder, mono = false, check, onSave } = props;
  const [draft, setDraft] = useState<string | null>(null);
  const text = draft ?? value;
  const error = draft === null ? null : (check?.(draft.trim()) ?? null);
  const save = (): void => {
    if (draft === null || error !== null) return;
    if (draft.trim() !== value) onSave(draft.trim());
    setDraft(null);
  };
  return (
    <TextField
      label={label}
      help={help ?? null}
      error={error}
      value={text}
      placeholder={placeholder}
      mono={mono}
      onChange={(event) => {
        setDraft(event.target.value);
      }}
      onBlur={save}
      onKeyDown={(event) => {
        if (event.key === "Enter" && !isInputMethodPress(event)) save();
      }}
    />
  );
}
