import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/** Every file, folder and link below a folder with its bytes, target and mode; `.git` and ignored ones included. */
export function treeOf(folder: string): Record<string, string> {
  const entries: Record<string, string> = {};
  const walk = (relative: string): void => {
    for (const name of readdirSync(join(folder, relative)).toSorted()) {
      const path = relative === "" ? name : `${relative}/${name}`;
      const stats = lstatSync(join(folder, path));
      const mode = (stats.mode & 0o7777).toString(8);
      if (stats.isSymbolicLink()) entries[path] = `link ${readlinkSync(join(folder, path))}`;
      else if (stats.isDirectory()) {
        entries[path] = `folder ${mode}`;
        walk(path);
      } else if (!stats.isFile()) {
        // Reading a pipe would wait for its writer.
        entries[path] = `special ${mode}`;
      } else
        entries[path] = `file ${mode} ${createHash("sha256")
          .update(readFileSync(join(folder, path)))
          .digest("hex")}`;
    }
  };
  walk("");
  return entries;
}
