import { AppError } from "../../shared/errors.ts";
import { codeOf, openForReading } from "./confine.ts";
import { pathKind } from "./path-kind.ts";
import type { Workspace } from "./workspace.ts";

/**
 * What ripgrep named, looked at again without following a link: it goes by path, and in a folder's place a link that leads out may
 * have been put while it ran. Answers what is really in the workspace.
 */
export async function confirmPaths(
  workspace: Workspace,
  paths: readonly string[],
): Promise<readonly string[]> {
  const inside = await Promise.all(
    paths.map((path) => orNull(async () => (await pathKind(workspace, path)).kind)),
  );
  return paths.filter((_, index) => inside[index] === "file");
}

/** Those of the lines that the workspace's own file has. */
export async function confirmLines<T extends { readonly raw: Buffer }>(
  workspace: Workspace,
  path: string,
  lines: readonly T[],
): Promise<readonly T[]> {
  const content = await orNull(async () => {
    await using file = await openForReading(workspace, path);
    return await file.readFile();
  });
  if (content === null) return [];
  const text = asUtf8(content);
  return lines.filter(({ raw }) => text.includes(raw));
}

/** As ripgrep reads it: by its byte order mark. */
function asUtf8(content: Buffer): Buffer {
  const encoding = { "\u00ff\u00fe": "utf-16le", "\u00fe\u00ff": "utf-16be" }[
    content.toString("latin1", 0, 2)
  ];
  return encoding === undefined ? content : Buffer.from(new TextDecoder(encoding).decode(content));
}

/** Null for what is gone by now, or not to be reached from inside. */
async function orNull<T>(look: () => Promise<T>): Promise<T | null> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof AppError || codeOf(error) !== undefined) return null;
    throw error;
  }
}
