import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createHash } from "node:crypto";

/** What is at a path. Contents and targets are bytes, carried as Latin-1 text so that they compare and print as they are. */
export type Node =
  | { readonly kind: "file"; readonly content: string; readonly mode: number }
  | { readonly kind: "link"; readonly target: string }
  | { readonly kind: "folder"; readonly mode: number };

export type Tree = Map<string, Node>;

/** The bytes that a path of the service stands for: U+DC80–U+DCFF are single bytes. Written anew here: the code under test has its own. */
export function bytesOf(path: string): Buffer {
  return Buffer.concat(
    Array.from(path, (character) => {
      const code = character.charCodeAt(0);
      return code >= 0xdc80 && code <= 0xdcff
        ? Buffer.of(code - 0xdc00)
        : Buffer.from(character, "utf8");
    }),
  );
}

function nameOf(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  if (Buffer.from(text, "utf8").equals(bytes)) return text;
  return Array.from(bytes, (byte) => String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte)).join(
    "",
  );
}

export const at = (root: string, path: string): Buffer =>
  Buffer.concat([Buffer.from(`${root}/`), bytesOf(path)]);

/** Everything below a folder but the `.git` in it. What goes while it is read is not there. */
export function readTree(root: string): Tree {
  const tree: Tree = new Map();
  const walk = (folder: string): void => {
    const names = orGone(() =>
      readdirSync(folder === "" ? root : at(root, folder), { encoding: "buffer" }),
    );
    for (const bytes of names ?? []) {
      const name = nameOf(bytes);
      if (folder === "" && name === ".git") continue;
      const path = folder === "" ? name : `${folder}/${name}`;
      const node = orGone(() => readNode(at(root, path)));
      if (node === null) continue;
      tree.set(path, node);
      if (node.kind === "folder") walk(path);
    }
  };
  walk("");
  return tree;
}

function orGone<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

function readNode(file: Buffer): Node {
  const stats = lstatSync(file);
  const mode = stats.mode & 0o7777;
  if (stats.isSymbolicLink())
    return { kind: "link", target: readlinkSync(file, { encoding: "buffer" }).toString("latin1") };
  if (stats.isDirectory()) return { kind: "folder", mode };
  return { kind: "file", content: readFileSync(file).toString("latin1"), mode };
}

/** Empties the folder but for `.git`, and makes it hold this tree. */
export function plantTree(root: string, tree: Tree): void {
  for (const name of readdirSync(root, { encoding: "buffer" }))
    if (name.toString("latin1") !== ".git")
      rmSync(Buffer.concat([Buffer.from(`${root}/`), name]), { recursive: true, force: true });
  for (const [path, node] of tree) {
    const file = at(root, path);
    if (node.kind === "folder") mkdirSync(file);
    else if (node.kind === "link") symlinkSync(Buffer.from(node.target, "latin1"), file);
    else writeFileSync(file, Buffer.from(node.content, "latin1"));
    if (node.kind !== "link") chmodSync(file, node.mode);
  }
}

export function sameContent(a: Node | null, b: Node | null): boolean {
  if (a === null || b === null) return a === b;
  if (a.kind === "file") return b.kind === "file" && a.content === b.content;
  if (a.kind === "link") return b.kind === "link" && a.target === b.target;
  return b.kind === "folder";
}

export function sameNode(a: Node | null, b: Node | null): boolean {
  if (!sameContent(a, b)) return false;
  return a === null || b === null || a.kind === "link" || b.kind === "link" || a.mode === b.mode;
}

/** The paths at which two trees differ, sorted. */
export function differences(a: Tree, b: Tree): string[] {
  const paths = [...new Set([...a.keys(), ...b.keys()])];
  return paths.filter((path) => !sameNode(a.get(path) ?? null, b.get(path) ?? null)).toSorted();
}

/** The folders above a path, outermost first. */
export function foldersAbove(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

/** Whether a file could stand at the path: all that is above it are folders, or missing. */
export const isReachable = (tree: Tree, path: string): boolean =>
  foldersAbove(path).every((folder) => {
    const node = tree.get(folder);
    return node === undefined || node.kind === "folder";
  });

export const isEmptyFolder = (tree: Tree, path: string): boolean =>
  tree.get(path)?.kind === "folder" &&
  ![...tree.keys()].some((other) => other.startsWith(`${path}/`));

export const newFolderMode = 0o777 & ~process.umask();
export const newFileMode = 0o666 & ~process.umask();

/** Git's id of the bytes as a blob. */
export function gitId(content: string): string {
  const bytes = Buffer.from(content, "latin1");
  return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}

/** A node as a line of a report. */
export function show(node: Node | null | undefined): string {
  if (node === null || node === undefined) return "nothing";
  if (node.kind === "link") return `link ${JSON.stringify(node.target)}`;
  const mode = node.mode.toString(8);
  return node.kind === "folder" ? `folder ${mode}` : `${mode} ${JSON.stringify(node.content)}`;
}
