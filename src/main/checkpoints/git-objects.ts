import { createHash } from "node:crypto";
import { bytesOfPath } from "../workspace/path-bytes.ts";

/** A git object in memory: its id and the bytes that are hashed (header included). */
export interface GitObject {
  readonly id: string;
  readonly bytes: Buffer;
}

type ObjectKind = "blob" | "tree" | "commit";

function objectOf(kind: ObjectKind, content: Uint8Array): GitObject {
  const bytes = Buffer.concat([Buffer.from(`${kind} ${content.byteLength}\0`), content]);
  return { id: createHash("sha1").update(bytes).digest("hex"), bytes };
}

export const blobObject = (content: Uint8Array): GitObject => objectOf("blob", content);

/** The content of an object, without its header. */
export function contentOf(bytes: Buffer): Buffer {
  return bytes.subarray(bytes.indexOf(0) + 1);
}

/** A file of a tree that is being built. Modes are git's: 100644, 100755, 120000. */
export interface TreeFile {
  readonly path: string;
  readonly mode: "100644" | "100755" | "120000";
  readonly id: string;
}

interface TreeNode {
  readonly files: Map<string, TreeFile>;
  readonly folders: Map<string, TreeNode>;
}

const emptyNode = (): TreeNode => ({ files: new Map(), folders: new Map() });

/**
 * Whether git takes this path in a tree and has nothing to say about it: `git fsck` refuses names that some file system takes for
 * `.git`, reads `.gitmodules` and `.gitattributes` wherever they lie, and dislikes links by some more names.
 */
export const fitsGitTree = (path: string, isLink: boolean): boolean =>
  !(isLink && /(?:^|\/)(?:\.gitignore|\.mailmap)$/i.test(path)) &&
  !path.split("/").some((part) => part === "" || /^\.\.?$/.test(part) || isReadByGit(part));

/** HFS+ ignores some characters in a name; NTFS takes "\" for a folder, ":" for a stream, drops dots and spaces at the end and has short names. */
function isReadByGit(part: string): boolean {
  const names = part
    .replaceAll(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, "")
    .split(/[\\:]/);
  return names.some((name) =>
    /^(?:\.git(?:modules|attributes)?|(?:gi|ma)[a-z0-9]{0,6}~\d+)[. ]*$/i.test(name),
  );
}

/** Trees for these files, the root last. */
export function treeObjects(files: readonly TreeFile[]): GitObject[] {
  const root = emptyNode();
  for (const file of files) {
    const parts = file.path.split("/");
    const name = parts.pop() ?? "";
    let node = root;
    for (const part of parts) {
      const next = node.folders.get(part) ?? emptyNode();
      node.folders.set(part, next);
      node = next;
    }
    node.files.set(name, file);
  }
  const objects: GitObject[] = [];
  writeNode(root, objects);
  return objects;
}

function writeNode(node: TreeNode, objects: GitObject[]): string {
  const entries = [
    ...Array.from(node.files, ([name, file]) => ({
      name,
      key: name,
      mode: file.mode as string,
      id: file.id,
    })),
    // Git sorts a folder as if its name ended in a slash.
    ...Array.from(node.folders, ([name, child]) => ({
      name,
      key: `${name}/`,
      mode: "40000",
      id: writeNode(child, objects),
    })),
  ].toSorted((a, b) => Buffer.compare(bytesOfPath(a.key), bytesOfPath(b.key)));
  const content = Buffer.concat(
    entries.flatMap((entry) => [
      Buffer.from(`${entry.mode} `),
      bytesOfPath(`${entry.name}\0`),
      Buffer.from(entry.id, "hex"),
    ]),
  );
  const tree = objectOf("tree", content);
  objects.push(tree);
  return tree.id;
}

export interface CommitText {
  readonly tree: string;
  readonly parent: string | null;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly message: string;
}

/** A commit by Belay itself, in UTC. */
export function commitObject(commit: CommitText): GitObject {
  const who = `Belay <belay@localhost> ${Math.floor(commit.at / 1000)} +0000`;
  const parent = commit.parent === null ? "" : `parent ${commit.parent}\n`;
  const text = `tree ${commit.tree}\n${parent}author ${who}\ncommitter ${who}\n\n${commit.message.replaceAll("\0", "")}\n`;
  return objectOf("commit", Buffer.from(text));
}
