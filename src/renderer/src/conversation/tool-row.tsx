import {
  FilePen,
  FilePlus,
  FileText,
  FileX,
  FolderTree,
  ListTodo,
  Search,
  SquareTerminal,
  Undo2,
  Wrench,
  MoveRight,
  type LucideIcon,
} from "lucide-react";
import type { SessionId } from "../../../shared/ids.ts";
import type { ToolItem } from "../../../shared/session-state.ts";
import { useServices } from "../app/services.tsx";
import { LineTotals } from "../diff/line-totals.tsx";
import { useMessages } from "../messages/messages.tsx";
import { VisibleText } from "../text/visible-text.tsx";
import { Button } from "../ui/button.tsx";
import { cx } from "../ui/cx.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { FoldRow } from "./fold-row.tsx";
import { useOpenRow } from "./open-rows.tsx";
import { ToolDetails } from "./tool-details.tsx";
import { ToolState } from "./tool-state.tsx";
import type { TurnIdentity } from "./rows.ts";
import {
  formatDuration,
  isCommand,
  knownTool,
  sumChanges,
  toolText,
  type KnownTool,
} from "../text/tool-text.ts";

const icons: Readonly<Record<KnownTool, LucideIcon>> = {
  read_file: FileText,
  list_files: FolderTree,
  find_files: Search,
  search_files: Search,
  write_file: FilePlus,
  edit_file: FilePen,
  move_file: MoveRight,
  delete_file: FileX,
  run_command: SquareTerminal,
  update_plan: ListTodo,
  other: Wrench,
};

export interface ToolRowProps {
  readonly sessionId: SessionId;
  readonly item: ToolItem;
  readonly turn: TurnIdentity;
}

/** One step in one line: icon, verb and object, lines changed, time, state. Opens to its details. */
export function ToolRow({ sessionId, item, turn }: ToolRowProps) {
  const { conversation: words } = useMessages();
  const [isOpen, toggle] = useOpenRow(item.callId);
  return (
    <FoldRow
      icon={icons[knownTool(item, words)]}
      isOpen={isOpen}
      onToggle={toggle}
      label={<ToolLabel item={item} />}
      after={<UndoButtons sessionId={sessionId} item={item} isRunning={turn.isRunning} />}
    >
      <ToolDetails sessionId={sessionId} item={item} />
    </FoldRow>
  );
}

/** A step's words, figures and state, for a row's line. */
function ToolLabel({ item }: { readonly item: ToolItem }) {
  const { conversation: words, approvals } = useMessages();
  const { verb, object, extra } = toolText(item, words);
  const { added, removed } = sumChanges(item.changes);
  const isUndone = item.undoneBy !== null;
  const way = item.blockedRuns.at(-1)?.way;
  return (
    <>
      <span className="shrink-0">{verb}</span>
      <span
        className={cx(
          "min-w-0 truncate font-mono text-code",
          isUndone ? "text-muted line-through" : "text-primary",
        )}
      >
        <VisibleText text={object} />
      </span>
      {extra !== null && (
        <span className="min-w-0 truncate text-label text-muted">
          <VisibleText text={extra} />
        </span>
      )}
      <span className="ml-auto flex shrink-0 items-center gap-2 pl-2">
        {way != null && (
          <span className="truncate text-label text-muted">{approvals.wayShort[way]}</span>
        )}
        {item.repairs.length > 0 && <span className="text-label text-muted">{words.repaired}</span>}
        {item.omitted && <span className="text-label text-muted">{words.omitted}</span>}
        {isCommand(item) && item.changes.length > 0 && (
          <span className="text-label text-muted">{words.files(item.changes.length)}</span>
        )}
        {!isUndone && <LineTotals added={added} removed={removed} />}
        <span className="min-w-9 text-right text-label text-muted">
          {formatDuration(item.durationMs)}
        </span>
        {!isUndone && <ToolState item={item} />}
      </span>
    </>
  );
}

/** Undo shows with the pointer or the focus; what is undone says so all the time. */
function UndoButtons({
  sessionId,
  item,
  isRunning,
}: {
  readonly sessionId: SessionId;
  readonly item: ToolItem;
  readonly isRunning: boolean;
}) {
  const { conversation: words } = useMessages();
  const services = useServices();
  const { undoneBy, callId } = item;
  if (undoneBy !== null)
    return (
      <>
        <span className="shrink-0 text-label text-muted">{words.undone}</span>
        <Button
          variant="plain"
          onClick={() => {
            services.attempt(() => services.undo.redo(sessionId, undoneBy));
          }}
        >
          {words.redo}
        </Button>
      </>
    );
  if (item.changes.length === 0 || isRunning) return <span className="w-7 shrink-0" />;
  return (
    <IconButton
      icon={Undo2}
      label={words.undoStep}
      className="opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 focus-visible:opacity-100"
      onClick={() => {
        services.attempt(() => services.undo.undo(sessionId, { unit: "call", callId }));
      }}
    />
  );
}
