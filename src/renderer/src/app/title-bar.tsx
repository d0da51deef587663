import type { ReactNode } from "react";
import { reviewAction, sidebarAction, paletteAction } from "../actions/app-actions.ts";
import { ActionButton } from "../actions/action-button.tsx";
import { useMessages } from "../messages/messages.tsx";
import { SandboxShield } from "../sandbox/sandbox-shield.tsx";
import { Badge } from "../ui/badge.tsx";
import { Tooltip } from "../ui/tooltip.tsx";
import { useApp, useSessions } from "./services.tsx";

/** The window's own frame: drags the window, leaves room for each platform's window buttons. */
export function TitleBar({ children }: { readonly children?: ReactNode }) {
  return (
    <header className="window-drag title-bar flex h-10 shrink-0 items-center gap-1">
      {children}
      <span className="flex-1" />
      <RegistryMark />
    </header>
  );
}

/** The title bar of the main layout, with the session's title and the window's panes. */
export function SessionTitleBar() {
  const messages = useMessages();
  const sidebarOpen = useApp((state) => state.sidebarOpen);
  const reviewOpen = useApp((state) => state.reviewOpen);
  const sessionId = useApp((state) => state.sessionId);
  const title = useSessions((state) =>
    sessionId === null ? "" : (state.sessions[sessionId]?.title ?? ""),
  );
  const isDemo = useSessions(
    (state) => sessionId !== null && state.sessions[sessionId]?.kind === "demo",
  );
  return (
    <header className="window-drag title-bar flex h-10 shrink-0 items-center gap-1">
      <ActionButton action={sidebarAction} pressed={sidebarOpen} />
      <h1 className="ml-2 min-w-0 truncate text-ui font-medium" title={title}>
        {title || messages.app.untitled}
      </h1>
      {isDemo && (
        <Tooltip label={messages.app.demoDetail}>
          <span className="ml-2">
            <Badge tone="accent">{messages.app.demo}</Badge>
          </span>
        </Tooltip>
      )}
      <span className="flex-1" />
      <RegistryMark />
      <SandboxShield />
      <ActionButton action={paletteAction} />
      <ActionButton action={reviewAction} pressed={reviewOpen} />
    </header>
  );
}

/** Stays as long as the window runs on the third-party copy of Electron. */
function RegistryMark() {
  const messages = useMessages();
  const shown = useApp((state) => state.info?.registryElectron === true);
  if (!shown) return null;
  return (
    <Tooltip label={messages.app.registryElectronDetail}>
      <span className="mx-2">
        <Badge tone="needs">{messages.app.registryElectron}</Badge>
      </span>
    </Tooltip>
  );
}
