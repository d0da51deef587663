import type { SteeringKind } from "../../shared/trust.ts";
import { steeredBy } from "../trust/steered-by.ts";
import { steeringRuleOf } from "../trust/steering-files.ts";
import type { State } from "./image.ts";
import { isChange, type Operations } from "./operations.ts";
import { sameContent } from "./records.ts";
import { contentIn, type PathPlan, type PlanReader, type StandingEntry } from "./reversal-plan.ts";

export interface SteeringToPlan {
  readonly current: State;
  /** What is taken back at the path, the newest first. */
  readonly entries: readonly StandingEntry[];
  readonly reader: PlanReader;
  /** An undo is taken back: what comes is what an agent's step had made. */
  readonly isRedo: boolean;
}

/**
 * The kind of a file that runs code or steers the agent, where taking a change back would bring what an agent's step had once made of
 * it; null where not. It stays until the person says so, like a tool's write of it. What was the person's comes back without asking.
 */
export async function steeringOf(
  plan: PathPlan,
  { current, entries, reader, isRedo }: SteeringToPlan,
): Promise<SteeringKind | null> {
  const target = plan.result ?? plan.old;
  const isDone = plan.action === "none" && plan.conflict === null;
  if (isDone || plan.blocked === true || unasked(plan.path) === null) return null;
  if (!isRedo && !wasMade(plan.path, entries, reader.operations)) return null;
  const types = new Set([current.image.type, target.image.type]);
  // A folder alone does nothing; what comes into it has a row of its own.
  if (!types.has("file") && !types.has("link")) return null;
  // Whatever a link leads to may be anything.
  const rule = types.has("link")
    ? unasked(plan.path)
    : await steeredBy({
        path: plan.path,
        before: () => bytesOf(current, reader),
        after: () => bytesOf(target, reader),
      });
  if (rule === null || (target.image.type === "absent" && !opening.has(rule.kind))) return null;
  return rule.kind;
}

/** What is not there runs nothing and steers nobody. Of these the absence may: they hide files, and keep scripts from running. */
const opening: ReadonlySet<SteeringKind> = new Set(["hidden-files", "packages"]);

function unasked(path: string): ReturnType<typeof steeringRuleOf> {
  const rule = steeringRuleOf(path);
  return rule?.acts === "unasked" ? rule : null;
}

/** Whether the path was left by an earlier step as it was before these. */
function wasMade(path: string, entries: readonly StandingEntry[], index: Operations): boolean {
  const oldest = entries.at(-1);
  if (oldest === undefined) return false;
  for (const { intent, paths } of index.all()) {
    if (intent.id === oldest.id) return false;
    // The entries of a long history are kept as text: only those about this path are read.
    if (paths?.has(path) === false || !isChange(intent)) continue;
    const left = intent.entries.find((entry) => entry.path === path);
    if (left !== undefined && sameContent(left.post, oldest.entry.pre)) return true;
  }
  return false;
}

const bytesOf = async (state: State, reader: PlanReader): Promise<Buffer | null> =>
  state.image.type === "file" ? contentIn(reader, state) : null;
