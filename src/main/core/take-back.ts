import type { SessionLog } from "../agent/event-log.ts";
import type { CheckpointService } from "../checkpoints/types.ts";
import type { ToolContext } from "../tools/tool.ts";

/** Takes back what a call did to some files, in a way that a person can redo and the conversation knows of. */
export function takeBackIn(
  log: Pick<SessionLog, "state" | "append">,
  checkpoints: Pick<CheckpointService, "undo">,
): NonNullable<ToolContext["takeBack"]> {
  return async (callId, paths) => {
    const taken: string[] = [];
    for (const path of paths) {
      // Both names of a move go at once.
      if (taken.includes(path)) continue;
      const { undone, redo } = await checkpoints.undo(
        { unit: "call", callId, path },
        { conflicts: "keep", allowSteering: true },
      );
      if (redo === null) continue;
      taken.push(...undone.map((one) => one.path));
      const { sessionId } = log.state();
      const event = { type: "undo-add", sessionId, undoId: redo, direction: "undo" } as const;
      log.append({ ...event, callIds: [], paths: undone.map((one) => one.path), conflicts: [] });
    }
    return taken;
  };
}
