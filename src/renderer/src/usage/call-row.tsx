import { displayMoney } from "../../../shared/money.ts";
import type { UsageCall } from "../../../shared/usage-panel.ts";
import { useServices, type Services } from "../app/services.tsx";
import { RequestButton } from "../context/request-button.tsx";
import { regionName } from "../key/regions.ts";
import { useMessages } from "../messages/messages.tsx";
import { visibleString } from "../text/visible-characters.ts";
import { cx } from "../ui/cx.ts";
import { durationText, momentText, shareText, tokensText } from "./figures-text.ts";
import { useLanguage } from "./use-language.ts";

const cell = "py-1.5 pl-3 text-right whitespace-nowrap";

/** One request of the list. */
export function CallRow({ call }: { readonly call: UsageCall }) {
  const messages = useMessages();
  const words = messages.usage;
  const language = useLanguage();
  const { usage } = call;
  const none = words.noCost;
  const ms = (value: number | null): string => (value === null ? none : durationText(value));
  return (
    <tr className="border-t border-line hover:bg-hover">
      <td className="py-1.5 pl-4 whitespace-nowrap">{momentText(call.at, language)}</td>
      <td className="max-w-60 min-w-32 py-1.5 pl-4">
        <span
          className="block truncate"
          title={`${call.model}, ${regionName(call.region, messages)}`}
        >
          {visibleString(call.model)}
        </span>
      </td>
      <td className="w-full max-w-0 min-w-32 py-1.5 pl-4">
        <Origin call={call} />
      </td>
      <td className={cell}>{usage === null ? none : tokensText(usage.inputTokens)}</td>
      <td className={cell}>
        <CacheShare call={call} />
      </td>
      <td className={cell}>{usage === null ? none : tokensText(usage.outputTokens)}</td>
      <td className={cell}>{ms(call.firstTokenMs)}</td>
      <td className={cell}>{ms(call.durationMs)}</td>
      <td className={cx(cell, "font-medium")}>
        <Cost call={call} />
      </td>
      <td
        className={cx(
          "py-1.5 pr-4 pl-3 whitespace-nowrap",
          call.status === "failed" || call.status === "unknown" ? "text-failed" : "text-secondary",
        )}
        title={call.errorCode ?? undefined}
      >
        {words.statuses[call.status]}
      </td>
    </tr>
  );
}

/** Of a request in a conversation it leads to its cache report; others begin anew each time. */
function CacheShare({ call }: { readonly call: UsageCall }) {
  const { usage: words } = useMessages();
  const { usage, purpose } = call;
  const share =
    (usage === null ? null : shareText(usage.cachedTokens, usage.inputTokens)) ?? words.noCost;
  return spoken.has(purpose) || purpose === "quick-ask" ? (
    <RequestButton call={call} share={share} />
  ) : (
    share
  );
}

/** Exact; where usage never came, the most that it can be. */
function Cost({ call }: { readonly call: UsageCall }) {
  const { usage: words, common } = useMessages();
  if (call.cost !== null) return displayMoney(call.cost);
  if (call.usage === null && call.bound !== null)
    return <span className="text-muted">{words.atMost(displayMoney(call.bound))}</span>;
  return <span className="font-normal text-muted">{common.costUnknown}</span>;
}

/** Requests of these have a conversation to be seen. */
const spoken: ReadonlySet<UsageCall["purpose"]> = new Set(["chat", "compaction", "title"]);

function Origin({ call }: { readonly call: UsageCall }) {
  const { usage: words, app } = useMessages();
  const services = useServices();
  const { purpose } = call;
  if (!spoken.has(purpose))
    return <span className="block truncate text-secondary">{words.purposes[purpose]}</span>;
  const title = visibleString(call.title ?? app.untitled);
  return (
    <span className="flex min-w-0 items-baseline gap-2">
      <button
        type="button"
        title={title}
        aria-label={words.openSession(title)}
        className="min-w-0 truncate rounded-control text-left hover:text-accent"
        onClick={() => {
          services.attempt(() => openSession(services, call));
        }}
      >
        {title}
      </button>
      {purpose !== "chat" && (
        <span className="shrink-0 text-meta text-muted">{words.purposes[purpose]}</span>
      )}
    </span>
  );
}

/** The session may be of another project: that is opened first. */
async function openSession(
  { app, commands }: Services,
  { workspace, sessionId }: UsageCall,
): Promise<void> {
  if (app.getState().project?.path !== workspace) await commands.openProject(workspace);
  if (app.getState().project?.path === workspace) await commands.showSession(sessionId);
}
