import type { Checkpoint } from "../../shared/checkpoint.ts";
import { checkpointIdSchema } from "../../shared/ids.ts";
import { isChange, type Operation, type Operations } from "./operations.ts";

/** The checkpoints of a workspace, or of one session in it, newest first. */
export const listCheckpoints = (index: Operations, sessionId: string | undefined): Checkpoint[] =>
  index
    .all()
    .flatMap((operation) => checkpointOf(operation, sessionId))
    .toReversed();

function checkpointOf({ intent, paths }: Operation, sessionId: string | undefined): Checkpoint[] {
  if (
    !isChange(intent) ||
    paths === null ||
    paths.size === 0 ||
    intent.turnId === null ||
    intent.callId === null
  )
    return [];
  if (sessionId !== undefined && intent.sessionId !== sessionId) return [];
  return [
    {
      checkpointId: checkpointIdSchema.parse(intent.id),
      sessionId: intent.sessionId,
      turnId: intent.turnId,
      callId: intent.callId,
      tool: intent.tool,
      at: intent.at,
      paths: intent.entries.map((entry) => entry.path),
      commit: intent.commit,
    },
  ];
}
