import { sidebarWidths } from "../app/view-commands.ts";
import { useServices } from "../app/services.tsx";
import { useMessages } from "../messages/messages.tsx";

const keyStep = 16;

/** The edge that a person drags, or moves with the arrow keys, to set the sidebar's width. */
export function SidebarEdge({ width }: { readonly width: number }) {
  const messages = useMessages();
  const { commands } = useServices();
  return (
    <div
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a splitter that moves has no element of its own; <hr> takes no focus
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={messages.app.resizeSidebar}
      aria-valuenow={width}
      aria-valuemin={sidebarWidths.least}
      aria-valuemax={sidebarWidths.most}
      onKeyDown={(event) => {
        if (event.key === "ArrowLeft") commands.setSidebarWidth(width - keyStep);
        else if (event.key === "ArrowRight") commands.setSidebarWidth(width + keyStep);
      }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId))
          commands.setSidebarWidth(event.clientX);
      }}
      className="absolute inset-y-0 -right-1 z-10 w-2 cursor-col-resize touch-none"
    />
  );
}
