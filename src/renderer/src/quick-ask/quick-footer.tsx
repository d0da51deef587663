import { Folder } from "lucide-react";
import { formatShortcut } from "../actions/shortcut.ts";
import { usePlatform } from "../actions/use-actions.ts";
import { costText, folderName } from "../app/format.ts";
import { useMessages } from "../messages/messages.tsx";
import { Kbd } from "../ui/kbd.tsx";
import type { QuickQuestion } from "./use-quick-question.ts";

export interface QuickFooterProps {
  readonly project: string | null;
  readonly question: QuickQuestion;
}

/** Which project is asked about, what it has cost, and the keys. */
export function QuickFooter({ project, question }: QuickFooterProps) {
  const messages = useMessages();
  const platform = usePlatform();
  const { session } = question;
  return (
    <footer
      data-part
      className="flex h-8 shrink-0 items-center gap-3 border-t border-line bg-card px-4 text-meta text-secondary"
    >
      {project !== null && (
        <span className="flex min-w-0 items-center gap-1" title={project}>
          <Folder className="size-3 shrink-0" aria-hidden />
          <span className="truncate">{folderName(project)}</span>
        </span>
      )}
      {session !== undefined && (
        <>
          <span className="min-w-0 truncate">{session.model}</span>
          <span className="whitespace-nowrap tabular-nums" title={messages.quickAsk.cost}>
            {costText(session.usage, messages)}
          </span>
        </>
      )}
      <span className="flex-1" />
      {session !== undefined && (
        <button
          type="button"
          onClick={question.promote}
          className="flex h-6 items-center gap-1.5 rounded-control px-1.5 whitespace-nowrap text-accent hover:bg-hover"
        >
          {messages.quickAsk.promote} <Kbd>{formatShortcut("mod+o", platform)}</Kbd>
        </button>
      )}
      {/* Who has asked once knows how: then the room belongs to what was asked. */}
      {session === undefined && (
        <>
          <span className="flex items-center gap-1 whitespace-nowrap">
            {messages.quickAsk.ask} <Kbd>{formatShortcut("enter", platform)}</Kbd>
          </span>
          <span className="flex items-center gap-1 whitespace-nowrap">
            {messages.quickAsk.codeOnly} <Kbd>{formatShortcut("mod+enter", platform)}</Kbd>
          </span>
        </>
      )}
      <span className="flex items-center gap-1 whitespace-nowrap">
        {messages.quickAsk.hide} <Kbd>{formatShortcut("escape", platform)}</Kbd>
      </span>
    </footer>
  );
}
