import type { ReactNode } from "react";
import { Info } from "lucide-react";
import type { SessionId } from "../../../shared/ids.ts";
import type { ToolItem } from "../../../shared/session-state.ts";
import { useMessages } from "../messages/messages.tsx";
import { plainOutput } from "../text/plain-output.ts";
import { VisibleText } from "../text/visible-text.tsx";
import { BlockedRuns } from "./blocked-runs.tsx";
import { StepChanges } from "./step-changes.tsx";
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
      {!isCommand(item) && <Notes item={item} />}
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
        <CommandParts sessionId={sessionId} item={item} />
      ) : (
        <>
          {item.changes.length > 0 && <StepChanges sessionId={sessionId} item={item} />}
          {(item.changes.length === 0 || item.status !== "completed") && <Result item={item} />}
        </>
      )}
    </div>
  );
}

/** A command in full, its output, what it changed, and what undo does not bring back of it. */
function CommandParts({ sessionId, item }: ToolDetailsProps) {
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
      <BlockedRuns item={item} />
      {output === "" ? (
        <Result item={item} />
      ) : (
        <Part title={isRunning ? words.liveOutput : words.output}>
          <LongText text={output} fromEnd />
        </Part>
      )}
      <Notes item={item} />
      {item.changes.length > 0 && (
        <Part title={words.changedFiles}>
          <StepChanges sessionId={sessionId} item={item} />
        </Part>
      )}
    </>
  );
}

/** Lines that a person should read: one each, marked so that they are not taken for output. */
function Notes({ item }: Pick<ToolDetailsProps, "item">) {
  const { approvals: words } = useMessages();
  return item.notes.map((note) => (
    <p key={note} className="selectable flex gap-2 text-ui text-secondary">
      <Info className="icon mt-0.5 text-muted" aria-hidden />
      <span className="min-w-0 wrap-anywhere">
        <VisibleText text={words.mainNote(note)} multiline />
      </span>
    </p>
  ));
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

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section aria-label={title}>
      <p className="text-meta font-medium text-muted">{title}</p>
      {children}
    </section>
  );
}
