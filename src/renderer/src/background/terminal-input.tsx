import { useState } from "react";
import type { BackgroundCommand } from "../../../shared/background.ts";
import { useServices } from "../app/services.tsx";
import { useMessages } from "../messages/messages.tsx";
import { visibleString } from "../text/visible-characters.ts";
import { isInputMethodPress } from "../ui/input-method.ts";
import { TextField } from "../ui/text-field.tsx";

/** A line for the terminal of a command. Enter sends it, also an empty one; Ctrl+C and Ctrl+D reach the command as they would there. */
export function TerminalInput({
  command: { id, command },
}: {
  readonly command: BackgroundCommand;
}) {
  const { background: words } = useMessages();
  const { client, attempt } = useServices();
  const [line, setLine] = useState("");
  const write = (text: string): void => {
    setLine("");
    attempt(() => client("background.write", { id, text }));
  };
  return (
    <div className="mb-1 ml-7">
      <TextField
        mono
        labelHidden
        label={words.inputOf(visibleString(command))}
        placeholder={words.input}
        maxLength={4000}
        value={line}
        onChange={({ currentTarget }) => {
          setLine(currentTarget.value);
        }}
        onKeyDown={(event) => {
          if (isInputMethodPress(event)) return;
          const sent = sentBy(event, line);
          if (sent === null) return;
          event.preventDefault();
          write(sent);
        }}
      />
    </div>
  );
}

const interrupt = "\u0003";
const endOfInput = "\u0004";

interface Press {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly currentTarget: HTMLInputElement;
}

/** What a press writes; null for one that only edits the line. Ctrl+C over chosen text copies it. */
function sentBy({ key, ctrlKey, currentTarget }: Press, line: string): string | null {
  if (key === "Enter") return `${line}\n`;
  const { selectionStart, selectionEnd } = currentTarget;
  if (ctrlKey && key === "c" && selectionStart === selectionEnd) return interrupt;
  return ctrlKey && key === "d" ? endOfInput : null;
}
