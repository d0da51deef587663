import { useCallback } from "react";
import { GitBranch } from "lucide-react";
import type { SessionState } from "../../../shared/session-state.ts";
import { useMessages } from "../messages/messages.tsx";
import { visibleString } from "../text/visible-characters.ts";
import { Button } from "../ui/button.tsx";
import { useApp, useServices } from "./services.tsx";
import { useAnswer } from "./use-answer.ts";
import { useVisits } from "./use-visits.ts";

/** The person switched branches outside: earlier undo waits, and until then the changes can be looked at and saved. */
export function HeadBanner({ session }: { readonly session: SessionState }) {
  const { undo: words } = useMessages();
  const { commands, undo, attempt } = useServices();
  const { sessionId } = session;
  const waiting = useWaiting(session);
  if (waiting === null) return null;
  const { branch, now, turnId, target } = waiting;
  return (
    <output
      data-banner
      className="flex min-h-10 shrink-0 items-center gap-1 border-b border-line bg-card py-1 pr-1.5 pl-3"
    >
      <GitBranch className="icon mr-1 text-secondary" aria-hidden />
      <span className="selectable min-w-0 flex-1 text-ui wrap-anywhere">
        {words.switched(visibleString(branch), visibleString(now))}
      </span>
      <Button
        variant="plain"
        onClick={() => {
          commands.showReview(sessionId, { turnId });
        }}
      >
        {words.view}
      </Button>
      <Button
        variant="plain"
        onClick={() => {
          attempt(() => undo.savePatch(sessionId, target));
        }}
      >
        {words.savePatch}
      </Button>
    </output>
  );
}

/** Asked anew when the branch, or what stands of the session, is another, and when the person comes back to the window. */
function useWaiting({ sessionId, turns, undos }: SessionState) {
  const { client } = useServices();
  const isRepository = useApp((state) => state.project?.git !== null);
  const moves = useApp((state) => state.headMoves);
  const visits = useVisits();
  const ended = turns.filter((turn) => turn.status !== "running").length;
  const ask = useCallback(
    async () => (isRepository ? await client("checkpoint.waiting", { sessionId }) : null),
    // oxlint-disable-next-line react/exhaustive-deps -- each of them may make the answer another
    [client, sessionId, isRepository, moves, visits, ended, undos.length],
  );
  return useAnswer(ask).value;
}
