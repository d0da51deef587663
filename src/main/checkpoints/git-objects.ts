import { createHash } from "node:crypto";
import { bytesOfPath } from "../workspace/path-bytes.ts";

/** A git object in memory: its id and the bytes that are hashed (header included). */
export interface GitObject {
  readonly id: string;
  readonly bytes: Buffer;
}

const objectKinds = ["blob", "tree", "commit"] as const;
type ObjectKind = (typeof objectKinds)[number];

function objectOf(kind: ObjectKind, content: Uint8Array): GitObject {
  const bytes = Buffer.concat([Buffer.from(`${kind} ${content.byteLength}\0`), content]);
  return { id: createHash("sha1").update(bytes).digest("hex"), bytes };
}

export const blobObject = (content: Uint8Array): GitObject => objectOf("blob", content);

/** The content of an object, without its header. */
export function contentOf(bytes: Buffer): Buffer {
  return bytes.subarray(bytes.indexOf(0) + 1);
}

/** What an object is, and where its content starts; undefined when it is no object's header. */
export function headerOf(
  bytes: Buffer,
): { readonly kind: ObjectKind; readonly length: number } | undefined {
  const end = bytes.indexOf(0);
  const match = /^(blob|tree|commit) \d+$/.exec(bytes.toString("latin1", 0, Math.min(end, 32)));
  const kind = objectKinds.find((one) => one === match?.[1]);
  return kind === undefined ? undefined : { kind, length: end + 1 };
}

/** The objects that a commit or tree names, but for the commits before it. */
export function linkedObjects(bytes: Buffer): string[] {
  const header = headerOf(bytes);
  const content = contentOf(bytes);
  if (header?.kind === "commit") return [content.toString("latin1", 5, 45)];
  if (header?.kind !== "tree") return [];
  const ids: string[] = [];
  for (let offset = 0; offset < content.length;) {
    const name = content.indexOf(0, offset);
    if (name === -1) break;
    ids.push(content.toString("hex", name + 1, name + 21));
    offset = name + 21;
  }
  return ids;
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
