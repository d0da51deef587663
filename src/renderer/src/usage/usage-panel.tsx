import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type RefObject } from "react";
import type { SessionId } from "../../../shared/ids.ts";
import type { UsageFilter } from "../../../shared/usage-panel.ts";
import { isAtWork } from "../../../shared/session-state.ts";
import { useApp, useServices, useSessions } from "../app/services.tsx";
import type { SessionStoreState } from "../app/session-store.ts";
import { useMessages } from "../messages/messages.tsx";
import { CallList, type CallChoice } from "./call-list.tsx";
import { Meters } from "./meters.tsx";
import { Overview } from "./overview.tsx";
import { BillingCheck, firstCheck } from "./check/billing-check.tsx";
import { PanelHeader, type PanelView } from "./panel-header.tsx";
import { filterOf, type Choice } from "./usage-scope.ts";

/** What was used and what it cost: figures over time, by model and the like, down to each request. Esc goes back, then closes. */
export function UsagePanel() {
  const { usage: words } = useMessages();
  const { commands } = useServices();
  const sessionId = useApp((state) => state.sessionId);
  const project = useApp((state) => state.project?.path ?? null);
  const isLive = useSessions(({ sessions }) => Object.values(sessions).some(isAtWork));
  const ended = useSessions(countEnded);
  const [choice, choose] = useFirstChoice(sessionId);
  const [view, setView] = useState<PanelView>("figures");
  const [calls, showCalls] = useState<CallChoice | null>(null);
  const frame = useFocused();
  const filter = useMemo(
    () => filterOf(choice, { sessionId, project, now: new Date() }),
    // oxlint-disable-next-line react/exhaustive-deps -- each request that ends has to be asked for
    [choice, sessionId, project, ended],
  );
  const onKeyDown = (event: KeyboardEvent): void => {
    // What floats above has its own Esc, although it is a child here.
    const isOwn = event.target instanceof Node && frame.current?.contains(event.target) === true;
    if (event.key !== "Escape" || !isOwn) return;
    event.preventDefault();
    if (calls === null) commands.toggleUsage(false);
    else showCalls(null);
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Esc works wherever the focus is in it
    <main
      ref={frame}
      tabIndex={-1}
      aria-label={words.title}
      className="flex min-w-0 flex-1 flex-col outline-none"
      onKeyDown={onKeyDown}
    >
      <PanelHeader
        view={view}
        onView={(next) => {
          showCalls(null);
          setView(next);
        }}
        choice={choice}
        filter={calls?.filter ?? filter}
        isLive={isLive}
        hasSession={sessionId !== null}
        onChoose={(next) => {
          showCalls(null);
          choose(next);
        }}
      />
      <div className="flex min-h-0 flex-1 flex-col overflow-y-auto">
        <PanelBody
          view={view}
          choice={choice}
          filter={filter}
          isLive={isLive}
          ended={ended}
          calls={calls}
          onShowCalls={showCalls}
        />
      </div>
    </main>
  );
}

/** Takes the focus when it is shown, so that Esc works at once. */
function useFocused(): RefObject<HTMLElement | null> {
  const frame = useRef<HTMLElement>(null);
  useEffect(() => {
    frame.current?.focus();
  }, []);
  return frame;
}

interface PanelBodyProps {
  readonly view: PanelView;
  readonly choice: Choice;
  readonly filter: UsageFilter;
  readonly isLive: boolean;
  readonly ended: number;
  readonly calls: CallChoice | null;
  readonly onShowCalls: (calls: CallChoice | null) => void;
}

/** Figures or the check of them; over either, the requests that somebody asked to see. */
function PanelBody(props: PanelBodyProps) {
  const { view, choice, filter, isLive, ended, calls, onShowCalls } = props;
  const [check, chooseCheck] = useState(firstCheck);
  return (
    <>
      {calls === null && view === "figures" && (
        <>
          <Meters isLive={isLive} ended={ended} />
          <div className="flex-1">
            <Overview filter={filter} choice={choice} onShowCalls={onShowCalls} />
          </div>
        </>
      )}
      {view === "check" && (
        // Behind the requests of an hour it stays as it is: reading the provider's figures again takes its time.
        <div className="min-h-full" hidden={calls !== null}>
          <BillingCheck choice={check} onChoose={chooseCheck} onShowCalls={onShowCalls} />
        </div>
      )}
      {calls !== null && (
        <CallList
          key={JSON.stringify(calls.filter)}
          choice={calls}
          onBack={() => {
            onShowCalls(null);
          }}
        />
      )}
    </>
  );
}

/** This session where it has used something, else the project. */
function useFirstChoice(sessionId: SessionId | null) {
  const hasUsed = useSessions(
    ({ sessions }) => sessionId !== null && (sessions[sessionId]?.usage.calls ?? 0) > 0,
  );
  return useState<Choice>(() =>
    hasUsed ? { scope: "session", period: "all" } : { scope: "project", period: "days30" },
  );
}

/** Grows with each request and each prompt that ends, in whichever session of this window. */
const countEnded = ({ sessions }: SessionStoreState): number =>
  Object.values(sessions).reduce(
    (sum, { usage, turns }) =>
      sum + usage.calls + turns.filter(({ status }) => status !== "running").length,
    0,
  );
