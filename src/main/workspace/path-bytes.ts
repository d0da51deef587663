/** Bytes of a name that are no UTF-8 are carried as these lone surrogates: U+DC80 for 0x80 up to U+DCFF for 0xFF. */
const escapeBase = 0xdc00;

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A name as text: UTF-8 as it is, every other byte as one lone surrogate. Two names of different bytes never become the same text. */
export function pathFromBytes(bytes: Uint8Array): string {
  const whole = decoded(bytes);
  if (whole !== undefined) return whole;
  let text = "";
  for (let index = 0; index < bytes.length;) {
    const length = sequenceLength(bytes[index] ?? 0);
    const part = decoded(bytes.subarray(index, index + length));
    text += part ?? String.fromCharCode(escapeBase + (bytes[index] ?? 0));
    index += part === undefined ? 1 : length;
  }
  return text;
}

/** What the system calls it: the text itself, or its bytes where they are no UTF-8. The reverse of `pathFromBytes`. */
export function rawPath(path: string): string | Buffer {
  return path.isWellFormed() ? path : bytesOfPath(path);
}

/** The bytes of a name. A lone surrogate that stands for no byte becomes U+FFFD, as everywhere in Node. */
export function bytesOfPath(path: string): Buffer {
  if (path.isWellFormed()) return Buffer.from(path, "utf8");
  return Buffer.concat(
    Array.from(path, (character) => {
      const code = character.charCodeAt(0);
      const isEscape = character.length === 1 && code >= 0xdc80 && code <= 0xdcff;
      return isEscape ? Buffer.of(code - escapeBase) : Buffer.from(character, "utf8");
    }),
  );
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

/** How many bytes a sequence has that starts like this; 1 for what starts none. */
function sequenceLength(first: number): number {
  if (first >= 0xf0) return 4;
  if (first >= 0xe0) return 3;
  return first >= 0xc0 ? 2 : 1;
}
