import { AppError } from "../../shared/errors.ts";
import type { Answerer, Dropped } from "../../shared/events.ts";
import type { SessionState } from "../../shared/session-state.ts";
import { canMakeRoom, compact, CompactionError, isFull } from "./compaction.ts";
import { thinkingOf } from "./send-request.ts";
import type { BoundContext, ModelBinding, TurnContext } from "./turn-context.ts";

/**
 * The context of the step that begins: with the session's model, thinking and endpoint as they are now, a line where they are
 * others than before, and a conversation that fits. Throws AppError: no key, no such model, no whole summary.
 */
export async function bindStep(context: TurnContext): Promise<BoundContext> {
  const before = context.log.state().answerer;
  const bound: BoundContext = { ...context, binding: await context.bind() };
  tellOfChange(bound);
  const limitTokens = bound.binding.maxInputTokens;
  if (limitTokens === null || !isFull(bound, limitTokens)) return bound;
  if (!canMakeRoom(bound.log.state(), limitTokens)) return bound;
  const isSwitch = before !== null && before.model !== bound.binding.modelId;
  const reason = isSwitch ? ("switch" as const) : ("full" as const);
  if (isSwitch && (await compactByOther(bound, before.model))) return bound;
  await compact(bound, { reason, limitTokens });
  return bound;
}

/** The model before, if it takes more and still answers, reads the conversation whole, and from its cache. */
async function compactByOther(bound: BoundContext, model: string): Promise<boolean> {
  const limitTokens = bound.binding.maxInputTokens;
  const other = await otherBinding(bound, model);
  if (other === undefined) return false;
  try {
    return await compact({ ...bound, binding: other }, { reason: "switch", limitTokens });
  } catch (error) {
    if (error instanceof CompactionError || isGone(error)) return false;
    throw error;
  }
}

async function otherBinding(bound: BoundContext, model: string): Promise<ModelBinding | undefined> {
  try {
    const other = await bound.bind(model);
    const { maxInputTokens } = bound.binding;
    const takesMore =
      other.maxInputTokens === null ||
      (maxInputTokens !== null && other.maxInputTokens > maxInputTokens);
    return takesMore ? other : undefined;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

const isGone = (error: unknown): boolean =>
  error instanceof AppError && error.code === "model-not-found";

function tellOfChange(bound: BoundContext): void {
  const { log, turnId, binding } = bound;
  const state = log.state();
  const to: Answerer = {
    model: binding.modelId,
    region: binding.model.region,
    protocol: binding.model.protocol,
    thinking: thinkingOf(bound),
  };
  const from = state.answerer;
  if (from !== null && isSame(from, to)) return;
  log.append({
    type: "model-bind",
    sessionId: state.sessionId,
    turnId,
    step: Math.max(1, state.turns.at(-1)?.step ?? 1),
    ...to,
    dropped: droppedFor(state, from, to),
  });
}

const isSame = (one: Answerer, other: Answerer): boolean =>
  one.model === other.model &&
  one.region === other.region &&
  one.protocol === other.protocol &&
  JSON.stringify(one.thinking) === JSON.stringify(other.thinking);

function droppedFor(state: SessionState, from: Answerer | null, to: Answerer): Dropped[] {
  const isOther = from !== null && from.model !== to.model;
  return [
    ...(isOther && hasReasoning(state) ? (["reasoning"] as const) : []),
    ...(state.thinking !== null && to.thinking === null ? (["thinking"] as const) : []),
  ];
}

const hasReasoning = ({ turns }: SessionState): boolean =>
  turns.some(({ items }) => items.some(({ kind }) => kind === "reasoning"));

/**
 * Compacts between turns, by the session's model; for a switch so that it fits `next`, which summarises itself where the model
 * before does not answer or could not. AppError("invalid-input") when there is nothing to compact.
 */
export async function compactIdle(context: TurnContext, next?: string): Promise<void> {
  const present: BoundContext = { ...context, binding: await context.bind() };
  if (next === undefined) {
    assertCompacted(await compact(present, { reason: "manual", limitTokens: null }));
    return;
  }
  const binding = await context.bind(next);
  const wish = { reason: "switch", limitTokens: binding.maxInputTokens } as const;
  try {
    assertCompacted(await compact(present, wish));
  } catch (error) {
    if (!(error instanceof CompactionError) && !isGone(error)) throw error;
    assertCompacted(await compact({ ...context, binding }, wish));
  }
}

function assertCompacted(done: boolean): void {
  if (!done)
    throw new AppError(
      "invalid-input",
      "There is nothing to compact: the last prompt and its last step always stay whole.",
    );
}
