import { useLayoutEffect, useRef, useState } from "react";
import { ChevronDown, ChevronRight } from "lucide-react";
import type { BackgroundCommand } from "../../../shared/background.ts";
import { folderName } from "../app/format.ts";
import { useApp, useServices } from "../app/services.tsx";
import { useNow } from "../app/use-now.ts";
import { useMessages } from "../messages/messages.tsx";
import { plainOutput } from "../text/plain-output.ts";
import { formatDuration } from "../text/tool-text.ts";
import { visibleString } from "../text/visible-characters.ts";
import { VisibleText } from "../text/visible-text.tsx";
import { Button } from "../ui/button.tsx";
import { TerminalInput } from "./terminal-input.tsx";
import { Ports } from "./ports.tsx";
import { useTail } from "./use-tail.ts";

export interface BackgroundRowProps {
  readonly command: BackgroundCommand;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

/** One command: for how long it runs and whose it is, with Stop; open it shows the end of what it prints. */
export function BackgroundRow({ command, isOpen, onToggle }: BackgroundRowProps) {
  const { background: words } = useMessages();
  const Chevron = isOpen ? ChevronDown : ChevronRight;
  return (
    <li>
      <div className="flex items-center gap-2 rounded-control pr-1 hover:bg-hover">
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={onToggle}
          className="flex min-h-9 min-w-0 flex-1 items-center gap-1.5 pl-1 text-left"
        >
          <Chevron className="icon text-muted" aria-hidden />
          <span className="min-w-0 flex-1 py-1">
            <span className="block truncate font-mono text-code text-primary">
              <VisibleText text={command.command} />
            </span>
            <Whose command={command} />
          </span>
          <Elapsed since={command.startedAt} />
        </button>
        <Stop command={command} />
      </div>
      {isOpen && <Ports command={command} />}
      {isOpen && <Tail id={command.id} label={words.outputOf(visibleString(command.command))} />}
      {isOpen && command.takesInput && <TerminalInput command={command} />}
    </li>
  );
}

/** The session's name, or the project's where that is another one. */
function Whose({ command: { sessionId, workspace } }: { readonly command: BackgroundCommand }) {
  const { app: words } = useMessages();
  const title = useApp((state) =>
    state.project?.path === workspace
      ? state.summaries.find((one) => one.sessionId === sessionId)?.title
      : folderName(workspace),
  );
  if (title === undefined) return null;
  return (
    <span className="block truncate text-label text-muted">
      <VisibleText text={title === "" ? words.untitled : title} />
    </span>
  );
}

function Elapsed({ since }: { readonly since: string }) {
  const now = useNow(true);
  const seconds = Math.max(1, Math.floor((now - Date.parse(since)) / 1000));
  return (
    <span className="shrink-0 text-label text-muted tabular-nums">
      {seconds < 10 ? `${seconds} s` : formatDuration(seconds * 1000)}
    </span>
  );
}

function Stop({ command: { id, command } }: { readonly command: BackgroundCommand }) {
  const { background: words } = useMessages();
  const { client, attempt } = useServices();
  const [isStopping, setStopping] = useState(false);
  return (
    <Button
      busy={isStopping}
      aria-label={words.stopNamed(visibleString(command))}
      onClick={() => {
        setStopping(true);
        attempt(async () => {
          try {
            await client("background.stop", { id });
          } finally {
            setStopping(false);
          }
        });
      }}
    >
      {words.stop}
    </Button>
  );
}

/** Stays at the end while more is printed, unless the person has scrolled up. */
function Tail({ id, label }: { readonly id: string; readonly label: string }) {
  const { background: words } = useMessages();
  const text = useTail(id);
  const box = useRef<HTMLPreElement>(null);
  const isAtEnd = useRef(true);
  useLayoutEffect(() => {
    const element = box.current;
    if (element !== null && isAtEnd.current) element.scrollTop = element.scrollHeight;
  });
  if (text === null) return null;
  const output = plainOutput(text).trimEnd();
  if (output === "")
    return <p className="py-1 pr-2 pl-7 text-label text-muted">{words.noOutput}</p>;
  return (
    <pre
      ref={box}
      aria-label={label}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        isAtEnd.current = scrollHeight - scrollTop - clientHeight < 8;
      }}
      className="selectable mt-0.5 mb-1 ml-7 max-h-48 overflow-y-auto rounded-control bg-pane px-2 py-1.5 font-mono text-code wrap-anywhere whitespace-pre-wrap text-secondary"
    >
      <VisibleText text={output} multiline />
    </pre>
  );
}
