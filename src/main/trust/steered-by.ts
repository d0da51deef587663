import { steeringRuleOf, type SteeringRule } from "./steering-files.ts";
import { steeringPart } from "./steering-part.ts";

/** A change of a file that is about to be made. `path` is with links resolved; the bytes are null where there is, or will be, no file. */
export interface SteeredChange {
  readonly path: string;
  readonly before: () => Promise<Buffer | null>;
  readonly after: () => Promise<Buffer | null>;
}

/** The rule by which a change of this file steers; null where it does not, or what steers in it stays the same. */
export async function steeredBy({
  path,
  before,
  after,
}: SteeredChange): Promise<SteeringRule | null> {
  const rule = steeringRuleOf(path);
  if (rule?.acts !== "unasked") return null;
  if (rule.part === undefined) return rule;
  const [old, now] = [await before(), await after()];
  const part = (content: Buffer | null): string | null =>
    content === null ? null : steeringPart(rule, content);
  return part(old) === part(now) ? null : rule;
}
