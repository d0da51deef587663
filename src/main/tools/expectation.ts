import { blobId } from "../workspace/blob-id.ts";
import type { ConfinedPath } from "../workspace/confine.ts";
import { linkTarget, type PathKind } from "../workspace/path-kind.ts";
import { failed, hashFresh } from "./stale-guard.ts";
import type { ToolContext, ToolResult } from "./tool.ts";

/** What a file that is to be moved or deleted must still be; or why it cannot be. */
export type Expected =
  | { readonly ok: true; readonly blobId: string; readonly size: number }
  | { readonly ok: false; readonly result: ToolResult };

/** A link is taken as itself, and needs no read: what it holds is its own name. */
export async function expectationOf(
  context: ToolContext,
  found: ConfinedPath & { readonly kind: PathKind },
): Promise<Expected> {
  const path = found.relative;
  switch (found.kind) {
    case "file": {
      return hashFresh(context, path);
    }
    case "link": {
      const target = await linkTarget(context.workspace, path);
      return { ok: true, blobId: blobId(target), size: target.length };
    }
    case "missing":
      return {
        ok: false,
        result: failed(`There is no file ${path}. Use find_files to look for it.`),
      };
    case "folder":
      return {
        ok: false,
        result: failed(
          `${path} is a folder. This works on single files; use a command for folders.`,
        ),
      };
    case "other":
      return {
        ok: false,
        result: failed(`${path} is no regular file (a device, socket or pipe).`),
      };
  }
}
