import { useEffect, useState } from "react";
import { FolderOpen } from "lucide-react";
import { openProjectAction } from "../actions/app-actions.ts";
import { useMessages } from "../messages/messages.tsx";
import { currentMessages } from "./current-messages.ts";
import { useServices, type Services } from "./services.tsx";

/** Opens a folder that is dropped anywhere on the window, and says so while one is held over it. */
export function DropFolder() {
  const { app } = useMessages();
  const isOver = useDrop();
  if (!isOver) return null;
  return (
    <div className="appear pointer-events-none fixed inset-0 z-50 flex items-center justify-center bg-scrim">
      <p className="flex items-center gap-2 rounded-dialog border border-accent bg-pane px-5 py-4 text-prose font-medium shadow-overlay">
        <FolderOpen className="icon text-accent" aria-hidden />
        {app.dropFolder}
      </p>
    </div>
  );
}

function useDrop(): boolean {
  const services = useServices();
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const onOver = (event: DragEvent): void => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      const takes = openProjectAction.isEnabled(services);
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = takes ? "copy" : "none";
      setOver(takes);
    };
    const onLeave = (event: DragEvent): void => {
      // Between two elements of the page there is one that is entered; outside there is none.
      if (event.relatedTarget === null) setOver(false);
    };
    const onDrop = (event: DragEvent): void => {
      setOver(false);
      if (!holdsFiles(event)) return;
      event.preventDefault();
      if (openProjectAction.isEnabled(services)) open(event, services);
    };
    window.addEventListener("dragover", onOver);
    window.addEventListener("dragleave", onLeave);
    window.addEventListener("drop", onDrop);
    return () => {
      window.removeEventListener("dragover", onOver);
      window.removeEventListener("dragleave", onLeave);
      window.removeEventListener("drop", onDrop);
    };
  }, [services]);
  return isOver;
}

/** Text that is dragged from field to field is none of this. */
const holdsFiles = ({ dataTransfer }: DragEvent): boolean =>
  dataTransfer?.types.includes("Files") === true;

/** The first folder of what was dropped; main says what is wrong with it, as with any other. */
function open({ dataTransfer }: DragEvent, services: Services): void {
  const { app, commands, attempt, pathOf, toasts } = services;
  const folder = Array.from(dataTransfer?.items ?? []).find(
    (item) => item.webkitGetAsEntry()?.isDirectory === true,
  );
  const file = folder?.getAsFile() ?? null;
  const path = file === null ? "" : pathOf(file);
  if (path === "") toasts.show(currentMessages(app).app.dropNoFolder, { tone: "failed" });
  else attempt(() => commands.openProject(path));
}
