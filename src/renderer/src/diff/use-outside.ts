import { useCallback } from "react";
import type { FileDiff } from "../../../shared/diff.ts";
import type { SessionId, TurnId } from "../../../shared/ids.ts";
import { useServices } from "../app/services.tsx";
import { useAnswer } from "../app/use-answer.ts";

const none: readonly FileDiff[] = [];

/** What the person changed since a prompt was sent and before the next; nothing while it is not known. Asks again with `version`. */
export function useOutside(
  sessionId: SessionId,
  turnId: TurnId | null,
  version: number,
): readonly FileDiff[] {
  const { client } = useServices();
  const ask = useCallback(
    async () => ({
      turnId,
      diffs: turnId === null ? none : await client("diff.outside", { sessionId, turnId }),
    }),
    // oxlint-disable-next-line react/exhaustive-deps -- another version is another state of the folder
    [client, sessionId, turnId, version],
  );
  const { value } = useAnswer(ask);
  return value?.turnId === turnId ? value.diffs : none;
}
