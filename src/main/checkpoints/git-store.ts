import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeDurableFolder, type FileOps } from "./file-ops.ts";
import type { Journal } from "./journal.ts";

/**
 * The bare git repository that any git can read. It is derived from the journal, without fsync: what a power cut takes away is
 * written again from there.
 */
export interface GitStore {
  /** Makes a loose object of this id, unless it is there. */
  writeObject(id: string): Promise<void>;
  /** Makes the ref point at the object, which must have been written. */
  writeRef(name: string, target: string): Promise<void>;
  /** Puts another file of the repository in place, at once and whole. */
  replace(path: string, content: string): Promise<void>;
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
export async function openGitStore(
  folder: string,
  journal: Journal,
  ops: FileOps,
): Promise<GitStore> {
  // Packs are not derived: their folder must outlive a power cut.
  await makeDurableFolder(join(folder, "objects/pack"), ops);
  for (const name of ["objects/info", "refs/heads", "refs/belay", "refs/rescued"])
    await mkdir(join(folder, name), { recursive: true, mode: 0o700 });
  if (!existsSync(join(folder, "HEAD"))) {
    await writeFile(join(folder, "config"), config, { mode: 0o600 });
    await writeFile(join(folder, "description"), description, { mode: 0o600 });
    await writeFile(join(folder, "HEAD"), "ref: refs/heads/none\n", { mode: 0o600 });
  }
  const objectPath = (id: string): string => join(folder, "objects", id.slice(0, 2), id.slice(2));
  const holds = (id: string): boolean => existsSync(objectPath(id));

  // Where git looks for no object and no ref, under a name that it takes for a leftover of its own.
  async function replace(path: string, content: Buffer | string): Promise<void> {
    const temporary = join(folder, "objects", `tmp_obj_${randomBytes(8).toString("hex")}`);
    await writeFile(temporary, content, { mode: 0o600, flag: "wx" });
    await rename(temporary, path);
  }

  return {
    holds,
    replace,
    async writeObject(id) {
      if (holds(id)) return;
      // What was folded meanwhile is in a pack, where git finds it too.
      const bytes = await journal.compressed(id);
      if (bytes === undefined) return;
      await mkdir(join(folder, "objects", id.slice(0, 2)), { recursive: true, mode: 0o700 });
      await replace(objectPath(id), bytes);
    },
    async writeRef(name, target) {
      const file = join(folder, name);
      const known = await readFile(file, "utf8").catch(() => "");
      if (known !== `${target}\n`) await replace(file, `${target}\n`);
    },
  };
}
