import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, inflateSync } from "node:zlib";

/** Files under `folder` whose name or bytes hold `needle`: plain, base64, hex, UTF-16, or inside zlib or gzip (git's objects). */
export function findBytes(folder: string, needle: string): string[] {
  const plain = Buffer.from(needle);
  const forms = [
    plain,
    Buffer.from(plain.toString("base64").replace(/=+$/, "").slice(0, -2)),
    Buffer.from(plain.toString("hex")),
    Buffer.from(needle, "utf16le"),
  ];
  const holds = (bytes: Buffer): boolean => forms.some((form) => bytes.includes(form));
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => {
      const bytes = readFileSync(file);
      return holds(Buffer.from(file)) || holds(bytes) || holds(unpacked(bytes));
    });
}

function unpacked(bytes: Buffer): Buffer {
  for (const unpack of [inflateSync, gunzipSync]) {
    try {
      return unpack(bytes);
    } catch {
      // not packed that way
    }
  }
  return Buffer.alloc(0);
}
