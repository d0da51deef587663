import { lazy, Suspense } from "react";
import { Review } from "../review/review-pane.tsx";
import { Sidebar } from "../sidebar/sidebar.tsx";
import { TrustBanner } from "../trust/trust-banner.tsx";
import { useMessages } from "../messages/messages.tsx";
import { EmptyState, Loading } from "../ui/empty-state.tsx";
import { useApp } from "./services.tsx";
import { SessionView } from "./session-view.tsx";
import { StatusRow } from "./status-row.tsx";
import { SessionTitleBar } from "./title-bar.tsx";

// Charts come with it: what few prompts need is not read at the start.
const UsagePanel = lazy(async () => {
  const { UsagePanel: view } = await import("../usage/usage-panel.tsx");
  return { default: view };
});

/** In the session's place while it is being made, or when there is none. */
function NoSession() {
  const { app, conversation } = useMessages();
  const isMaking = useApp((state) => state.makingSession);
  return isMaking ? (
    <Loading title={conversation.loading} />
  ) : (
    <EmptyState title={app.chooseSession} />
  );
}

/** Sidebar, conversation and review, between the title bar and the status row. */
export function MainLayout() {
  const messages = useMessages();
  const sidebarOpen = useApp((state) => state.sidebarOpen);
  const usageOpen = useApp((state) => state.usageOpen);
  return (
    <div className="flex h-full flex-col">
      <SessionTitleBar />
      <div className="flex min-h-0 flex-1">
        {sidebarOpen && <Sidebar />}
        <div
          className={`relative flex min-w-0 flex-1 overflow-hidden border-t border-line bg-pane ${sidebarOpen ? "rounded-tl-card border-l" : ""}`}
        >
          {usageOpen ? (
            <Suspense fallback={<Loading title={messages.common.loading} />}>
              <UsagePanel />
            </Suspense>
          ) : (
            <Work />
          )}
        </div>
      </div>
      <StatusRow />
    </div>
  );
}

/** The session, and beside it the review of its changes. */
function Work() {
  const messages = useMessages();
  const reviewOpen = useApp((state) => state.reviewOpen);
  const sessionId = useApp((state) => state.sessionId);
  return (
    <>
      <main aria-label={messages.app.main} className="flex min-w-105 flex-1 flex-col">
        <TrustBanner />
        {sessionId === null ? <NoSession /> : <SessionView key={sessionId} sessionId={sessionId} />}
      </main>
      {reviewOpen && sessionId !== null && (
        <aside
          aria-label={messages.app.review}
          className="flex w-[45%] min-w-100 shrink-0 flex-col border-l border-line bg-pane max-[1099px]:absolute max-[1099px]:inset-y-0 max-[1099px]:right-0 max-[1099px]:z-20 max-[1099px]:shadow-overlay"
        >
          <Review key={sessionId} sessionId={sessionId} />
        </aside>
      )}
    </>
  );
}
