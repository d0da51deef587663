import {
  blobObject,
  commitObject,
  fitsGitTree,
  treeObjects,
  type GitObject,
  type TreeFile,
} from "./git-objects.ts";
import { isChange } from "./operations.ts";
import { blobOf, type Entry, type Image, type Intent, type Left } from "./records.ts";
import type { State } from "./image.ts";

export interface CommitInput {
  readonly intent: Omit<Intent, "commit">;
  readonly parent: string | null;
  /** Pre- and post-contents by blob id. */
  readonly states: readonly State[];
  /** Of what stands of changes taken back in part. */
  readonly contents?: readonly Buffer[];
}

/**
 * The objects of a checkpoint: under `pre/` every path as it was, under `post/` as it becomes, and in `manifest.json` what a tree
 * cannot hold: absent paths, full modes, folders. Under `left/` is what stands of changes taken back in part. A path that git refuses in a tree, or would read itself, has its contents under
 * `other/`, by the number of its entry in the manifest.
 */
export function checkpointObjects(input: CommitInput): {
  readonly commit: string;
  readonly objects: readonly GitObject[];
} {
  const { intent, parent, states, contents = [] } = input;
  const bytes = [...states.map((state) => state.content), ...contents];
  const blobs = bytes.flatMap((content) => (content === null ? [] : [blobObject(content)]));
  const { id, kind, tool, sessionId, turnId, callId, at, entries, folders, left } = intent;
  const shown = entries.map(({ path, pre, post }) => ({ path, pre, post }));
  const manifest = blobObject(
    Buffer.from(
      `${JSON.stringify({ id, kind, tool, sessionId, turnId, callId, at, folders, entries: shown, left }, null, 1)}\n`,
    ),
  );
  const trees = treeObjects([
    ...entries.flatMap(treeFiles),
    ...left.flatMap(leftFiles),
    { path: "manifest.json", mode: "100644", id: manifest.id },
  ]);
  const commit = commitObject({
    tree: trees.at(-1)?.id ?? "",
    parent,
    at: Date.parse(at),
    message: messageFor(intent),
  });
  return { commit: commit.id, objects: [...blobs, manifest, ...trees, commit] };
}

function treeFiles(entry: Entry, index: number): TreeFile[] {
  const isLink = entry.pre.type === "link" || entry.post.type === "link";
  const isPlain = fitsGitTree(entry.path, isLink);
  const file = (side: "pre" | "post", image: Image): TreeFile[] => {
    const id = blobOf(image);
    if (id === null) return [];
    const path = isPlain ? `${side}/${entry.path}` : `other/${index}-${side}`;
    return [{ path, mode: gitMode(image), id }];
  };
  return [...file("pre", entry.pre), ...file("post", entry.post)];
}

const leftFiles = ({ pre, post }: Left, index: number): TreeFile[] =>
  Object.entries({ pre, post }).flatMap(([side, image]) => {
    const id = blobOf(image);
    return id === null ? [] : [{ path: `left/${index}-${side}`, mode: gitMode(image), id }];
  });

function gitMode(image: Image): TreeFile["mode"] {
  if (image.type === "link") return "120000";
  return image.type === "file" && (image.mode & 0o111) !== 0 ? "100755" : "100644";
}

function messageFor(intent: Omit<Intent, "commit">): string {
  const paths = intent.entries.map((entry) => JSON.stringify(entry.path));
  const subject = `${isChange(intent) ? intent.tool : intent.kind} ${paths.slice(0, 3).join(" ")}${paths.length > 3 ? ` and ${paths.length - 3} more` : ""}`;
  const trailers = [
    `Belay-Session: ${intent.sessionId}`,
    ...(intent.turnId === null ? [] : [`Belay-Turn: ${intent.turnId}`]),
    ...(intent.callId === null ? [] : [`Belay-Call: ${intent.callId}`]),
  ];
  return `${subject}\n\n${trailers.join("\n")}`;
}
