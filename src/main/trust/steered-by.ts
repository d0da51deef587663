import { steeringRuleOf, type SteeringRule } from "./steering-files.ts";
import { steeringPart } from "./steering-part.ts";

/** A change of a file that is about to be made. `path` is with links resolved; the bytes are null where there is, or will be, no file. */
export interface SteeredChange {
  readonly path: string;
  /** As the call has it: who reads a file by a steering name obeys it, wherever the link there leads. */
  readonly named?: string;
  readonly before: () => Promise<Buffer | null>;
  readonly after: () => Promise<Buffer | null>;
}

/** The rule by which a change of this file steers; null where it does not, or what steers in it stays the same. */
export async function steeredBy(change: SteeredChange): Promise<SteeringRule | null> {
  const { path, named = path } = change;
  return (await steeredAt(path, change)) ?? (named === path ? null : steeredAt(named, change));
}

async function steeredAt(
  path: string,
  { before, after }: Pick<SteeredChange, "before" | "after">,
): Promise<SteeringRule | null> {
  const rule = steeringRuleOf(path);
  if (rule?.acts !== "unasked") return null;
  if (rule.part === undefined) return rule;
  const [old, now] = [await before(), await after()];
  const part = (content: Buffer | null): string | null =>
    content === null ? null : steeringPart(rule, content);
  return part(old) === part(now) ? null : rule;
}
