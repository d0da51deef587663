import { AppError } from "../../shared/errors.ts";
import type { ReadRegister } from "../tools/read-register.ts";
import { blobId } from "../workspace/blob-id.ts";
import { openForReading } from "../workspace/confine.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** How many files are compared before a turn, newest first: hashing must not delay the first token. */
const compared = 200;

/** Paths whose bytes are no longer what the session saw, gone ones included. */
export async function changedSinceSeen(
  workspace: Workspace,
  reads: ReadRegister,
): Promise<readonly string[]> {
  const entries = [...reads.entries()].slice(-compared);
  const changed = await Promise.all(
    entries.map(async ([path, seen]) =>
      (await currentBlobId(workspace, path)) === seen ? undefined : path,
    ),
  );
  return changed.filter((path) => path !== undefined).toSorted();
}

async function currentBlobId(workspace: Workspace, path: string): Promise<string | undefined> {
  try {
    await using file = await openForReading(workspace, path);
    return blobId(await file.readFile());
  } catch (error) {
    if (error instanceof AppError || (error instanceof Error && "code" in error)) return undefined;
    throw error;
  }
}
