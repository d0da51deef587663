/** The bytes of an address: 4 of IPv4, 16 of IPv6. */
export type AddressBytes = readonly number[];

/**
 * Every reading of a text as an IP address: IPv4 as inet_aton takes it (1 to 4 parts, each decimal, octal or hexadecimal), IPv6 with
 * brackets and zone. Empty for what is none. More than one where programs differ: "010.0.0.1" begins with 8 to one, with 10 to another.
 */
export function readAddress(text: string): readonly AddressBytes[] {
  if (text.length > longestText) return [];
  // Full-width digits and the ideographic full stop are taken by URL parsers.
  const plain = text.normalize("NFKC").replaceAll("。", ".").toLowerCase();
  const unwrapped = /^\[(.*)\]$/.exec(plain)?.[1] ?? plain;
  if (unwrapped.includes(":")) {
    const bytes = readIPv6(unwrapped.replace(/%.*$/, ""));
    return bytes === undefined ? [] : [bytes];
  }
  const readings = [readIPv4(unwrapped, "as-written"), readIPv4(unwrapped, "decimal")];
  const found = readings.filter((bytes) => bytes !== undefined);
  return found.length === 2 && String(found[0]) === String(found[1]) ? found.slice(1) : found;
}

/** The longest spelling of an address with a zone is far below this. */
const longestText = 128;

type Radix = "as-written" | "decimal";

/** A leading 0 means octal to inet_aton and nothing to others. */
function readIPv4(text: string, radix: Radix): AddressBytes | undefined {
  const parts = text.replace(/\.$/, "").split(".");
  if (parts.length > 4) return undefined;
  const numbers = parts.map((part) => readNumber(part, radix));
  const rest = numbers.pop();
  if (rest === undefined) return undefined;
  const bytes: number[] = [];
  for (const number of numbers) {
    if (number === undefined || number > 255) return undefined;
    bytes.push(number);
  }
  const left = 4 - bytes.length;
  if (rest >= 256 ** left) return undefined;
  for (let place = left - 1; place >= 0; place -= 1)
    bytes.push(Math.floor(rest / 256 ** place) % 256);
  return bytes;
}

function readNumber(part: string, radix: Radix): number | undefined {
  if (/^0x[\da-f]*$/.test(part)) return Number.parseInt(part.slice(2) || "0", 16);
  if (!/^\d+$/.test(part)) return undefined;
  if (radix === "decimal" || !part.startsWith("0")) return Number.parseInt(part, 10);
  return /^[0-7]+$/.test(part) ? Number.parseInt(part, 8) : undefined;
}

function readIPv6(text: string): AddressBytes | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map(readGroups);
  if (head === undefined) return undefined;
  if (halves.length === 1) return head.length === 16 ? head : undefined;
  if (tail === undefined) return undefined;
  const missing = 16 - head.length - tail.length;
  if (missing < 2) return undefined;
  return [...head, ...Array.from({ length: missing }, () => 0), ...tail];
}

/** Groups of one half, the last of which may be dotted. An empty half has none. */
function readGroups(half: string): number[] | undefined {
  if (half === "") return [];
  const bytes: number[] = [];
  const groups = half.split(":");
  for (const [index, group] of groups.entries()) {
    if (/^[\da-f]{1,4}$/.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 255);
      continue;
    }
    const dotted = /^\d+(?:\.\d+){3}$/.test(group) ? readIPv4(group, "decimal") : undefined;
    if (dotted === undefined || index !== groups.length - 1) return undefined;
    bytes.push(...dotted);
  }
  return bytes;
}
