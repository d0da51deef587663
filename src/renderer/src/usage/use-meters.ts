import { useEffect, useState } from "react";
import type { SessionId } from "../../../shared/ids.ts";
import type { UsageMeters } from "../../../shared/usage-meters.ts";
import { useApp, useServices, useSessions } from "../app/services.tsx";
import type { Answer } from "../app/use-answer.ts";

const liveMs = 1000;
const quietMs = 5000;

/**
 * What is left of the limits, asked again every second while something works here, else every five: other processes and the last
 * minute go on. A failure is told only while there is nothing to show. A change of `ended` asks at once.
 */
export function useMeters(isLive: boolean, ended: number): Answer<UsageMeters> {
  const { client, explain } = useServices();
  const sessionId = useApp((state) => state.sessionId);
  const workspace = useApp((state) => state.project?.path ?? null);
  const model = useModel(sessionId);
  const limits = useApp((state) => state.settings);
  const [answer, setAnswer] = useState<Answer<UsageMeters>>({ value: null, failure: null });
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isShown = true;
    const look = async (): Promise<void> => {
      try {
        const value = await client("usage.meters", { sessionId, workspace, model });
        if (isShown) setAnswer({ value, failure: null });
      } catch (error) {
        if (isShown) setAnswer(({ value }) => ({ value, failure: explain(error) }));
      }
      if (isShown) timer = setTimeout(() => void look(), isLive ? liveMs : quietMs);
    };
    void look();
    return () => {
      isShown = false;
      clearTimeout(timer);
    };
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- each request that ends, and each limit that changes, asks at once
  }, [client, explain, sessionId, workspace, model, isLive, ended, limits]);
  return answer;
}

/** Who answered last in the session, else who is asked first; null = nobody is chosen. */
function useModel(sessionId: SessionId | null): string | null {
  const chosen = useApp((state) => state.settings?.model ?? null);
  return useSessions(({ sessions }) => {
    const session = sessionId === null ? undefined : sessions[sessionId];
    const own = session?.answerer?.model ?? session?.model ?? "";
    return own === "" ? chosen : own;
  });
}
