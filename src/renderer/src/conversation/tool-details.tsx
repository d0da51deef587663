import type { ReactNode } from "react";
import type { SessionId } from "../../../shared/ids.ts";
import type { ToolItem } from "../../../shared/session-state.ts";
import { DiffView } from "../diff/diff-view.tsx";
import { useDiff } from "../diff/use-diff.ts";
import { useMessages } from "../messages/messages.tsx";
import { plainOutput } from "../text/plain-output.ts";
import { VisibleText } from "../text/visible-text.tsx";
import { LongText } from "./long-text.tsx";
import { argument, isCommand } from "../text/tool-text.ts";

export interface ToolDetailsProps {
  readonly sessionId: SessionId;
  readonly item: ToolItem;
}

/** What a step was asked, what it did and what came of it. */
export function ToolDetails({ sessionId, item }: ToolDetailsProps) {
  const { conversation: words } = useMessages();
  return (
    <div className="flex flex-col gap-2 py-1">
      {item.notes.map((note) => (
        <p key={note} className="selectable text-ui text-secondary">
          <VisibleText text={note} />
        </p>
      ))}
      {item.repairs.length > 0 && (
        <p className="text-ui text-secondary">{words.repairedCall(item.repairs)}</p>
      )}
      {item.omitted && <p className="text-ui text-secondary">{words.omittedDetail}</p>}
      {item.malformed && (
        <>
          <p className="text-ui text-failed">{words.malformed}</p>
          <Part title={words.arguments}>
            <LongText text={item.argumentsText} />
          </Part>
        </>
      )}
      {isCommand(item) ? (
        <CommandParts item={item} />
      ) : (
        <>
          {item.changes.length > 0 && <Changes sessionId={sessionId} item={item} />}
          {(item.changes.length === 0 || item.status !== "completed") && <Result item={item} />}
        </>
      )}
    </div>
  );
}

/** A command in full, its output, and that undo does not reach it. */
function CommandParts({ item }: { readonly item: ToolItem }) {
  const { conversation: words } = useMessages();
  const isRunning = item.status === "running";
  const output = plainOutput(item.output);
  const command = argument(item, "command");
  return (
    <>
      {command !== undefined && (
        <Part title={words.command}>
          <LongText text={command} />
        </Part>
      )}
      {output === "" ? (
        <Result item={item} />
      ) : (
        <Part title={isRunning ? words.liveOutput : words.output}>
          <LongText text={output} fromEnd />
        </Part>
      )}
      {/* Main's own note says the same where the command has run. */}
      {item.notes.length === 0 && (
        <p className="text-label text-muted">{words.commandNotRestorable}</p>
      )}
    </>
  );
}

function Result({ item }: { readonly item: ToolItem }) {
  const { conversation: words } = useMessages();
  if (item.result === null || item.result === "")
    return item.status === "running" ? null : (
      <p className="text-label text-muted">{words.noResult}</p>
    );
  return (
    <Part title={words.result}>
      <LongText text={item.result} />
    </Part>
  );
}

function Changes({ sessionId, item }: ToolDetailsProps) {
  const { conversation: words, review } = useMessages();
  const loaded = useDiff(sessionId, { callId: item.callId }, 0);
  if (loaded.status === "loading") return <p className="text-label text-muted">{review.loading}</p>;
  if (loaded.status === "failed")
    return <p className="text-label text-failed">{words.diffFailed(loaded.reason)}</p>;
  return loaded.diffs.map((diff) => (
    <div key={diff.path}>
      {loaded.diffs.length > 1 && (
        <p className="selectable font-mono text-code text-secondary wrap-anywhere">
          <VisibleText text={diff.path} />
        </p>
      )}
      <DiffView diff={diff} />
    </div>
  ));
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section aria-label={title}>
      <p className="text-meta font-medium text-muted">{title}</p>
      {children}
    </section>
  );
}
