import { Settings } from "lucide-react";
import { newSessionAction, settingsAction } from "../actions/app-actions.ts";
import type { Action } from "../actions/registry.ts";
import { useActionFace } from "../actions/use-actions.ts";
import { useApp, useServices } from "../app/services.tsx";
import { useMessages } from "../messages/messages.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { ProjectMenu } from "./project-menu.tsx";
import { SessionList } from "./session-list.tsx";
import { SidebarEdge } from "./sidebar-edge.tsx";

/** The project, its sessions and the way to a new one. */
export function Sidebar() {
  const messages = useMessages();
  const width = useApp((state) => state.sidebarWidth);
  return (
    <nav
      aria-label={messages.app.sidebar}
      className="relative flex shrink-0 flex-col gap-0.5 px-2 pb-2"
      style={{ width }}
    >
      <ProjectMenu />
      <ActionRow action={newSessionAction} />
      <SessionList />
      <div className="-mx-2 flex flex-col border-t border-line px-2 pt-2">
        <ActionRow action={{ ...settingsAction, icon: Settings }} />
      </div>
      <SidebarEdge width={width} />
    </nav>
  );
}

function ActionRow({ action }: { readonly action: Action }) {
  const services = useServices();
  const { label, shortcut } = useActionFace(action);
  const Icon = action.icon;
  return (
    <button
      type="button"
      onClick={() => {
        action.perform(services);
      }}
      className="group flex h-7 shrink-0 items-center gap-2 rounded-control px-2 text-ui text-secondary hover:bg-hover hover:text-primary"
    >
      {Icon !== undefined && <Icon className="icon" aria-hidden />}
      <span className="min-w-0 flex-1 truncate text-left">{label}</span>
      {shortcut !== undefined && (
        <span className="opacity-0 group-hover:opacity-100 group-focus-visible:opacity-100">
          <Kbd>{shortcut}</Kbd>
        </span>
      )}
    </button>
  );
}
