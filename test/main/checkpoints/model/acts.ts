import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { contents, type Act, type Content } from "./steps.ts";
import { at, foldersAbove, isReachable, type Node, type Tree } from "./tree.ts";

/** Gives words that are nowhere else. */
export type Words = () => string;

export function createWords(): Words {
  let count = 0;
  return () => `w${(count += 1)}`;
}

/** The bytes that a content stands for where this is there now. */
export function contentOf(content: Content, now: string | null, word: Words): string {
  if ("whole" in content) return (contents[content.whole] ?? "").replaceAll("§", word());
  const lines = (now ?? "").split(/(?<=\n)/).filter((line) => line !== "");
  if ("lines" in content) {
    const changed = new Set(content.lines.map((line) => line % Math.max(1, lines.length)));
    return lines
      .map((line, index) => (changed.has(index) ? `${word()}${endOf(line)}` : line))
      .join("");
  }
  const index = lines.length === 0 ? 0 : content.line % lines.length;
  const end = endOf(lines[index] ?? "\n");
  if (content.how === "delete") lines.splice(index, 1);
  else lines.splice(index, content.how === "replace" ? 1 : 0, `${word()}${end}`);
  return lines.join("");
}

const endOf = (line: string): string =>
  line.endsWith("\r\n") ? "\r\n" : line.endsWith("\n") ? "\n" : "";

/** Does it as a person's programs would; what the system refuses does not happen. */
export function perform(root: string, act: Act, word: Words): void {
  try {
    doAct(root, act, word);
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
  }
}

function doAct(root: string, act: Act, word: Words): void {
  const file = at(root, act.path);
  switch (act.act) {
    case "write": {
      makeFolders(root, act.path);
      const stats = lstatSync(file, { throwIfNoEntry: false });
      if (stats?.isSymbolicLink() === true || stats?.isDirectory() === true) return;
      const now = stats === undefined ? null : readFileSync(file).toString("latin1");
      const bytes = Buffer.from(contentOf(act.content, now, word), "latin1");
      if (!act.byRename) return writeFileSync(file, bytes);
      const other = Buffer.concat([file, Buffer.from("~")]);
      writeFileSync(other, bytes, { mode: stats === undefined ? 0o644 : stats.mode & 0o777 });
      return renameSync(other, file);
    }
    case "delete":
      return rmSync(file, { recursive: true });
    case "rename":
      makeFolders(root, act.to);
      return renameSync(file, at(root, act.to));
    case "chmod":
      if (!lstatSync(file).isSymbolicLink()) chmodSync(file, act.mode);
      return undefined;
    case "link":
      makeFolders(root, act.path);
      if (lstatSync(file, { throwIfNoEntry: false })?.isFile() === true) rmSync(file);
      return symlinkSync(act.target, file);
    case "folder":
      makeFolders(root, act.path);
      mkdirSync(file);
      return chmodSync(file, act.mode);
  }
}

/** Never through a link: a person would leave the folder. */
function makeFolders(root: string, path: string): void {
  for (const folder of foldersAbove(path)) {
    const stats = lstatSync(at(root, folder), { throwIfNoEntry: false });
    if (stats === undefined) mkdirSync(at(root, folder));
    else if (!stats.isDirectory()) rmSync(at(root, folder));
  }
}

/** Where a tool may write: a regular file that can be written, or nothing in folders. */
export function isWritable(tree: Tree, path: string): boolean {
  const node: Node | undefined = tree.get(path);
  if (!isReachable(tree, path)) return false;
  return node === undefined || (node.kind === "file" && (node.mode & 0o200) !== 0);
}
