import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import type { Image } from "../../src/main/checkpoints/records.ts";
import { blobId } from "../../src/main/workspace/blob-id.ts";
import { pathFromBytes, rawPath } from "../../src/main/workspace/path-bytes.ts";

/** Few names, so that they meet; some that trip up whoever takes a name for text, an option or a line. */
const names = ["a", "b", "c.txt", "-n", "new\nline", "é", "\udcff\udce9", " ", "z", "*"];

const name = fc.constantFrom(...names);
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
/** Contents of the same lengths over and over. */
const content = fc.constantFrom("", "one", "two", "tre", "longer than the rest", "\0\xff");

/** Something that a program does to a tree. What cannot be done there is not done. */
export type TreeStep =
  | { readonly step: "write"; readonly path: string; readonly content: string }
  | { readonly step: "write-back-dated"; readonly path: string; readonly content: string }
  | { readonly step: "remove"; readonly path: string }
  | { readonly step: "folder"; readonly path: string }
  | { readonly step: "link"; readonly path: string; readonly target: string }
  | { readonly step: "mode"; readonly path: string; readonly mode: number }
  | { readonly step: "move"; readonly path: string; readonly to: string }
  | { readonly step: "replace-by-folder"; readonly path: string };

export const treeStep: fc.Arbitrary<TreeStep> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ step: fc.constant("write" as const), path, content }) },
  {
    weight: 3,
    arbitrary: fc.record({ step: fc.constant("write-back-dated" as const), path, content }),
  },
  { weight: 2, arbitrary: fc.record({ step: fc.constant("remove" as const), path }) },
  { weight: 2, arbitrary: fc.record({ step: fc.constant("folder" as const), path }) },
  {
    weight: 1,
    arbitrary: fc.record({
      step: fc.constant("link" as const),
      path,
      target: fc.constantFrom("a", "..", "/", "b/c.txt", "nowhere"),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      step: fc.constant("mode" as const),
      path,
      mode: fc.constantFrom(0o600, 0o644, 0o755, 0o4755, 0o700),
    }),
  },
  { weight: 3, arbitrary: fc.record({ step: fc.constant("move" as const), path, to: path }) },
  { weight: 1, arbitrary: fc.record({ step: fc.constant("replace-by-folder" as const), path }) },
);

/** Does one step below `root`, as far as the tree allows it. */
export function takeStep(root: string, step: TreeStep): void {
  const target = rawPath(join(root, step.path));
  try {
    switch (step.step) {
      case "write":
        return writeFileSync(target, step.content, "latin1");
      case "write-back-dated": {
        // As `touch -d`, `cp -p` and tar do: mtime tells nothing, only ctime does.
        if (lstatSync(target, { throwIfNoEntry: false })?.isFile() === false) return;
        writeFileSync(target, step.content, "latin1");
        return utimesSync(target, 1, 1);
      }
      case "remove":
        return rmSync(target, { recursive: true, force: true });
      case "folder":
        return void mkdirSync(target, { recursive: true });
      case "link":
        rmSync(target, { force: true });
        return symlinkSync(step.target, target);
      case "mode":
        if (lstatSync(target).isSymbolicLink()) return;
        return chmodSync(target, step.mode);
      case "move":
        return renameSync(target, rawPath(join(root, step.to)));
      case "replace-by-folder":
        rmSync(target, { force: true });
        mkdirSync(target);
        return writeFileSync(rawPath(join(root, step.path, "in")), "in");
    }
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
  }
}

/** Every path below `root` as an image, from a full reading: what a look must agree with. */
export function imagesOf(root: string): ReadonlyMap<string, Image> {
  const images = new Map<string, Image>();
  const walk = (folder: string): void => {
    for (const bytes of readdirSync(rawPath(join(root, folder)), "buffer")) {
      const own = folder === "" ? pathFromBytes(bytes) : `${folder}/${pathFromBytes(bytes)}`;
      const target = rawPath(join(root, own));
      const stats = lstatSync(target);
      const mode = stats.mode & 0o7777;
      if (stats.isSymbolicLink())
        images.set(own, { type: "link", blob: blobId(readlinkSync(target, "buffer")) });
      else if (stats.isDirectory()) {
        images.set(own, { type: "folder", mode });
        walk(own);
      } else {
        const bytesOf = readFileSync(target);
        images.set(own, { type: "file", blob: blobId(bytesOf), mode, size: bytesOf.length });
      }
    }
  };
  walk("");
  return images;
}
