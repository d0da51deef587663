import { isUtf8 } from "node:buffer";
import { createTwoFilesPatch, diffLines } from "diff";
import type { FileChange } from "../../shared/diff.ts";

/** Time after which counting changed lines gives way to counting all of them. */
const patienceMs = 500;
const noBytes = new Uint8Array();

export interface ChangedFile {
  readonly path: string;
  readonly kind: FileChange["kind"];
  readonly from?: string;
  /** Null = there was, or is, no file. */
  readonly before: Uint8Array | null;
  readonly after: Uint8Array | null;
}

/** What changed in one file, in lines. */
export function countChange({ path, kind, from, before, after }: ChangedFile): FileChange {
  const base = { path, kind, ...(from === undefined ? {} : { from }) };
  const old = before ?? noBytes;
  const next = after ?? noBytes;
  if (isBinary(old) || isBinary(next)) return { ...base, added: 0, removed: 0, binary: true };
  const oldText = Buffer.from(old).toString("latin1");
  const nextText = Buffer.from(next).toString("latin1");
  const parts = diffLines(oldText, nextText, { timeout: patienceMs });
  const added =
    parts === undefined ? countLines(nextText) : sum(parts.filter((part) => part.added));
  const removed =
    parts === undefined ? countLines(oldText) : sum(parts.filter((part) => part.removed));
  return { ...base, added, removed, binary: false };
}

/** "+3 −1" as results and cards write it. */
export const changeNumbers = (change: FileChange): string =>
  change.binary ? "binary" : `+${change.added} −${change.removed}`;

const isBinary = (bytes: Uint8Array): boolean => bytes.subarray(0, 8192).includes(0);
const sum = (parts: readonly { readonly count: number }[]): number =>
  parts.reduce((total, part) => total + part.count, 0);
const countLines = (text: string): number =>
  text === "" ? 0 : text.split("\n").length - (text.endsWith("\n") ? 1 : 0);

const shownDiff = 3000;
const utf8 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");

/** A unified diff for a model, cut at about 3,000 characters; null when the bytes are no text or differ too much to tell quickly. */
export function shortDiff(path: string, before: Uint8Array, after: Uint8Array): string | null {
  if (!isUtf8(before) || !isUtf8(after) || isBinary(before) || isBinary(after)) return null;
  const patch = createTwoFilesPatch(path, path, utf8(before), utf8(after), "", "", {
    context: 2,
    timeout: patienceMs,
  });
  if (patch === undefined) return null;
  const body = patch.split("\n").slice(3).join("\n").trimEnd();
  return body.length <= shownDiff ? body : `${body.slice(0, shownDiff)}\n… diff cut`;
}
