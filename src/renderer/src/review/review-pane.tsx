import { FileDown, X } from "lucide-react";
import type { SessionId } from "../../../shared/ids.ts";
import type { SessionState } from "../../../shared/session-state.ts";
import { useApp, useServices, useSession } from "../app/services.tsx";
import { useDiff } from "../diff/use-diff.ts";
import type { DiffTarget } from "../app/app-state.ts";
import { useMessages } from "../messages/messages.tsx";
import { visibleString } from "../text/visible-characters.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { Select } from "../ui/select.tsx";
import { Changes } from "./review-changes.tsx";
import { chooseTarget, targetsOf, undoTargetOf, versionOf } from "./review-list.ts";

/** The changes of one prompt or step, file by file, with undo. Keys: ] [ change, n p file, y keep, x undo. */
export function Review({ sessionId }: { readonly sessionId: SessionId }) {
  const { review: words, undo } = useMessages();
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
        <span className="flex-1" />
        {session !== undefined && target !== null && (
          <IconButton
            icon={FileDown}
            label={undo.savePatch}
            onClick={() => {
              const of = undoTargetOf(target);
              services.attempt(() => services.undo.savePatch(sessionId, of));
            }}
          />
        )}
        <IconButton
          icon={X}
          label={words.close}
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
