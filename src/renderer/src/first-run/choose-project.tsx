import { useState } from "react";
import { Folder, FolderOpen } from "lucide-react";
import { ShortcutField } from "../actions/shortcut-field.tsx";
import { useApp, useServices } from "../app/services.tsx";
import { folderName } from "../app/format.ts";
import { useMessages } from "../messages/messages.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { FirstPage } from "./first-page.tsx";

/** The second page: quick ask's shortcut while there is none, and a folder, by the system's dialog or from the ones opened before. */
export function ChooseProject() {
  const { firstRun } = useMessages();
  const { app, commands, attempt } = useServices();
  const opening = useApp((state) => state.opening);
  // As it was when the page came: what is chosen here stays to be seen.
  const [offersShortcut] = useState(app.getState().settings?.quickAskShortcut === null);
  return (
    <FirstPage title={firstRun.folderTitle} detail={firstRun.folderDetail}>
      <div className="flex items-center gap-3">
        <Button
          variant="primary"
          icon={FolderOpen}
          busy={opening}
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- the page's one thing to do
          autoFocus
          onClick={() => {
            attempt(commands.chooseProject);
          }}
        >
          {opening ? firstRun.opening : firstRun.chooseFolder}
        </Button>
        <span className="text-label text-muted">{firstRun.dropHint}</span>
      </div>
      <Recent />
      {offersShortcut && <ShortcutField />}
      <Button variant="plain" className="-ml-2.75 self-start" onClick={commands.changeKey}>
        {firstRun.changeKey}
      </Button>
    </FirstPage>
  );
}

function Recent() {
  const { firstRun } = useMessages();
  const { commands, attempt } = useServices();
  const recent = useApp((state) => state.recent);
  return (
    <section className="flex flex-col gap-1">
      <h2 className="text-label font-medium text-secondary">{firstRun.recent}</h2>
      {recent.length === 0 ? (
        <p className="text-ui text-muted">{firstRun.noRecent}</p>
      ) : (
        <ul className="-mx-2 flex flex-col">
          {recent.slice(0, 8).map((entry) => (
            <li key={entry.path}>
              <button
                type="button"
                title={entry.path}
                onClick={() => {
                  attempt(() => commands.openProject(entry.path));
                }}
                className="flex h-7 w-full items-center gap-2 rounded-control px-2 text-left text-ui hover:bg-hover"
              >
                <Folder className="icon text-secondary" aria-hidden />
                <span className="max-w-60 shrink-0 truncate">{folderName(entry.path)}</span>
                <span className="min-w-0 truncate text-label text-muted">{entry.path}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** Asks before a home folder, a drive root and the like is opened; says why. */
export function ConfirmProject() {
  const { firstRun } = useMessages();
  const { commands, attempt } = useServices();
  const confirming = useApp((state) => state.confirming);
  return (
    <Dialog
      open={confirming !== null}
      onClose={commands.cancelConfirmation}
      title={firstRun.confirmTitle}
      description={confirming?.needsConfirmation ?? ""}
      footer={
        <>
          <Button
            onClick={() => {
              if (confirming !== null) attempt(() => commands.openProject(confirming.path, true));
            }}
          >
            {firstRun.confirmOpen}
          </Button>
          <Button
            variant="primary"
            // oxlint-disable-next-line jsx-a11y/no-autofocus -- Enter must not open what needs a second thought
            autoFocus
            onClick={() => {
              commands.cancelConfirmation();
              attempt(commands.chooseProject);
            }}
          >
            {firstRun.chooseOther}
          </Button>
        </>
      }
    >
      <p className="selectable font-mono text-code break-all text-secondary">{confirming?.path}</p>
    </Dialog>
  );
}
