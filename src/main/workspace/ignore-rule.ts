import { matchSegments, parseSegment, type Segment } from "./glob.ts";

/** One line of an ignore file, as git reads it (gitignore, "Pattern format"). */
interface IgnoreRule {
  readonly negated: boolean;
  readonly foldersOnly: boolean;
  readonly segments: readonly Segment[];
}

/** What an ignore file says of one path, its parents not asked: true, false, or undefined when it says nothing. */
export type IgnoreFile = (path: string, folder: boolean) => boolean | undefined;

const maxRules = 5000;

/** Reads an ignore file. Paths it is asked about are relative to the folder that it lies in. */
export function parseIgnoreFile(text: string): IgnoreFile {
  const rules = text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .slice(0, maxRules)
    .flatMap((line) => parseRule(line));
  return (path, folder) => {
    const names = path.split("/");
    const last = rules.findLast(
      (rule) => (folder || !rule.foldersOnly) && matchSegments(rule.segments, names),
    );
    return last === undefined ? undefined : !last.negated;
  };
}

function parseRule(line: string): IgnoreRule[] {
  if (line.startsWith("#")) return [];
  const negated = line.startsWith("!");
  const trimmed = (negated ? line.slice(1) : line).replace(/(?<!\\)[ \t]+$/, "");
  const foldersOnly = trimmed.endsWith("/");
  const body = foldersOnly ? trimmed.slice(0, -1) : trimmed;
  const parts = body.replace(/^\//, "").split("/");
  if (body === "" || parts.some((part) => part === "")) return [];
  const segments = parts.map((part): Segment => (part === "**" ? "deep" : parseSegment(part)));
  // Without a slash a name counts in every folder; "a/**" is what lies in a, not a itself.
  if (!body.includes("/")) segments.unshift("deep");
  if (segments.at(-1) === "deep") segments.push(parseSegment("*"));
  const once = segments.filter((part, index) => part !== "deep" || segments[index - 1] !== "deep");
  return [{ negated, foldersOnly, segments: once }];
}
