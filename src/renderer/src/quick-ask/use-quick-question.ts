import { useState } from "react";
import type { SessionId } from "../../../shared/ids.ts";
import type { SessionState } from "../../../shared/session-state.ts";
import { useApp, useServices, useSessions } from "../app/services.tsx";

export interface QuickQuestion {
  readonly session: SessionState | undefined;
  /** From the press of Enter until the turn has ended. */
  readonly busy: boolean;
  readonly failure: string | null;
  readonly ask: (question: string, codeOnly: boolean) => void;
  readonly stop: () => void;
  /** Opens the question as a session in the main window; the next question starts afresh. */
  readonly promote: () => void;
}

/** One conversation of the small window: the first question makes the session, later ones about the same project go on with it. */
export function useQuickQuestion(project: string | null): QuickQuestion {
  const { client, sessions, explain } = useServices();
  const model = useApp((state) => state.settings?.quickAskModel ?? null);
  const [sessionId, setSessionId] = useState<SessionId | null>(null);
  const [sending, setSending] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const session = useSessions((state) =>
    sessionId === null ? undefined : state.sessions[sessionId],
  );

  async function create(workspace: string): Promise<SessionId> {
    const log = await client("session.create", {
      workspace,
      kind: "quick",
      ...(model === null ? {} : { model }),
    });
    sessions.adopt(log);
    setSessionId(log.sessionId);
    return log.sessionId;
  }

  async function send(workspace: string, prompt: string, codeOnly: boolean): Promise<void> {
    const goesOn = session?.workspace === workspace;
    const target = goesOn ? session.sessionId : await create(workspace);
    await client("session.send", { sessionId: target, prompt, ...(codeOnly ? { codeOnly } : {}) });
  }

  const run = (act: () => Promise<unknown>): void => {
    setFailure(null);
    act().catch((error: unknown) => {
      setFailure(explain(error));
    });
  };

  return {
    session,
    busy: sending || session?.turns.at(-1)?.status === "running",
    failure,
    ask: (question, codeOnly) => {
      if (project === null) return;
      setSending(true);
      run(() =>
        send(project, question, codeOnly).finally(() => {
          setSending(false);
        }),
      );
    },
    stop: () => {
      if (sessionId !== null) run(() => client("session.stop", { sessionId }));
    },
    promote: () => {
      if (sessionId === null) return;
      run(async () => {
        await client("quick.promote", { sessionId });
        setSessionId(null);
      });
    },
  };
}
