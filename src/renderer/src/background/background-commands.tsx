import { useState } from "react";
import { SquareTerminal } from "lucide-react";
import type { BackgroundCommand } from "../../../shared/background.ts";
import { useApp } from "../app/services.tsx";
import { statusPart } from "../app/status-part.ts";
import { useMessages } from "../messages/messages.tsx";
import { Popover } from "../ui/popover.tsx";
import { BackgroundRow } from "./background-row.tsx";

/** How many commands run in the background; opens to what they print, with Stop. Nothing where none runs. */
export function BackgroundCommands() {
  const { background: words } = useMessages();
  const commands = useApp((state) => state.background);
  if (commands.length === 0) return null;
  return (
    <Popover
      side="top"
      label={words.title}
      trigger={
        <button type="button" className={`${statusPart} tabular-nums hover:bg-hover`}>
          <SquareTerminal className="size-3 shrink-0" aria-hidden />
          <span className="truncate">{words.count(commands.length)}</span>
        </button>
      }
    >
      <CommandList commands={commands} />
    </Popover>
  );
}

function CommandList({ commands }: { readonly commands: readonly BackgroundCommand[] }) {
  const { background: words } = useMessages();
  // The one that is there alone is what the person came for.
  const [opened, setOpened] = useState(
    () => new Set(commands.length === 1 ? [commands[0]?.id] : []),
  );
  const toggle = (id: string): void => {
    const next = new Set(opened);
    if (!next.delete(id)) next.add(id);
    setOpened(next);
  };
  return (
    <>
      <h2 className="px-2 pt-1.5 pb-1 text-meta font-medium text-muted">{words.title}</h2>
      <ul>
        {commands.map((command) => (
          <BackgroundRow
            key={command.id}
            command={command}
            isOpen={opened.has(command.id)}
            onToggle={() => {
              toggle(command.id);
            }}
          />
        ))}
      </ul>
      <p className="px-2 pt-1 pb-1.5 text-label text-muted">{words.note}</p>
    </>
  );
}
