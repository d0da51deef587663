import { existsSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SessionId } from "../../shared/ids.ts";
import type { Journal } from "./journal.ts";

/**
 * The bare git repository that any git can read. It is derived from the journal, without fsync: what a power cut takes away is
 * written again from there.
 */
export interface GitStore {
  /** Makes loose objects of these ids, and the session's ref point at the commit. */
  publish(
    ids: readonly string[],
    ref: { readonly sessionId: SessionId; readonly commit: string },
  ): Promise<void>;
  /** Whether the object is there already. */
  holds(id: string): boolean;
}

const config = `[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = true
[gc]
\tauto = 0
`;

const description =
  "Checkpoints of Belay. Derived from ../journal; safe to read with any git, not to be written to.\n";

/** Opens or makes the repository in `folder`. */
export async function openGitStore(folder: string, journal: Journal): Promise<GitStore> {
  for (const name of ["objects/info", "objects/pack", "refs/heads", "refs/belay"])
    await mkdir(join(folder, name), { recursive: true, mode: 0o700 });
  if (!existsSync(join(folder, "HEAD"))) {
    await writeFile(join(folder, "config"), config, { mode: 0o600 });
    await writeFile(join(folder, "description"), description, { mode: 0o600 });
    await writeFile(join(folder, "HEAD"), "ref: refs/heads/none\n", { mode: 0o600 });
  }
  const objectPath = (id: string): string => join(folder, "objects", id.slice(0, 2), id.slice(2));
  const holds = (id: string): boolean => existsSync(objectPath(id));

  async function writeObject(id: string): Promise<void> {
    if (holds(id)) return;
    await mkdir(join(folder, "objects", id.slice(0, 2)), { recursive: true, mode: 0o700 });
    await replace(objectPath(id), await journal.compressed(id));
  }

  return {
    holds,
    async publish(ids, { sessionId, commit }) {
      for (const id of ids) await writeObject(id);
      await replace(join(folder, "refs/belay", sessionId), `${commit}\n`);
    },
  };
}

async function replace(path: string, content: Buffer | string): Promise<void> {
  const temporary = `${path}.${process.pid}.new`;
  await writeFile(temporary, content, { mode: 0o600 });
  await rename(temporary, path);
}
