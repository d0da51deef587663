/** What the first bytes of a tunnel are. */
export type FirstBytes =
  | { readonly kind: "incomplete" }
  /** No TLS. */
  | { readonly kind: "plain" }
  /** TLS to this server; null where it names none. */
  | { readonly kind: "tls"; readonly serverName: string | null }
  /** Begins like TLS, and is not. */
  | { readonly kind: "broken" };

const handshakeRecord = 22;
const clientHello = 1;
const serverNameExtension = 0;
const hostNameType = 0;
/** Far more than any client sends, with keys of every kind. */
const longestHello = 64 * 1024;

/** Reads the server name of a TLS ClientHello (RFC 8446 §4.1.2, RFC 6066 §3) that may come in pieces. Nothing is decrypted. */
export function readFirstBytes(bytes: Buffer): FirstBytes {
  if (bytes.length === 0) return { kind: "incomplete" };
  if (bytes[0] !== handshakeRecord) return { kind: "plain" };
  const handshake = joinRecords(bytes);
  if (handshake === null) return { kind: "broken" };
  if (handshake.length < 4) return { kind: "incomplete" };
  if (handshake[0] !== clientHello) return { kind: "broken" };
  const length = handshake.readUIntBE(1, 3);
  if (length > longestHello) return { kind: "broken" };
  if (handshake.length < length + 4) return { kind: "incomplete" };
  try {
    return {
      kind: "tls",
      serverName: serverNameOf(createReader(handshake.subarray(4, length + 4))),
    };
  } catch (error) {
    if (error instanceof RangeError) return { kind: "broken" };
    throw error;
  }
}

/** What the records carry, as far as it is there. Null when another kind of record comes in between, or an empty one. */
function joinRecords(bytes: Buffer): Buffer | null {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    // Early data may follow a whole hello; nothing comes into the middle of one.
    if (bytes[at] !== handshakeRecord) return isWhole(Buffer.concat(parts)) ? done() : null;
    if (bytes.length - at < 5) break;
    if (bytes[at + 1] !== 3) return null;
    const length = bytes.readUInt16BE(at + 3);
    if (length === 0) return null;
    parts.push(bytes.subarray(at + 5, at + 5 + length));
    at += 5 + length;
  }
  return done();

  function done(): Buffer {
    return Buffer.concat(parts);
  }
}

const isWhole = (handshake: Buffer): boolean =>
  handshake.length >= 4 && handshake.length >= handshake.readUIntBE(1, 3) + 4;

interface Reader {
  readonly left: number;
  number(bytes: 1 | 2): number;
  take(length: number): Reader;
  text(): string;
}

/** Throws RangeError past the end. */
function createReader(bytes: Buffer): Reader {
  let at = 0;
  function take(length: number): Buffer {
    if (length > bytes.length - at) throw new RangeError("past the end");
    at += length;
    return bytes.subarray(at - length, at);
  }
  return {
    get left() {
      return bytes.length - at;
    },
    number: (count) => take(count).readUIntBE(0, count),
    take: (length) => createReader(take(length)),
    text: () => bytes.subarray(at).toString("latin1"),
  };
}

function serverNameOf(hello: Reader): string | null {
  hello.take(2 + 32); // version, random
  hello.take(hello.number(1)); // session
  hello.take(hello.number(2)); // cipher suites
  hello.take(hello.number(1)); // compression
  if (hello.left === 0) return null;
  const extensions = hello.take(hello.number(2));
  const names: string[] = [];
  while (extensions.left > 0) {
    const type = extensions.number(2);
    const extension = extensions.take(extensions.number(2));
    if (type !== serverNameExtension) continue;
    const list = extension.take(extension.number(2));
    while (list.left > 0) {
      const isHost = list.number(1) === hostNameType;
      const name = list.take(list.number(2)).text();
      if (isHost) names.push(name);
    }
  }
  // Two names could be read as either by who answers.
  if (names.length > 1) throw new RangeError("more than one name");
  return names[0] ?? null;
}
