import { z } from "zod";
import { steeringKindSchema } from "../../shared/trust.ts";
import steeringFile from "../../../resources/steering/steering-files.json" with { type: "json" };
import { foldPath } from "./fold-path.ts";

const ruleSchema = z.object({
  kind: steeringKindSchema,
  /**
   * `unasked`: whoever merely opens, lists, commits or installs in the folder obeys it. `by-command`: only a command that was asked
   * for does, so it is free to be written; but what was once allowed for such a command may mean something else now.
   */
  acts: z.enum(["unasked", "by-command"]),
  /**
   * Only this part of the content steers. `manifest-scripts`: what a package manager runs. `reaching-variables`: variables that load
   * code, or say where requests and keys go. `attribute-drivers`: the programs that git is to start for a file. Missing: all of it.
   */
  part: z.enum(["manifest-scripts", "reaching-variables", "attribute-drivers"]).optional(),
  /** One line for a person: what may happen by it. */
  reason: z.string(),
  patterns: z.array(z.string()),
});

/** Files of one sort that run code, or steer those who do. */
export type SteeringRule = z.infer<typeof ruleSchema>;

/** The one list of such files: resources/steering/steering-files.json. */
export const steeringRules: readonly SteeringRule[] = z.array(ruleSchema).parse(steeringFile.rules);

/** The rule that a path falls under, in whatever case it is written and whether or not it exists; null: it steers nothing. */
export function steeringRuleOf(path: string): SteeringRule | null {
  const names = foldPath(path);
  for (const [from, name] of names.entries()) {
    const isLast = from === names.length - 1;
    const candidates = [
      ...(byFirstName.get(name) ?? []),
      ...(!isLast ? wildcardFolders : anyWildcard.test(name) ? wildcardNames : []),
    ];
    const found = candidates.find((one) => matches(one, names, from));
    if (found !== undefined) return found.rule;
  }
  return null;
}

/**
 * Whether a file acts without being asked for, whatever is in it: those ask in every mode, for tools, undo and commands alike, also
 * while missing. `path` is relative to the project; give it with links resolved, for this looks at names only. Of files that steer by
 * a part of their content (`package.json`, `.env`, `.gitattributes`) see `steeringPart`: commands write them every day.
 */
export function isSteering(path: string): boolean {
  const rule = steeringRuleOf(path);
  return rule?.acts === "unasked" && rule.part === undefined;
}

/** Whether a change of this file may change what a command does: what was allowed for one is then void. */
export const steersCommands = (path: string): boolean => steeringRuleOf(path) !== null;

type NameTest = (name: string) => boolean;

interface Compiled {
  readonly rule: SteeringRule;
  readonly names: readonly NameTest[];
  /** What lies below counts as well. */
  readonly deep: boolean;
}

/** A path is looked at from each of its names on; most names begin no pattern. */
const byFirstName = new Map<string, Compiled[]>();
/** Patterns whose first name has a wildcard: all of them for a path's last name, few for a folder. */
const wildcardNames: Compiled[] = [];
const wildcardFolders: Compiled[] = [];

for (const rule of steeringRules) for (const pattern of rule.patterns) compile(rule, pattern);

/** One look that rules out all of them, for nearly every name. */
const anyWildcard = new RegExp(
  steeringRules
    .flatMap(({ patterns }) => patterns.map((pattern) => pattern.split("/")[0] ?? ""))
    .filter((first) => first.includes("*"))
    .map((first) => `^${wildcardSource(first)}$`)
    .join("|"),
  "s",
);

function compile(rule: SteeringRule, pattern: string): void {
  const parts = pattern.split("/");
  const deep = parts.at(-1) === "**";
  if (deep) parts.pop();
  const compiled = { rule, deep, names: parts.map((part) => nameTest(part)) };
  const [first = ""] = parts;
  if (!first.includes("*")) {
    byFirstName.set(first, [...(byFirstName.get(first) ?? []), compiled]);
    return;
  }
  wildcardNames.push(compiled);
  if (deep || parts.length > 1) wildcardFolders.push(compiled);
}

function nameTest(part: string): NameTest {
  if (!part.includes("*")) return (name) => name === part;
  const expression = new RegExp(`^${wildcardSource(part)}$`, "s");
  return (name) => expression.test(name);
}

function wildcardSource(part: string): string {
  return part.replaceAll(/[.+^$()|[\]\\]/g, String.raw`\$&`).replaceAll("*", ".*");
}

function matches({ names, deep }: Compiled, path: readonly string[], from: number): boolean {
  const end = from + names.length;
  if (end > path.length || (!deep && end !== path.length)) return false;
  return names.every((test, index) => test(path[from + index] ?? ""));
}
