import { AppError } from "../../shared/errors.ts";
import type { FileEffect, WriteOutcome, WriteScope } from "../checkpoints/types.ts";
import { isSteering } from "../trust/steering-files.ts";
import { assertWritable, followInside, resolveInside } from "../workspace/confine.ts";
import type { ToolContext } from "./tool.ts";

/**
 * Has a tool's effects done, checkpoint first. A file that steers is changed only by a call that a person said yes to: a link may have
 * been put in the way since nobody had to be asked. Throws AppError("denied").
 */
export function applyEffects(
  context: ToolContext,
  tool: string,
  effects: readonly FileEffect[],
): Promise<WriteOutcome> {
  const paths = effects.flatMap((effect) =>
    effect.kind === "move" ? [effect.from, effect.to] : [effect.path],
  );
  const steering = context.isAllowed ? undefined : paths.find((path) => isSteering(path));
  if (steering !== undefined)
    throw new AppError(
      "denied",
      `${JSON.stringify(steering)} can run code or steer the agent, and the person was not asked. Call again to ask.`,
    );
  return context.writer.apply(writeScope(context, tool), effects);
}

function writeScope(context: ToolContext, tool: string): WriteScope {
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
