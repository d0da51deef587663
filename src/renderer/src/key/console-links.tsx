import { useCallback } from "react";
import { ExternalLink } from "lucide-react";
import type { ConsoleLinks as Links } from "../../../shared/monitoring.ts";
import { useServices } from "../app/services.tsx";
import { useAnswer } from "../app/use-answer.ts";
import { useMessages } from "../messages/messages.tsx";

export interface ConsoleLinksProps {
  readonly region: string;
  /** Only these, where there is no room for all. */
  readonly pages?: readonly Links["links"][number]["page"][];
}

/** The pages of the provider's console for a region; nothing where none are known. Each is opened in the person's browser, after a question that shows the address. */
export function ConsoleLinks({ region, pages }: ConsoleLinksProps) {
  const { billing: words } = useMessages();
  const { client, attempt } = useServices();
  const { value } = useAnswer(
    useCallback(() => client("monitoring.consoleLinks", { region }), [client, region]),
  );
  const links = (value?.links ?? []).filter(({ page }) => pages?.includes(page) ?? true);
  if (links.length === 0) return null;
  return (
    <ul aria-label={words.console} className="flex flex-wrap items-center gap-x-3">
      {links.map(({ page, url }) => (
        <li key={page}>
          <button
            type="button"
            title={url}
            aria-label={words.opens(words.consolePages[page], new URL(url).host)}
            className="inline-flex h-6 items-center gap-1 rounded-control text-label text-accent hover:underline"
            onClick={() => {
              attempt(() => client("app.openLink", { url }));
            }}
          >
            {words.consolePages[page]}
            <ExternalLink className="size-3" strokeWidth={1.5} aria-hidden />
          </button>
        </li>
      ))}
    </ul>
  );
}
