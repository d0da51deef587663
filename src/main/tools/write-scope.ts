import type { WriteScope } from "../checkpoints/types.ts";
import { assertWritable, followInside, resolveInside } from "../workspace/confine.ts";
import type { ToolContext } from "./tool.ts";

export function writeScope(context: ToolContext, tool: string): WriteScope {
  const { sessionId, turnId, callId, signal } = context;
  return {
    sessionId,
    turnId,
    callId,
    signal,
    tool,
    onCheckpoint: (checkpoint) => context.onCheckpoint(checkpoint),
    onWait: (holder) => context.onWait(holder),
  };
}

/** The path whose content a write to `path` changes: through a link that stays inside, never out. Throws AppError("denied"). */
export async function writablePath(context: ToolContext, path: string): Promise<string> {
  const named = await resolveInside(context.workspace, path);
  assertWritable(named);
  const target = await followInside(context.workspace, named);
  assertWritable(target);
  return target.relative;
}
