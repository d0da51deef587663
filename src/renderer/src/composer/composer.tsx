import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { ArrowUp, Square } from "lucide-react";
import type { SessionId } from "../../../shared/ids.ts";
import { isAtWork, type SessionState } from "../../../shared/session-state.ts";
import { costText } from "../app/format.ts";
import { useApp, useServices, useSession } from "../app/services.tsx";
import { useModels } from "../app/use-models.ts";
import { ContextMeter } from "../context/context-meter.tsx";
import { useMessages } from "../messages/messages.tsx";
import { Button } from "../ui/button.tsx";
import { isInputMethodPress } from "../ui/input-method.ts";
import { TextArea } from "../ui/text-area.tsx";
import { Toolbar } from "../ui/toolbar.tsx";
import { ModeMenu } from "./mode-menu.tsx";
import { ModelGone } from "./model-gone.tsx";
import { ModelMenu } from "./model-menu.tsx";
import { NextRequest } from "./next-request.tsx";
import { ThinkingMenu } from "./thinking-menu.tsx";
import { Starters } from "./starters.tsx";
import { useStopKeys } from "./use-stop-keys.ts";

/** Where a prompt is written, sent and stopped; its draft stays with its session. */
export function Composer({ sessionId }: { readonly sessionId: SessionId }) {
  const session = useSession(sessionId);
  return session === undefined ? null : (
    <>
      <ModelGone session={session} />
      <LoadedComposer session={session} />
    </>
  );
}

function LoadedComposer({ session }: { readonly session: SessionState }) {
  const { composer: words } = useMessages();
  const { sessionId } = session;
  const { commands } = useServices();
  const draft = useApp((state) => state.drafts[sessionId] ?? "");
  const field = useRef<HTMLTextAreaElement>(null);
  const isRunning = isAtWork(session);
  const { isSending, send } = useSend(sessionId, isRunning);
  const setDraft = (text: string): void => {
    commands.setDraft(sessionId, text);
    field.current?.focus();
  };
  useEffect(() => {
    field.current?.focus();
  }, []);
  return (
    <div className="mx-auto w-full max-w-190 shrink-0 px-6 pb-3">
      {session.turns.length === 0 && draft === "" && <Starters onChoose={setDraft} />}
      <form
        className="rounded-card border border-line-control bg-card focus-within:border-accent"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <TextArea
          ref={field}
          data-prompt
          bare
          label={words.label}
          labelHidden
          placeholder={isRunning ? words.placeholderBusy : words.placeholder}
          className="max-h-60 min-h-14 px-3 pt-2 text-prose"
          maxLength={1_000_000}
          value={draft}
          onKeyDown={(event) => {
            onEnter(event, send);
          }}
          onChange={(event) => {
            setDraft(event.target.value);
          }}
        />
        <NextRequest
          session={session}
          draft={draft}
          onCompact={() => {
            field.current?.focus();
          }}
        />
        <ComposerBar session={session}>
          {isRunning ? (
            <StopButton sessionId={sessionId} />
          ) : (
            <SendButton disabled={draft.trim() === "" || isSending} />
          )}
        </ComposerBar>
      </form>
    </div>
  );
}

function SendButton({ disabled }: { readonly disabled: boolean }) {
  const { composer: words } = useMessages();
  return (
    <Button type="submit" variant="primary" icon={ArrowUp} disabled={disabled}>
      {words.send}
    </Button>
  );
}

/** Enter alone sends; with Shift it breaks the line; an input method's Enter takes its word. */
function onEnter(event: KeyboardEvent, send: () => void): void {
  if (event.key !== "Enter" || event.shiftKey || isInputMethodPress(event)) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  if (!event.repeat) send();
}

/** Stops the prompt that runs, by a press or by Esc twice. */
function StopButton({ sessionId }: { readonly sessionId: SessionId }) {
  const { composer: words } = useMessages();
  const { client, attempt } = useServices();
  const stop = (): void => {
    attempt(() => client("session.stop", { sessionId }));
  };
  const isArmed = useStopKeys(stop);
  return (
    <>
      <output className="text-label text-secondary">{isArmed ? words.escAgain : ""}</output>
      <Button icon={Square} onClick={stop} title={words.stopHint}>
        {words.stop}
      </Button>
    </>
  );
}

/** Sends the draft and empties it; a refused prompt stays where it was. */
function useSend(
  sessionId: SessionId,
  isRunning: boolean,
): { readonly isSending: boolean; readonly send: () => void } {
  const { client, app, attempt, commands } = useServices();
  const [isSending, setSending] = useState(false);
  const send = (): void => {
    const prompt = (app.getState().drafts[sessionId] ?? "").trim();
    if (prompt === "" || isRunning || isSending) return;
    setSending(true);
    commands.setDraft(sessionId, "");
    attempt(async () => {
      try {
        await client("session.send", { sessionId, prompt });
      } catch (error) {
        if ((app.getState().drafts[sessionId] ?? "") === "") commands.setDraft(sessionId, prompt);
        throw error;
      } finally {
        setSending(false);
      }
    });
  };
  return { isSending, send };
}

interface ComposerBarProps {
  readonly session: SessionState;
  readonly children: ReactNode;
}

/** Mode, model, thinking and cost beside the button. */
function ComposerBar({ session, children }: ComposerBarProps) {
  const messages = useMessages();
  const words = messages.composer;
  const { client, attempt } = useServices();
  const { sessionId } = session;
  const cost = costText(session.usage, messages);
  const models = useModels();
  const takes = models.value?.find((option) => option.id === session.model)?.thinking;
  return (
    <Toolbar label={words.label} className="px-1.5 pb-1.5">
      <ModeMenu
        mode={session.mode}
        onChange={(mode) => {
          attempt(() => client("session.update", { sessionId, mode }));
        }}
      />
      <ModelMenu session={session} models={models} />
      {takes !== undefined && (
        <ThinkingMenu
          thinking={session.thinking}
          takes={takes}
          onChange={(thinking) => {
            attempt(() => client("session.update", { sessionId, thinking }));
          }}
        />
      )}
      <span className="ml-auto flex min-w-0 items-center gap-2">
        <ContextMeter session={session} />
        {session.usage.calls > 0 && (
          <span
            className="min-w-0 truncate text-label text-muted tabular-nums"
            title={words.cost(cost)}
          >
            {cost}
          </span>
        )}
        {children}
      </span>
    </Toolbar>
  );
}
