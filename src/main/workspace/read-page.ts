import { createHash } from "node:crypto";
import { binaryKind, headBytes } from "./file-kind.ts";
import { createLineCollector, type CollectedLines } from "./line-collector.ts";

/** What is read from: an open file (its FileHandle). */
export interface ReadableFile {
  stat(): Promise<{ readonly size: number }>;
  read(
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesRead: number }>;
}

export interface PageRequest {
  /** For naming the kind of a binary file. */
  readonly path: string;
  /** First line, from 1. */
  readonly offset: number;
  readonly limit: number;
  readonly signal?: AbortSignal;
}

export interface Page extends CollectedLines {
  readonly size: number;
  /** Git blob id of the whole file; null when it changed while it was read. */
  readonly blobId: string | null;
  /** The whole content, of files small enough to be kept for a later comparison. */
  readonly content: Uint8Array | null;
}

/** `binary` names the kind of a file that is not text; it is hashed all the same. */
export type PageOrBinary =
  | Page
  | { readonly binary: string; readonly size: number; readonly blobId: string | null };

const chunkBytes = 256 * 1024;
const keptBytes = 256 * 1024;

/** Reads one page of lines in a stream: the file is hashed and counted whole, but never held whole. */
export async function readPage(file: ReadableFile, request: PageRequest): Promise<PageOrBinary> {
  const { size } = await file.stat();
  const collector = createLineCollector(request);
  const hash = createHash("sha1").update(`blob ${size}\0`);
  const kept: Buffer[] = [];
  let position = 0;
  let binary: string | null = null;
  for (;;) {
    request.signal?.throwIfAborted();
    const chunk = Buffer.allocUnsafe(chunkBytes);
    const { bytesRead } = await file.read(chunk, 0, chunkBytes, position);
    if (bytesRead === 0) break;
    const bytes = chunk.subarray(0, bytesRead);
    if (position === 0) binary = binaryKind(bytes.subarray(0, headBytes), request.path);
    hash.update(bytes);
    if (binary === null) collector.push(bytes);
    if (size <= keptBytes) kept.push(bytes);
    position += bytesRead;
  }
  const unchanged = position === size && (await file.stat()).size === size;
  const blobId = unchanged ? hash.digest("hex") : null;
  if (binary !== null) return { binary, size: position, blobId };
  return {
    ...collector.end(),
    size: position,
    blobId,
    content: unchanged && size <= keptBytes ? Buffer.concat(kept) : null,
  };
}
