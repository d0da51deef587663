import { useEffect, useState } from "react";
import type { FileDiff } from "../../../shared/diff.ts";
import type { CallId, SessionId, TurnId } from "../../../shared/ids.ts";
import { useServices } from "../app/services.tsx";

export type DiffTarget = { readonly callId: CallId } | { readonly turnId: TurnId };

export type LoadedDiff =
  | { readonly status: "loading" }
  | { readonly status: "failed"; readonly reason: string }
  | { readonly status: "ready"; readonly diffs: readonly FileDiff[] };

const loading: LoadedDiff = { status: "loading" };

/**
 * What a step or a prompt changed, asked from main; asks again when `version` changes and keeps the old answer meanwhile.
 * `target` null asks nothing and stays "loading".
 */
export function useDiff(
  sessionId: SessionId,
  target: DiffTarget | null,
  version: number,
): LoadedDiff {
  const { client, explain } = useServices();
  const callId = target !== null && "callId" in target ? target.callId : null;
  const turnId = target !== null && "turnId" in target ? target.turnId : null;
  const key = `${sessionId} ${callId} ${turnId}`;
  const [loaded, setLoaded] = useState<{ readonly key: string; readonly diff: LoadedDiff }>();
  useEffect(() => {
    let isCurrent = true;
    const settle = (diff: LoadedDiff): void => {
      if (isCurrent) setLoaded({ key, diff });
    };
    const asked =
      callId !== null
        ? client("diff.call", { sessionId, callId })
        : turnId !== null
          ? client("diff.turn", { sessionId, turnId })
          : null;
    asked?.then(
      (diffs) => {
        settle({ status: "ready", diffs });
      },
      (error: unknown) => {
        settle({ status: "failed", reason: explain(error) });
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [client, explain, sessionId, callId, turnId, key, version]);
  return loaded?.key === key ? loaded.diff : loading;
}
