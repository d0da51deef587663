import { ExternalLink } from "lucide-react";
import { useServices } from "../app/services.tsx";
import { useMessages } from "../messages/messages.tsx";
import { consoleKeysUrl } from "./regions.ts";

/** Opens the console's page for keys in the person's browser. */
export function ConsoleLink() {
  const messages = useMessages();
  const { client, attempt } = useServices();
  return (
    <button
      type="button"
      className="inline-flex h-7 items-center gap-1.5 self-start rounded-control text-ui text-accent hover:underline"
      onClick={() => {
        attempt(() => client("app.openLink", { url: consoleKeysUrl }));
      }}
    >
      {messages.firstRun.getKey}
      <ExternalLink className="size-3.5" strokeWidth={1.5} aria-hidden />
    </button>
  );
}
