import { useState, type KeyboardEvent } from "react";
import { X } from "lucide-react";
import type { FileDiff } from "../../../shared/diff.ts";
import type { SessionId } from "../../../shared/ids.ts";
import type { SessionState } from "../../../shared/session-state.ts";
import { useApp, useServices, useSession } from "../app/services.tsx";
import { LineTotals } from "../diff/line-totals.tsx";
import { useDiff, type LoadedDiff } from "../diff/use-diff.ts";
import type { DiffTarget } from "../app/app-state.ts";
import { useMessages } from "../messages/messages.tsx";
import { visibleString } from "../text/visible-characters.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { Select } from "../ui/select.tsx";
import { ReviewFile } from "./review-file.tsx";
import { moveFocus } from "./review-keys.ts";
import { chooseTarget, targetsOf, undoTargetOf, undoStateOf, versionOf } from "./review-list.ts";

/** The changes of one prompt or step, file by file, with undo. Keys: ] [ change, n p file. */
export function Review({ sessionId }: { readonly sessionId: SessionId }) {
  const { review: words } = useMessages();
  const session = useSession(sessionId);
  const services = useServices();
  const chosen = useApp((state) => state.reviewTargets[sessionId]);
  const target = session === undefined ? null : chooseTarget(session, chosen);
  const version = session === undefined || target === null ? 0 : versionOf(session, target);
  const loaded = useDiff(sessionId, target, version);
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <header className="flex h-10 shrink-0 items-center gap-1 border-b border-line pr-1.5 pl-3">
        <h2 className="text-ui font-medium">{words.title}</h2>
        {session !== undefined && target !== null && (
          <TargetSelect session={session} target={target} />
        )}
        <IconButton
          icon={X}
          label={words.close}
          className="ml-auto"
          onClick={() => {
            services.commands.toggleReview(false);
          }}
        />
      </header>
      {session === undefined || target === null ? (
        <EmptyState title={words.empty} detail={words.emptyDetail} />
      ) : (
        <Changes session={session} target={target} loaded={loaded} />
      )}
    </div>
  );
}

function TargetSelect({
  session,
  target,
}: {
  readonly session: SessionState;
  readonly target: DiffTarget;
}) {
  const messages = useMessages();
  const services = useServices();
  const options = targetsOf(session, messages.conversation);
  const value = "callId" in target ? target.callId : target.turnId;
  return (
    <Select
      look="bar"
      label={messages.review.choosePrompt}
      value={value}
      options={options.map(({ id, label, detail }) => ({
        value: id,
        label: visibleString(label),
        detail: visibleString(detail),
      }))}
      onChange={(id) => {
        const option = options.find((candidate) => candidate.id === id);
        if (option !== undefined) services.commands.showReview(session.sessionId, option.target);
      }}
    />
  );
}

interface ChangesProps {
  readonly session: SessionState;
  readonly target: DiffTarget;
  readonly loaded: LoadedDiff;
}

function Changes({ session, target, loaded }: ChangesProps) {
  const { review: words } = useMessages();
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  if (loaded.status === "loading") return <Note text={words.loading} />;
  if (loaded.status === "failed") return <Note text={words.failed(loaded.reason)} isFailure />;
  if (loaded.diffs.length === 0)
    return <EmptyState title={words.empty} detail={words.emptyDetail} />;
  const toggle = (path: string): void => {
    const next = new Set(folded);
    if (!next.delete(path)) next.add(path);
    setFolded(next);
  };
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the keys move the focus, nothing more */}
      <section
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the place whose keys move through the changes
        tabIndex={0}
        aria-label={words.files}
        onKeyDown={onKey}
        className="min-h-0 flex-1 overflow-y-auto focus-visible:outline-offset-[-2px]"
      >
        {loaded.diffs.map((diff) => (
          <ReviewFile
            key={diff.path}
            session={session}
            target={target}
            diff={diff}
            isFolded={folded.has(diff.path)}
            onToggle={() => {
              toggle(diff.path);
            }}
          />
        ))}
      </section>
      <Footer session={session} target={target} diffs={loaded.diffs} />
    </>
  );
}

function onKey(event: KeyboardEvent<HTMLElement>): void {
  const isPlain = !event.metaKey && !event.ctrlKey && !event.altKey;
  if (isPlain && moveFocus(event.currentTarget, event.key)) event.preventDefault();
}

function Footer({
  session,
  target,
  diffs,
}: Omit<ChangesProps, "loaded"> & { readonly diffs: readonly FileDiff[] }) {
  const { review: words, conversation } = useMessages();
  const services = useServices();
  const { undoneBy, isUndone, isRunning } = undoStateOf(session, target);
  const flow = services.undo;
  const added = diffs.reduce((sum, diff) => sum + diff.added, 0);
  const removed = diffs.reduce((sum, diff) => sum + diff.removed, 0);
  return (
    <footer className="flex h-10 shrink-0 items-center gap-2 border-t border-line pr-1.5 pl-3 text-label text-secondary">
      <span>{words.allFiles(diffs.length)}</span>
      <LineTotals added={added} removed={removed} />
      <span className="ml-auto truncate text-muted">{words.keys}</span>
      {undoneBy !== null && (
        <Button
          onClick={() => {
            services.attempt(() => flow.redo(session.sessionId, undoneBy));
          }}
        >
          {conversation.redo}
        </Button>
      )}
      {!isUndone && (
        <Button
          disabled={isRunning}
          onClick={() => {
            services.attempt(() => flow.undo(session.sessionId, undoTargetOf(target)));
          }}
        >
          {"callId" in target ? words.undoStep : words.undoAll}
        </Button>
      )}
    </footer>
  );
}

const Note = ({
  text,
  isFailure = false,
}: {
  readonly text: string;
  readonly isFailure?: boolean;
}) => (
  <p className={isFailure ? "p-4 text-ui text-failed" : "p-4 text-ui text-secondary"}>{text}</p>
);
