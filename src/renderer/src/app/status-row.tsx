import { GitBranch, History, KeyRound } from "lucide-react";
import type { SessionId } from "../../../shared/ids.ts";
import { usageAction } from "../actions/app-actions.ts";
import { useActionFace } from "../actions/use-actions.ts";
import { useMessages } from "../messages/messages.tsx";
import { Tooltip } from "../ui/tooltip.tsx";
import { BackgroundCommands } from "../background/background-commands.tsx";
import { costText } from "./format.ts";
import { statusPart as part } from "./status-part.ts";
import { useApp, useServices, useSession } from "./services.tsx";

/** The window's last line: branch, key, what runs in the background, and what the session has cost. */
export function StatusRow() {
  const messages = useMessages();
  const sessionId = useApp((state) => state.sessionId);
  return (
    <footer
      aria-label={messages.app.statusRow}
      className="flex h-6 shrink-0 items-center gap-1 border-t border-line px-1.5 text-meta text-secondary"
    >
      <Branch />
      <MissingKey />
      <Coverage />
      <BackgroundCommands />
      <span className="flex-1" />
      {sessionId !== null && <SessionFigures sessionId={sessionId} />}
    </footer>
  );
}

function Branch() {
  const messages = useMessages();
  const git = useApp((state) => state.project?.git ?? null);
  const text = git === null ? messages.app.noGit : (git.branch ?? messages.app.detached);
  return (
    <span className={part} title={git === null ? undefined : messages.app.branch}>
      <GitBranch className="size-3 shrink-0" aria-hidden />
      <span className="max-w-60 truncate">{text}</span>
    </span>
  );
}

/** Only while the project is taken in: what is there all the time is not read. */
function Coverage() {
  const { app: words } = useMessages();
  const coverage = useApp((state) => state.coverage);
  if (coverage === null || coverage.complete) return null;
  const { covered, files } = coverage;
  return (
    <Tooltip label={words.coverageDetail} side="top">
      <button type="button" className={`${part} tabular-nums hover:bg-hover`}>
        <History className="size-3 shrink-0" aria-hidden />
        <span className="truncate">{words.coverage(covered, files)}</span>
      </button>
    </Tooltip>
  );
}

function MissingKey() {
  const messages = useMessages();
  const { commands } = useServices();
  const present = useApp((state) => state.key?.present ?? true);
  if (present) return null;
  return (
    <button
      type="button"
      className={`${part} text-accent hover:bg-hover`}
      onClick={() => {
        commands.showOverlay("settings", "key");
      }}
    >
      <KeyRound className="size-3 shrink-0" aria-hidden />
      {messages.app.addKey}
    </button>
  );
}

function SessionFigures({ sessionId }: { readonly sessionId: SessionId }) {
  const messages = useMessages();
  const session = useSession(sessionId);
  if (session === undefined) return null;
  const model = session.model;
  return (
    <>
      {model !== "" && <span className={`${part} truncate`}>{model}</span>}
      <CostButton text={costText(session.usage, messages)} />
    </>
  );
}

/** What the session has cost; a press shows where it went. */
function CostButton({ text }: { readonly text: string }) {
  const { app: words } = useMessages();
  const services = useServices();
  const { shortcut } = useActionFace(usageAction);
  return (
    <Tooltip label={words.costOpens} shortcut={shortcut} side="top">
      <button
        type="button"
        aria-label={`${words.cost}: ${text}`}
        className={`${part} tabular-nums hover:bg-hover hover:text-primary`}
        onClick={() => {
          usageAction.perform(services);
        }}
      >
        {text}
      </button>
    </Tooltip>
  );
}
