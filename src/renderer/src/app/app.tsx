import { useEffect } from "react";
import { appActions } from "../actions/app-actions.ts";
import { Palette } from "../actions/palette.tsx";
import { useActions, useShortcuts } from "../actions/use-actions.ts";
import { FirstRun } from "../first-run/first-run.tsx";
import { ChooseProject, ConfirmProject } from "../first-run/choose-project.tsx";
import { MessagesProvider, useMessages } from "../messages/messages.tsx";
import { SettingsDialog } from "../settings/settings-dialog.tsx";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { watchFocus } from "../ui/return-focus.ts";
import { ToastArea } from "../ui/toast.tsx";
import { TooltipProvider } from "../ui/tooltip.tsx";
import { viewOf } from "./app-state.ts";
import { DropFolder } from "./drop-folder.tsx";
import { MainLayout } from "./main-layout.tsx";
import { ServicesProvider, useApp, useServices, type Services } from "./services.tsx";
import { StartWarnings } from "./start-warnings.tsx";
import { TitleBar } from "./title-bar.tsx";
import { useTheme } from "./use-theme.ts";

/** The whole main window over its services. */
export function App({ services }: { readonly services: Services }) {
  return (
    <ServicesProvider value={services}>
      <Frame />
    </ServicesProvider>
  );
}

function Frame() {
  const { toasts } = useServices();
  const language = useApp((state) => state.settings?.language ?? "system");
  useTheme();
  useStart();
  useShortcuts();
  useEffect(watchFocus, []);
  useActions(appActions);
  return (
    <MessagesProvider language={language}>
      <TooltipProvider>
        <div className="flex h-full flex-col">
          <div className="min-h-0 flex-1">
            <Page />
          </div>
          <StartWarnings />
        </div>
        <ConfirmProject />
        <SettingsDialog />
        <Palette />
        <DropFolder />
        <ToastArea toasts={toasts} />
      </TooltipProvider>
    </MessagesProvider>
  );
}

function Page() {
  const view = useApp(viewOf);
  switch (view) {
    case "starting":
      return <TitleBar />;
    case "failed":
      return <StartFailed />;
    case "key":
      return <FirstRun />;
    case "project":
      return <ChooseProject />;
    case "session":
      return <MainLayout />;
    default:
      return view satisfies never;
  }
}

function StartFailed() {
  const messages = useMessages();
  const services = useServices();
  const failure = useApp((state) => state.failure);
  return (
    <div className="flex h-full flex-col">
      <TitleBar />
      <main className="min-h-0 flex-1">
        <EmptyState title={messages.app.startFailed} detail={failure}>
          <Button
            variant="primary"
            onClick={() => {
              startWindow(services);
            }}
          >
            {messages.common.retry}
          </Button>
        </EmptyState>
      </main>
    </div>
  );
}

function useStart(): void {
  const services = useServices();
  useEffect(() => {
    startWindow(services);
  }, [services]);
}

/** Without settings there is nothing to show but the failure; a folder that did not open is a toast over the chooser. */
function startWindow({ app, commands, explain, attempt }: Services): void {
  attempt(async () => {
    try {
      await commands.start();
    } catch (error) {
      if (app.getState().settings !== null) throw error;
      app.setState({ phase: "failed", failure: explain(error) });
    }
  });
}
