import { randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";

/**
 * Format 2 of the journal and of its sealed segments. A file starts with its head, twice, so that no single damage takes it: magic ·
 * salt (16 random bytes) · length of the JSON (4) · CRC-32 of salt and JSON (4) · JSON. Then come records, each
 *
 *   salt 16 · position in the file 6 · flags 1 · zero 1 · length of the JSON 4 · number of links 4 · length of the body 4 ·
 *   CRC-32 of JSON and links 4 · CRC-32 of the body 4 · CRC-32 of these 44 bytes 4 · JSON · links of 24 · body
 *
 * A link is the id of an object (20) and its compressed length (4); the body is those objects that the record brings, deflated as
 * git stores them loose, one after the other. Salt and position tell a record from bytes that only look like one: a copy of a
 * journal inside a saved file lies elsewhere than it says of itself, and no other file has this salt.
 */
export const magic = Buffer.from("BELAYJL2", "latin1");
export const saltLength = 16;
export const prefixLength = 48;
export const linkLength = 24;
const headFixed = magic.length + saltLength + 8;

const flagDurable = 1;

export interface Link {
  readonly id: string;
  /** Compressed, as git stores it loose. */
  readonly length: number;
}

export interface Prefix {
  readonly isDurable: boolean;
  readonly jsonLength: number;
  readonly links: number;
  readonly bodyLength: number;
  readonly headCrc: number;
  readonly bodyCrc: number;
}

export interface RecordParts {
  readonly json: Buffer;
  /** First those that are in the body, in its order. */
  readonly links: readonly Link[];
  readonly body: readonly Buffer[];
  readonly isDurable: boolean;
}

export const newSalt = (): Buffer => randomBytes(saltLength);

/** The head of a file, both copies. */
export function encodeHead(salt: Buffer, value: unknown): Buffer {
  const json = Buffer.from(JSON.stringify(value));
  const numbers = Buffer.alloc(8);
  numbers.writeUInt32BE(json.length, 0);
  numbers.writeUInt32BE(crc32(json, crc32(salt)), 4);
  const copy = Buffer.concat([magic, salt, numbers, json]);
  return Buffer.concat([copy, copy]);
}

export interface Head {
  readonly salt: Buffer;
  readonly value: unknown;
  /** Where the records start. */
  readonly end: number;
}

/** The head at the start of these bytes, from whichever copy is sound. Undefined where there is none; `bytes` must hold both. */
export function decodeHead(bytes: Buffer): Head | undefined {
  const first = decodeCopy(bytes, 0);
  if (first !== undefined) return { ...first, end: first.end * 2 };
  for (let at = bytes.indexOf(magic, 1); at !== -1; at = bytes.indexOf(magic, at + 1)) {
    const second = decodeCopy(bytes, at);
    if (second !== undefined && second.end === at * 2) return second;
  }
  return undefined;
}

function decodeCopy(bytes: Buffer, at: number): Head | undefined {
  if (bytes.length - at < headFixed || !bytes.subarray(at, at + magic.length).equals(magic))
    return undefined;
  const salt = Buffer.from(bytes.subarray(at + magic.length, at + magic.length + saltLength));
  const length = bytes.readUInt32BE(at + magic.length + saltLength);
  const end = at + headFixed + length;
  if (end > bytes.length) return undefined;
  const json = bytes.subarray(at + headFixed, end);
  if (crc32(json, crc32(salt)) !== bytes.readUInt32BE(at + headFixed - 4)) return undefined;
  return { salt, value: JSON.parse(json.toString("utf8")), end };
}

/** The record as it stands at `position` of a file with this salt. */
export function encodeRecord(salt: Buffer, position: number, parts: RecordParts): Buffer {
  const links = encodeLinks(parts.links);
  const prefix = Buffer.alloc(prefixLength);
  salt.copy(prefix);
  prefix.writeUIntBE(position, 16, 6);
  prefix.writeUInt8(parts.isDurable ? flagDurable : 0, 22);
  prefix.writeUInt32BE(parts.json.length, 24);
  prefix.writeUInt32BE(parts.links.length, 28);
  prefix.writeUInt32BE(
    parts.body.reduce((sum, object) => sum + object.length, 0),
    32,
  );
  prefix.writeUInt32BE(crc32(links, crc32(parts.json)), 36);
  prefix.writeUInt32BE(
    parts.body.reduce((crc, object) => crc32(object, crc), 0),
    40,
  );
  prefix.writeUInt32BE(crc32(prefix.subarray(0, 44)), 44);
  return Buffer.concat([prefix, parts.json, links, ...parts.body]);
}

/** The prefix of the record at `position`; undefined where none begins. */
export function decodePrefix(salt: Buffer, position: number, bytes: Buffer): Prefix | undefined {
  if (
    bytes.length < prefixLength ||
    !bytes.subarray(0, saltLength).equals(salt) ||
    bytes.readUIntBE(16, 6) !== position ||
    bytes.readUInt32BE(44) !== crc32(bytes.subarray(0, 44))
  )
    return undefined;
  return {
    isDurable: (bytes.readUInt8(22) & flagDurable) !== 0,
    jsonLength: bytes.readUInt32BE(24),
    links: bytes.readUInt32BE(28),
    bodyLength: bytes.readUInt32BE(32),
    headCrc: bytes.readUInt32BE(36),
    bodyCrc: bytes.readUInt32BE(40),
  };
}

function encodeLinks(links: readonly Link[]): Buffer {
  const bytes = Buffer.alloc(links.length * linkLength);
  for (const [index, link] of links.entries()) {
    bytes.write(link.id, index * linkLength, "hex");
    bytes.writeUInt32BE(link.length, index * linkLength + 20);
  }
  return bytes;
}

export function decodeLinks(bytes: Buffer): Link[] {
  return Array.from({ length: Math.floor(bytes.length / linkLength) }, (_, index) => ({
    id: bytes.toString("hex", index * linkLength, index * linkLength + 20),
    length: bytes.readUInt32BE(index * linkLength + 20),
  }));
}
