import type { SessionId } from "../../../shared/ids.ts";
import { AutopilotOffer } from "./autopilot-offer.tsx";
import { HeadBanner } from "./head-banner.tsx";
import { useSession } from "./services.tsx";
import { Composer } from "../composer/composer.tsx";
import { FilePreview } from "../preview/file-preview.tsx";
import { useMessages } from "../messages/messages.tsx";
import { EmptyState, Loading } from "../ui/empty-state.tsx";
import { UndoLayer } from "../undo/undo-layer.tsx";
import { OpenRowsProvider } from "../conversation/open-rows.tsx";
import { RowList } from "../conversation/row-list.tsx";

/** A session: what was said and done, and the composer below it. */
export function SessionView({ sessionId }: { readonly sessionId: SessionId }) {
  const { conversation: words } = useMessages();
  const session = useSession(sessionId);
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      {session !== undefined && <HeadBanner session={session} />}
      {session === undefined && <Loading title={words.loading} />}
      {session?.turns.length === 0 && (
        <div className="min-h-0 flex-1 overflow-y-hidden [scrollbar-gutter:stable]">
          <EmptyState title={words.emptyTitle} detail={words.emptyDetail} />
        </div>
      )}
      {session !== undefined && session.turns.length > 0 && (
        <OpenRowsProvider>
          <FilePreview sessionId={sessionId}>
            <RowList session={session} />
          </FilePreview>
        </OpenRowsProvider>
      )}
      {session !== undefined && (
        // The same gutter as the list above, so that the two columns stand on one line.
        <div className="shrink-0 overflow-y-hidden pt-2 [scrollbar-gutter:stable]">
          <AutopilotOffer session={session} />
          <Composer sessionId={sessionId} />
        </div>
      )}
      <UndoLayer sessionId={sessionId} />
    </div>
  );
}
