import { AppError } from "../../shared/errors.ts";
import type { ReadRegister } from "../tools/read-register.ts";
import { hashFile } from "../workspace/load-file.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** How many files are compared before a turn, newest first: hashing must not delay the first token. */
const compared = 200;

/** Hashed at once. Each is streamed, so that a huge one that was read by pages is not held whole. */
const atOnce = 8;

/** Paths whose bytes are no longer what the session saw, gone ones included. */
export async function changedSinceSeen(
  workspace: Workspace,
  reads: ReadRegister,
): Promise<readonly string[]> {
  const entries = [...reads.entries()].slice(-compared);
  const changed: string[] = [];
  for (let index = 0; index < entries.length; index += atOnce) {
    const some = entries.slice(index, index + atOnce);
    const current = await Promise.all(some.map(([path]) => currentBlobId(workspace, path)));
    changed.push(...some.flatMap(([path, seen], at) => (current[at] === seen ? [] : [path])));
  }
  return changed.toSorted();
}

async function currentBlobId(workspace: Workspace, path: string): Promise<string | undefined> {
  try {
    return (await hashFile(workspace, path))?.blobId;
  } catch (error) {
    if (error instanceof AppError || (error instanceof Error && "code" in error)) return undefined;
    throw error;
  }
}
