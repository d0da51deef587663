import { isAbsolute, relative } from "node:path";
import { isSteering } from "../trust/steering-files.ts";

const readOnly = [
  /(?<path>[^\s'"“‘:(]+)['"”’]?: Read-only file system/gi,
  /EROFS: read-only file system, \w+ '(?<path>[^']+)'/g,
  /\[Errno 30\] Read-only file system: '(?<path>[^']+)'/g,
];
const noNetwork =
  /could not resolve host|EAI_AGAIN|ENOTFOUND|ENETUNREACH|network is unreachable|temporary failure in name resolution|failed to (?:lookup|resolve)|name or service not known/i;

const shown = 5;

export interface Wall {
  /** Of the workspace. */
  readonly root: string;
  /** The proxy has told which hosts were asked for: then no guess is needed. */
  readonly knowsHosts: boolean;
}

/**
 * What stood in a command's way, read from what it printed: for the model and the card only, nothing is decided by it. Each
 * line says what to ask for. Empty when nothing looks like the sandbox's wall.
 */
export function blockedLines(output: string, { root, knowsHosts }: Wall): readonly string[] {
  const paths = readOnly.flatMap((pattern) =>
    [...output.matchAll(pattern)].map(({ groups }) => groups?.["path"] ?? ""),
  );
  const lines = paths.filter((path) => path !== "").map((path) => lineFor(path, root));
  if (!knowsHosts && noNetwork.test(output))
    lines.push(
      'Blocked: the network. What is allowed is reached through HTTP_PROXY: run it again with needs ["network:HOST"] to ask for a host, or with ["no-sandbox"] if the program knows no proxy.',
    );
  return [...new Set(lines)].slice(0, shown);
}

function lineFor(path: string, workspace: string): string {
  const own = isAbsolute(path) ? relative(workspace, path) : path;
  if (/(^|\/)\.git(\/|$)/.test(own))
    return 'Blocked: a change of git\'s history. Run it again with needs ["git-history"] to ask for it.';
  if (!own.startsWith("..") && isSteering(own))
    return `Blocked: a change of ${own}, which steers what is executed here. Run it again with needs ["steering-files"] to ask for it.`;
  return isAbsolute(path)
    ? `Blocked: a write to ${path}. Run it again with needs ["write:FOLDER"] to ask for it, or write elsewhere.`
    : `Blocked: a write to ${path}, which is read-only for commands.`;
}
