import { useCallback } from "react";
import type { FileDiff } from "../../../shared/diff.ts";
import type { SessionId } from "../../../shared/ids.ts";
import type { DiffTarget } from "../app/app-state.ts";
import { useServices } from "../app/services.tsx";
import { useAnswer } from "../app/use-answer.ts";

export type LoadedDiff =
  | { readonly status: "loading" }
  | { readonly status: "failed"; readonly reason: string }
  | { readonly status: "ready"; readonly diffs: readonly FileDiff[] };

interface Asked {
  readonly key: string;
  readonly diffs: readonly FileDiff[];
}

/**
 * What a step or a prompt changed, asked from main; asks again when `version` changes and keeps the old answer meanwhile.
 * `target` null asks nothing and stays "loading".
 */
export function useDiff(
  sessionId: SessionId,
  target: DiffTarget | null,
  version: number,
): LoadedDiff {
  const { client } = useServices();
  const callId = target !== null && "callId" in target ? target.callId : null;
  const turnId = target !== null && "turnId" in target ? target.turnId : null;
  const key = `${sessionId} ${callId ?? turnId}`;
  const ask = useCallback(async (): Promise<Asked & { readonly version: number }> => {
    if (callId !== null) {
      const diffs = await client("diff.call", { sessionId, callId });
      return { key, version, diffs };
    }
    const diffs = turnId === null ? [] : await client("diff.turn", { sessionId, turnId });
    return { key, version, diffs };
  }, [client, sessionId, callId, turnId, key, version]);
  const { value, failure } = useAnswer(ask);
  if (failure !== null) return { status: "failed", reason: failure };
  // An answer about what was shown before says nothing about this.
  if (value === null || value.key !== key || target === null) return { status: "loading" };
  return { status: "ready", diffs: value.diffs };
}
