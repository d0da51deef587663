import { extname } from "node:path";

/** First bytes of formats that are not text. Sources: the formats' own specifications. */
const signatures: readonly (readonly [string, string])[] = [
  ["89504e470d0a1a0a", "PNG image"],
  ["ffd8ff", "JPEG image"],
  ["474946383761", "GIF image"],
  ["474946383961", "GIF image"],
  ["25504446", "PDF document"],
  ["504b0304", "ZIP archive (or a document or package in that format)"],
  ["504b0506", "ZIP archive"],
  ["1f8b", "gzip archive"],
  ["425a68", "bzip2 archive"],
  ["fd377a585a00", "xz archive"],
  ["28b52ffd", "zstd archive"],
  ["377abcaf271c", "7z archive"],
  ["7f454c46", "ELF program or library"],
  ["4d5a90", "Windows program or library"],
  ["cffaedfe", "macOS program or library"],
  ["cafebabe", "Java class or macOS program"],
  ["0061736d", "WebAssembly module"],
  ["53514c69746520666f726d6174203300", "SQLite database"],
  ["774f4646", "WOFF font"],
  ["774f4632", "WOFF2 font"],
  ["00010000", "TrueType font"],
  ["4f676753", "Ogg media"],
  ["494433", "MP3 audio"],
  ["664c6143", "FLAC audio"],
  ["1a45dfa3", "Matroska or WebM video"],
];

/** How many bytes are looked at. */
export const headBytes = 8192;

/** What kind of binary file begins like this; null for text. UTF-16 text, which tools cannot edit, is named as such. */
export function binaryKind(head: Uint8Array, path: string): string | null {
  const hex = Buffer.from(head.subarray(0, 16)).toString("hex");
  const known = signatures.find(([start]) => hex.startsWith(start));
  const hasNul = head.includes(0);
  if (hex.startsWith("fffe") || hex.startsWith("feff")) return "UTF-16 text";
  if (hex.startsWith("52494646") && hex.slice(16, 24) === "57454250") return "WebP image";
  // Short signatures could begin a text by chance: they count with a NUL byte or other control characters beside them.
  if (known !== undefined && (hasNul || controlShare(head) > 0.02)) return known[1];
  if (known?.[1] === "PDF document") return known[1];
  if (!hasNul && controlShare(head) <= 0.3) return null;
  const extension = extname(path).slice(1).toLowerCase();
  return extension === "" ? "binary file" : `binary file (.${extension})`;
}

/** Share of control characters that text does not use. */
function controlShare(bytes: Uint8Array): number {
  if (bytes.length === 0) return 0;
  let count = 0;
  for (const byte of bytes) {
    if (byte < 7 || (byte > 13 && byte < 27) || (byte > 27 && byte < 32) || byte === 127)
      count += 1;
  }
  return count / bytes.length;
}
