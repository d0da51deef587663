import { escapingLinks, escapingPaths, gitPaths } from "./escape-attempts.ts";

/** Paths that lead out of a project, by themselves or by what lies in it, or into what is git's. */
export const hostilePaths = (outside: string): readonly string[] => [
  ...escapingPaths,
  ...escapingLinks,
  ...gitPaths,
  `${outside}/secret`,
  `../${outside.split("/").at(-1) ?? ""}/in/secret`,
  "AGENTS.md/../../outside/secret",
  ".env/../../outside/secret",
  ".git/../../outside/secret",
  ".vscode/../out/secret",
];

export interface CallPlaces {
  readonly sessionId: string;
  readonly turnId: string;
  readonly workspace: string;
  readonly path: string;
  /** An entry of the timeline. */
  readonly entry: string;
}

/** A call of each operation that takes a path of the project, with this one. */
export function pathCalls({
  sessionId,
  turnId,
  workspace,
  path,
  entry,
}: CallPlaces): readonly { readonly operation: string; readonly input: unknown }[] {
  const target = { unit: "file", turnId, path };
  const whole = { unit: "turn", turnId };
  const point = { id: entry, side: "after" };
  return [
    { operation: "file.lines", input: { sessionId, path, line: 1 } },
    { operation: "timeline.file", input: { sessionId, point, path } },
    { operation: "timeline.tree", input: { sessionId, point, folder: path } },
    { operation: "trust.content", input: { workspace, path } },
    { operation: "trust.accept", input: { workspace, items: [{ path, hash: "0" }] } },
    { operation: "trust.withdraw", input: { workspace, paths: [path] } },
    { operation: "checkpoint.plan", input: { sessionId, target } },
    { operation: "checkpoint.patch", input: { sessionId, target } },
    { operation: "checkpoint.merge", input: { sessionId, target: whole, path } },
    {
      operation: "checkpoint.preview",
      input: { sessionId, target: whole, path, choice: "overwrite" },
    },
    { operation: "checkpoint.undo", input: { sessionId, target, conflicts: "overwrite" } },
  ];
}

/** A call of each tool that takes a path, with this one in each of its places. */
export function toolCalls(
  path: string,
): readonly { readonly name: string; readonly input: Readonly<Record<string, unknown>> }[] {
  return [
    { name: "list_files", input: { path, depth: 2 } },
    { name: "read_file", input: { path } },
    { name: "search_files", input: { pattern: "planted", path } },
    { name: "search_files", input: { pattern: "planted", glob: path } },
    { name: "find_files", input: { pattern: path } },
    { name: "find_files", input: { pattern: `${path}/*` } },
    { name: "write_file", input: { path, content: "pwned" } },
    { name: "edit_file", input: { path, old_string: "secret", new_string: "pwned" } },
    { name: "delete_file", input: { path } },
    { name: "move_file", input: { from: path, to: "taken" } },
    { name: "move_file", input: { from: "file", to: path } },
  ];
}
