import { useStore } from "zustand";
import { FilePen, FilePlus, FileX, MoveRight, SquareTerminal, type LucideIcon } from "lucide-react";
import type { ChangeKind } from "../../../shared/diff.ts";
import type { SessionId } from "../../../shared/ids.ts";
import type { ToolItem, TurnState } from "../../../shared/session-state.ts";
import { costText } from "../app/format.ts";
import { useServices, useSessions } from "../app/services.tsx";
import { ChangeTotals } from "../diff/change-totals.tsx";
import { LineTotals } from "../diff/line-totals.tsx";
import { OutsideChanges } from "../diff/outside-changes.tsx";
import { useOutside } from "../diff/use-outside.ts";
import { useMessages } from "../messages/messages.tsx";
import { PathText } from "../text/path-text.tsx";
import { VisibleText } from "../text/visible-text.tsx";
import { Button } from "../ui/button.tsx";
import { useOpenRow } from "./open-rows.tsx";
import { argument, formatDuration } from "../text/tool-text.ts";
import { ExitCode, ToolState } from "./tool-state.tsx";
import type { ChangedFile, TurnSummary } from "./turn-summary.ts";
import { useTurnSummary } from "./use-turn-summary.ts";

const icons: Readonly<Record<ChangeKind, LucideIcon>> = {
  created: FilePlus,
  modified: FilePen,
  deleted: FileX,
  moved: MoveRight,
};
const firstFiles = 6;

export interface TurnCardProps {
  readonly sessionId: SessionId;
  readonly turn: TurnState;
}

/** What a prompt changed, once it is done: files, commands, time, cost, and the way to see or undo it. */
export function TurnCard({ sessionId, turn }: TurnCardProps) {
  const { conversation: words } = useMessages();
  const summary = useTurnSummary(sessionId, turn);
  const [isWhole, showWhole] = useOpenRow(`${turn.turnId}-files`);
  const files = isWhole ? summary.files : summary.files.slice(0, firstFiles);
  const hidden = summary.files.length - files.length;
  return (
    <div
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- one for each answer, and landmarks of one name are none
      role="group"
      aria-label={words.summary}
      className="rounded-card border border-line bg-card"
    >
      <ul className="px-3 py-1.5">
        {files.map((file) => (
          <FileRow key={file.path} file={file} />
        ))}
        {hidden > 0 && (
          <li>
            <Button variant="plain" className="-ml-2.5" onClick={showWhole}>
              {words.moreFiles(hidden)}
            </Button>
          </li>
        )}
        {summary.commands.map((item) => (
          <CommandRow key={item.callId} item={item} />
        ))}
      </ul>
      <Yours sessionId={sessionId} turn={turn} />
      <CardFooter sessionId={sessionId} turn={turn} summary={summary} />
    </div>
  );
}

/** Beside the newest answer: those before it are history, which the review tells. */
function Yours({ sessionId, turn }: TurnCardProps) {
  const isNewest = useSessions(
    (state) => state.sessions[sessionId]?.turns.at(-1)?.turnId === turn.turnId,
  );
  const undos = useSessions((state) => state.sessions[sessionId]?.undos.length ?? 0);
  const diffs = useOutside(sessionId, isNewest ? turn.turnId : null, undos);
  if (diffs.length === 0) return null;
  return (
    <div className="border-t border-line">
      <OutsideChanges diffs={diffs} />
    </div>
  );
}

function FileRow({ file }: { readonly file: ChangedFile }) {
  const Icon = icons[file.kind];
  return (
    <li className="flex min-h-6 items-center gap-2 text-ui">
      <Icon className="icon text-muted" aria-hidden />
      <PathText
        path={file.path}
        from={file.kind === "moved" ? (file.from ?? undefined) : undefined}
        look={file.isUndone ? "gone" : "plain"}
      />
      <ChangeTotals
        kind={file.kind}
        added={file.added}
        removed={file.removed}
        isUndone={file.isUndone}
      />
    </li>
  );
}

function CommandRow({ item }: { readonly item: ToolItem }) {
  return (
    <li className="flex min-h-6 items-center gap-2 text-ui">
      <SquareTerminal className="icon text-muted" aria-hidden />
      <span className="selectable min-w-0 truncate font-mono text-code text-primary">
        <VisibleText text={argument(item, "command") ?? item.name} />
      </span>
      <span className="ml-auto shrink-0">
        {item.exitCode === null ? <ToolState item={item} /> : <ExitCode code={item.exitCode} />}
      </span>
    </li>
  );
}

function CardFooter({
  sessionId,
  turn,
  summary,
}: TurnCardProps & { readonly summary: TurnSummary }) {
  const messages = useMessages();
  const services = useServices();
  const words = messages.conversation;
  const cost = turn.usage.calls === 0 ? null : costText(turn.usage, messages);
  const parts = [
    summary.files.length > 0 ? words.files(summary.files.length) : null,
    formatDuration(turn.durationMs),
    cost,
  ];
  return (
    <footer className="flex min-h-10 flex-wrap items-center gap-x-2 border-t border-line py-1 pr-1.5 pl-3">
      {summary.files.length > 1 && <LineTotals added={summary.added} removed={summary.removed} />}
      <span className="min-w-0 flex-1 text-label text-secondary">
        {parts.filter((part) => part !== null && part !== "").join(" · ")}
      </span>
      {summary.files.length > 0 && (
        <>
          <Button
            variant="plain"
            onClick={() => {
              services.commands.showReview(sessionId, { turnId: turn.turnId });
            }}
          >
            {words.review}
          </Button>
          <UndoTurn sessionId={sessionId} turn={turn} summary={summary} />
        </>
      )}
    </footer>
  );
}

function UndoTurn({ sessionId, turn, summary }: TurnCardProps & { readonly summary: TurnSummary }) {
  const { conversation: words } = useMessages();
  const services = useServices();
  const flow = services.undo;
  const isBusy = useStore(flow.store, (state) => state.isBusy);
  const newest = summary.undoIds.at(-1);
  return (
    <>
      {newest !== undefined && (
        <Button
          disabled={isBusy}
          onClick={() => {
            services.attempt(() => flow.redo(sessionId, newest));
          }}
        >
          {words.redo}
        </Button>
      )}
      {summary.undone !== "all" && (
        <Button
          disabled={isBusy}
          onClick={() => {
            const target = { unit: "turn", turnId: turn.turnId } as const;
            services.attempt(() => flow.undo(sessionId, target));
          }}
        >
          {words.undo}
        </Button>
      )}
    </>
  );
}
