import { useState, type ReactNode } from "react";
import { useMessages } from "../messages/messages.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/text-field.tsx";

export interface ValueDialogProps {
  readonly title: string;
  readonly label: string;
  readonly help?: string;
  /** What is wrong with what is typed; null when it can be used. */
  readonly problemOf?: (text: string) => string | null;
  readonly onClose: () => void;
  readonly onChoose: (text: string) => void;
  /** Below the field, about what is typed. */
  readonly children?: (text: string) => ReactNode;
}

/** Asks for one word that no list offers. */
export function ValueDialog(props: ValueDialogProps) {
  const { title, label, help, problemOf, onClose, onChoose, children } = props;
  const messages = useMessages();
  const [text, setText] = useState("");
  const value = text.trim();
  const problem = value === "" ? null : (problemOf?.(value) ?? null);
  const isReady = value !== "" && problem === null;
  const choose = (): void => {
    if (!isReady) return;
    onChoose(value);
    onClose();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      footer={
        <>
          <Button onClick={onClose}>{messages.common.cancel}</Button>
          <Button variant="primary" disabled={!isReady} onClick={choose}>
            {messages.composer.modelUse}
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          choose();
        }}
      >
        <TextField
          label={label}
          labelHidden
          mono
          maxLength={200}
          value={text}
          help={help}
          error={problem}
          onChange={(event) => {
            setText(event.target.value);
          }}
        />
        {children?.(value)}
      </form>
    </Dialog>
  );
}
