import type { BigIntStats } from "node:fs";
import { deflateSync, inflateSync } from "node:zlib";
import { createBlobHash } from "../../workspace/blob-id.ts";
import type { ScanFolder } from "../../workspace/scan/scan-folder.ts";

/** A content on its way into the store; `deflated` is null when the store has it. */
export interface ReadContent {
  readonly id: string;
  readonly deflated: Buffer | null;
}

/**
 * Reads, hashes and deflates a file or link, one part a step: a large file holds nobody up, and is never whole in memory. "changed":
 * it is no longer what `stats` says, or changed meanwhile.
 */
export function* readContent(
  folder: ScanFolder,
  file: { readonly name: string; readonly stats: BigIntStats },
  isStored: (id: string) => boolean,
): Generator<void, ReadContent | "changed" | "unreadable"> {
  const hash = createBlobHash(Number(file.stats.size));
  const parts = folder.read(file.name, file.stats);
  const deflated: Buffer[] = [];
  try {
    for (;;) {
      const part = parts.next();
      if (part.done === true) {
        if (part.value !== "whole") return part.value;
        break;
      }
      hash.update(part.value.bytes);
      if (part.value.isOnly) {
        const id = hash.digest("hex");
        return finishOnly(parts, { id, bytes: part.value.bytes }, isStored);
      }
      deflated.push(deflatePart(part.value.bytes));
      yield;
    }
  } finally {
    parts.return("changed");
  }
  const id = hash.digest("hex");
  return { id, deflated: isStored(id) ? null : joinParts(deflated) };
}

/** Of a small file only what is new is deflated. */
function finishOnly(
  parts: ReturnType<ScanFolder["read"]>,
  content: { readonly id: string; readonly bytes: Buffer },
  isStored: (id: string) => boolean,
): ReadContent | "changed" | "unreadable" {
  const deflated = isStored(content.id) ? null : deflatePart(content.bytes);
  const end = parts.next();
  if (end.done !== true) return "changed";
  return end.value === "whole" ? { id: content.id, deflated } : end.value;
}

/**
 * Deflated at level 1. Window, tables and output are cut to the size of the content: most files are small, and zlib's full tables
 * cost more than the work on them.
 */
function deflatePart(bytes: Buffer): Buffer {
  const size = bytes.length;
  const [windowBits, memLevel] = size <= 4096 ? [12, 5] : size <= 16_384 ? [14, 7] : [15, 8];
  const chunkSize = Math.min(64 * 1024, size + (size >> 10) + 64);
  return deflateSync(bytes, { level: 1, windowBits, memLevel, chunkSize });
}

/** Begins what is stored in parts: no zlib stream begins with it. Then each part with its length before it, in 4 bytes. */
const partsMark = 0;

function joinParts(parts: readonly Buffer[]): Buffer {
  const pieces = parts.flatMap((part) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(part.length);
    return [length, part];
  });
  return Buffer.concat([Buffer.of(partsMark), ...pieces]);
}

/** The content again. Throws what zlib throws for damaged bytes. */
export function inflateContent(stored: Buffer): Buffer {
  if (stored[0] !== partsMark) return inflateSync(stored);
  const parts: Buffer[] = [];
  for (let at = 1; at < stored.length;) {
    const from = at + 4;
    at = from + stored.readUInt32LE(at);
    parts.push(inflateSync(stored.subarray(from, at)));
  }
  return Buffer.concat(parts);
}
