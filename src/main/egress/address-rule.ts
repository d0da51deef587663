import { readAddress, type AddressBytes } from "./read-address.ts";

/** What an address leads to, by the special-purpose registries of IANA and the documents of the clouds that serve metadata. */
export type AddressKind =
  | "public"
  | "loopback"
  | "private"
  | "link-local"
  | "metadata"
  | "multicast"
  | "unspecified"
  | "reserved"
  /** Programs read it differently, and not as the same kind. */
  | "ambiguous"
  | "not-an-address";

/** What a person has opened beyond public addresses. Everything else stays closed, whatever is granted. */
export interface AddressGrant {
  readonly loopback?: boolean;
  readonly private?: boolean;
}

/**
 * Whether a connection may be made to this address, in whatever spelling. Public ones may be reached, this machine and private
 * networks by their grant only; link-local, metadata, multicast and reserved ones never. Give it the resolved address, and connect to that.
 */
export function mayReach(address: string, grant: AddressGrant = {}): boolean {
  const kind = kindOfAddress(address);
  if (kind === "loopback") return grant.loopback === true;
  if (kind === "private") return grant.private === true;
  return kind === "public";
}

/** The kind of an address in any spelling: octal, hexadecimal, one integer, mapped, translated, tunnelled, with a zone. */
export function kindOfAddress(address: string): AddressKind {
  const kinds = new Set(readAddress(address).map(kindOfBytes));
  const [kind] = kinds;
  if (kind === undefined) return "not-an-address";
  return kinds.size === 1 ? kind : "ambiguous";
}

type Row = readonly [range: string, kind: AddressKind];

/** The first row that holds an address decides. */
const ipv4Rows: readonly Row[] = [
  // Metadata: AWS, Azure, Google and most others; AWS containers; Oracle; Azure's host; Alibaba Cloud.
  ["169.254.169.254/32", "metadata"],
  ["169.254.170.0/24", "metadata"],
  ["192.0.0.192/32", "metadata"],
  ["168.63.129.16/32", "metadata"],
  ["100.100.100.200/32", "metadata"],
  // Linux connects 0.0.0.0 to this machine.
  ["0.0.0.0/8", "unspecified"],
  ["10.0.0.0/8", "private"],
  // Carriers' NAT, overlay networks, and Alibaba Cloud's own services.
  ["100.64.0.0/10", "private"],
  ["127.0.0.0/8", "loopback"],
  ["169.254.0.0/16", "link-local"],
  ["172.16.0.0/12", "private"],
  ["192.0.0.0/24", "reserved"],
  // For documents, so nowhere on the internet; networks of virtual machines give them to mirrors, so that a grant can open them.
  ["192.0.2.0/24", "private"],
  ["192.88.99.0/24", "reserved"],
  ["192.168.0.0/16", "private"],
  // For benchmarks by the registry; local proxies hand it out for every name, so that a grant can open it.
  ["198.18.0.0/15", "private"],
  ["198.51.100.0/24", "private"],
  ["203.0.113.0/24", "private"],
  ["224.0.0.0/4", "multicast"],
  ["240.0.0.0/4", "reserved"],
  ["0.0.0.0/0", "public"],
];

const ipv6Rows: readonly Row[] = [
  ["::/128", "unspecified"],
  ["::1/128", "loopback"],
  // Metadata: AWS (also its container agents), Google.
  ["fd00:ec2::/32", "metadata"],
  ["fd20:ce::254/128", "metadata"],
  // NAT64 of a network's own choice: where in it the IPv4 address lies is not to be known.
  ["64:ff9b:1::/48", "reserved"],
  ["100::/64", "reserved"],
  // Teredo, benchmarks, identifiers.
  ["2001::/23", "reserved"],
  ["2001:db8::/32", "reserved"],
  ["3fff::/20", "reserved"],
  ["fc00::/7", "private"],
  ["fe80::/10", "link-local"],
  // Site-local, given up, but still taken for private.
  ["fec0::/10", "private"],
  ["ff00::/8", "multicast"],
  ["2000::/3", "public"],
  ["::/0", "reserved"],
];

/** IPv6 addresses that carry an IPv4 address: the kind is that of what they carry. */
const carriers: readonly (readonly [range: string, firstByte: number])[] = [
  ["::ffff:0:0/96", 12], // mapped
  ["::ffff:0:0:0/96", 12], // translated
  ["64:ff9b::/96", 12], // NAT64
  ["2002::/16", 2], // 6to4
  ["::/96", 12], // compatible, given up
];

interface Range {
  readonly bytes: AddressBytes;
  readonly bits: number;
}

const rules = {
  ipv4: ipv4Rows.map(([range, kind]) => ({ range: readRange(range), kind })),
  ipv6: ipv6Rows.map(([range, kind]) => ({ range: readRange(range), kind })),
  carriers: carriers.map(([range, first]) => ({ range: readRange(range), first })),
};

function readRange(text: string): Range {
  const [address = "", bits = ""] = text.split("/");
  const [bytes] = readAddress(address);
  if (bytes === undefined) throw new Error(`${text} is no range`);
  return { bytes, bits: Number(bits) };
}

function kindOfBytes(bytes: AddressBytes): AddressKind {
  if (bytes.length === 4) return firstKind(rules.ipv4, bytes);
  const own = firstKind(rules.ipv6, bytes);
  if (own === "unspecified" || own === "loopback" || own === "metadata") return own;
  const carrier = rules.carriers.find(({ range }) => holds(range, bytes));
  if (carrier !== undefined)
    return firstKind(rules.ipv4, bytes.slice(carrier.first, carrier.first + 4));
  return own === "public" && isTunnelled(bytes) ? firstKind(rules.ipv4, bytes.slice(12)) : own;
}

/** ISATAP: an interface named after the IPv4 address that it tunnels to. */
const isTunnelled = (bytes: AddressBytes): boolean =>
  (bytes[8] === 0 || bytes[8] === 2) && bytes[9] === 0 && bytes[10] === 0x5e && bytes[11] === 0xfe;

function firstKind(
  rows: readonly { readonly range: Range; readonly kind: AddressKind }[],
  bytes: AddressBytes,
): AddressKind {
  return rows.find(({ range }) => holds(range, bytes))?.kind ?? "reserved";
}

function holds({ bytes: start, bits }: Range, bytes: AddressBytes): boolean {
  return start.every((byte, index) => {
    const kept = Math.min(8, Math.max(0, bits - index * 8));
    const mask = (0xff << (8 - kept)) & 0xff;
    return (byte & mask) === ((bytes[index] ?? 0) & mask);
  });
}
