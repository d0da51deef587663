import { hashFile, loadFile, type LoadedFile } from "../workspace/load-file.ts";
import { blobId } from "../workspace/blob-id.ts";
import { shortDiff } from "./count-changes.ts";
import type { ToolContext, ToolResult } from "./tool.ts";

export const failed = (result: string): ToolResult => ({ status: "failed", result });

/** Why a file cannot be changed now, as a result for the model; null when this session saw it exactly as it is. */
export async function staleResult(
  context: ToolContext,
  path: string,
  current: string,
): Promise<ToolResult | null> {
  const seen = context.reads.seen(path);
  if (seen === current) return null;
  if (seen === undefined)
    return failed(`${path} exists and was not read in this session. Read it first, then decide.`);
  const before = context.reads.content(seen);
  const now = before === undefined ? null : await loadFile(context.workspace, path);
  const diff = before === undefined || now === null ? null : shortDiff(path, before, now.content);
  const changed = `${path} changed since you read it; nothing was written. Read it again: the change is the person's and must stay.`;
  return failed(diff === null ? changed : `${changed}\nWhat changed:\n${diff}`);
}

/** A file that may be changed, or the result that says why not. */
export type FreshFile =
  | { readonly ok: true; readonly file: LoadedFile }
  | { readonly ok: false; readonly result: ToolResult };

/** Loads a file that exists and is as this session saw it. */
export async function loadFresh(context: ToolContext, path: string): Promise<FreshFile> {
  const file = await loadFile(context.workspace, path);
  if (file === null)
    return {
      ok: false,
      result: failed(
        `There is no file ${path}. Use find_files to look for it, or write_file to make it.`,
      ),
    };
  const stale = await staleResult(context, path, file.blobId);
  return stale === null ? { ok: true, file } : { ok: false, result: stale };
}

/** As `loadFresh`, for files of any size that are only moved or deleted: answers the blob id and the size in bytes. */
export async function hashFresh(
  context: ToolContext,
  path: string,
): Promise<
  | { readonly ok: true; readonly blobId: string; readonly size: number }
  | { readonly ok: false; readonly result: ToolResult }
> {
  const file = await hashFile(context.workspace, path);
  if (file === null) return { ok: false, result: failed(`There is no file ${path}.`) };
  const stale = await staleResult(context, path, file.blobId);
  return stale === null ? { ok: true, ...file } : { ok: false, result: stale };
}

/** After a write of this session: what it wrote counts as read. */
export function rememberWritten(context: ToolContext, path: string, content: Uint8Array): void {
  const id = blobId(content);
  context.reads.record(path, id);
  context.reads.keep(id, content);
}
