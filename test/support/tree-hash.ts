import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { pathFromBytes, rawPath } from "../../src/main/workspace/path-bytes.ts";

/** Every file, folder and link below a folder with its bytes, target and mode; `.git` and ignored ones included. */
export function treeOf(folder: string): Record<string, string> {
  const entries: Record<string, string> = {};
  const walk = (relative: string): void => {
    const names = readdirSync(rawPath(join(folder, relative)), { encoding: "buffer" });
    for (const name of names.map(pathFromBytes).toSorted()) {
      const path = relative === "" ? name : `${relative}/${name}`;
      const absolute = rawPath(join(folder, path));
      const stats = lstatSync(absolute);
      const mode = (stats.mode & 0o7777).toString(8);
      if (stats.isSymbolicLink()) entries[path] = `link ${readlinkSync(absolute)}`;
      else if (stats.isDirectory()) {
        entries[path] = `folder ${mode}`;
        walk(path);
      } else if (!stats.isFile()) {
        // Reading a pipe would wait for its writer.
        entries[path] = `special ${mode}`;
      } else
        entries[path] = `file ${mode} ${createHash("sha256")
          .update(readFileSync(absolute))
          .digest("hex")}`;
    }
  };
  walk("");
  return entries;
}
