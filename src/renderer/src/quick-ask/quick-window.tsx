import { useEffect } from "react";
import { MessagesProvider } from "../messages/messages.tsx";
import { ServicesProvider, useApp, useServices, type Services } from "../app/services.tsx";
import { useTheme } from "../app/use-theme.ts";
import { TooltipProvider } from "../ui/tooltip.tsx";
import { QuickAsk } from "./quick-ask.tsx";

/** The small window over its services. */
export function QuickWindow({ services }: { readonly services: Services }) {
  return (
    <ServicesProvider value={services}>
      <Frame />
    </ServicesProvider>
  );
}

function Frame() {
  const language = useApp((state) => state.settings?.language ?? "system");
  const ready = useApp((state) => state.phase === "ready");
  useTheme();
  useFacts();
  return (
    <MessagesProvider language={language}>
      <TooltipProvider>{ready && <QuickAsk />}</TooltipProvider>
    </MessagesProvider>
  );
}

/** Fetches what the window needs at first, and again whenever it is shown: the last project may be another by then. */
function useFacts(): void {
  const { client, app, attempt } = useServices();
  useEffect(() => {
    const fetchFacts = (): void => {
      attempt(async () => {
        const [info, settings, key, recent] = await Promise.all([
          client("app.info", {}),
          client("settings.get", {}),
          client("key.status", {}),
          client("workspace.recent", {}),
        ]);
        app.setState({ info, settings, key, recent, phase: "ready" });
      });
    };
    fetchFacts();
    window.addEventListener("focus", fetchFacts);
    return () => {
      window.removeEventListener("focus", fetchFacts);
    };
  }, [app, attempt, client]);
}
