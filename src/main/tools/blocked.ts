import { isAbsolute, relative } from "node:path";
import type { Blocked } from "../../shared/blocked.ts";
import { grantableFolder } from "../shell/sandbox/grantable-folder.ts";
import { isSteering } from "../trust/steering-files.ts";
import { parseNeeds } from "./command-needs.ts";

const readOnly = [
  /(?:['"‘“](?<quoted>[^'"’”\n]+)['"’”]|(?<path>[^\s'"“‘:(]+)): Read-only file system/gi,
  /EROFS: read-only file system, \w+ '(?<path>[^']+)'/g,
  /\[Errno 30\] Read-only file system: '(?<path>[^']+)'/g,
];
const noNetwork =
  /could not resolve host|EAI_AGAIN|ENOTFOUND|ENETUNREACH|network is unreachable|temporary failure in name resolution|failed to (?:lookup|resolve)|name or service not known/i;

const shown = 5;

export interface WallOptions {
  /** Of the workspace. */
  readonly root: string;
  /** The proxy has told which hosts were asked for: then no guess is needed. */
  readonly knowsHosts: boolean;
}

/** A wall, and the line that tells a model what to ask for. */
export interface SeenWall extends Blocked {
  readonly line: string;
}

/**
 * What stood in a command's way, read from what it printed: nothing is decided by it. Empty when nothing looks like the sandbox's
 * wall.
 */
export function wallsIn(output: string, { root, knowsHosts }: WallOptions): readonly SeenWall[] {
  const paths = readOnly.flatMap((pattern) =>
    [...output.matchAll(pattern)].map(({ groups }) => groups?.["quoted"] ?? groups?.["path"] ?? ""),
  );
  // The error's own name stands where others have the path.
  const walls = paths
    .filter((path) => path !== "" && path !== "EROFS")
    .map((path) => wallAt(path, root));
  if (!knowsHosts && noNetwork.test(output)) walls.push(someNetwork);
  const byLine = new Map(walls.toReversed().map((wall) => [wall.line, wall]));
  return [...byLine.values()].toReversed().slice(0, shown);
}

const someNetwork: SeenWall = {
  wall: "network",
  place: "",
  need: null,
  line: 'Blocked: the network. What is allowed is reached through HTTP_PROXY: run it again with needs ["network:HOST"] to ask for a host, or with ["no-sandbox"] if the program knows no proxy.',
};

function wallAt(path: string, workspace: string): SeenWall {
  const own = isAbsolute(path) ? relative(workspace, path) : path;
  if (/(^|\/)\.git(\/|$)/.test(own))
    return {
      wall: "git-history",
      place: own,
      need: "git-history",
      line: 'Blocked: a change of git\'s history. Run it again with needs ["git-history"] to ask for it.',
    };
  if (!own.startsWith("..") && isSteering(own))
    return {
      wall: "steering-files",
      place: own,
      need: "steering-files",
      line: `Blocked: a change of ${own}, which steers what is executed here. Run it again with needs ["steering-files"] to ask for it.`,
    };
  if (!isAbsolute(path))
    return {
      wall: "read-only",
      place: path,
      need: null,
      line: `Blocked: a write to ${path}, which is read-only for commands.`,
    };
  const need = writeNeed(path, workspace);
  return {
    wall: need === null ? "read-only" : "write",
    place: path,
    need,
    line: `Blocked: a write to ${path}. Run it again with needs ["write:FOLDER"] to ask for it, or write elsewhere.`,
  };
}

/** Null where such a need would be refused. */
function writeNeed(path: string, workspace: string): string | null {
  const folder = grantableFolder(path, workspace);
  const need = folder === null ? null : `write:${folder}`;
  return need === null || !parseNeeds([need]).ok ? null : need;
}
