import fc from "fast-check";
import { isIP } from "node:net";
import { describe, expect, it } from "vitest";
import {
  kindOfAddress,
  mayReach,
  type AddressGrant,
  type AddressKind,
} from "../../../src/main/egress/address-rule.ts";

const everything = { loopback: true, private: true };

/** First and last of each closed range, and what lies just outside. */
const bounds: readonly (readonly [address: string, kind: AddressKind])[] = [
  ["0.0.0.0", "unspecified"],
  ["0.255.255.255", "unspecified"],
  ["1.0.0.0", "public"],
  ["9.255.255.255", "public"],
  ["10.0.0.0", "private"],
  ["10.255.255.255", "private"],
  ["11.0.0.0", "public"],
  ["100.63.255.255", "public"],
  ["100.64.0.0", "private"],
  ["100.100.100.199", "private"],
  ["100.100.100.200", "metadata"],
  ["100.127.255.255", "private"],
  ["100.128.0.0", "public"],
  ["126.255.255.255", "public"],
  ["127.0.0.1", "loopback"],
  ["127.255.255.255", "loopback"],
  ["128.0.0.0", "public"],
  ["168.63.129.16", "metadata"],
  ["169.253.255.255", "public"],
  ["169.254.0.0", "link-local"],
  ["169.254.169.254", "metadata"],
  ["169.254.170.2", "metadata"],
  ["169.254.255.255", "link-local"],
  ["169.255.0.0", "public"],
  ["172.15.255.255", "public"],
  ["172.16.0.0", "private"],
  ["172.31.255.255", "private"],
  ["172.32.0.0", "public"],
  ["192.0.0.1", "reserved"],
  ["192.0.0.192", "metadata"],
  ["192.0.1.0", "public"],
  ["192.0.2.1", "private"],
  ["192.88.99.1", "reserved"],
  ["192.167.255.255", "public"],
  ["192.168.0.0", "private"],
  ["192.168.255.255", "private"],
  ["192.169.0.0", "public"],
  ["198.17.255.255", "public"],
  ["198.18.0.0", "private"],
  ["198.19.255.255", "private"],
  ["198.20.0.0", "public"],
  ["198.51.100.7", "private"],
  ["203.0.113.7", "private"],
  ["223.255.255.255", "public"],
  ["224.0.0.0", "multicast"],
  ["239.255.255.255", "multicast"],
  ["240.0.0.0", "reserved"],
  ["255.255.255.255", "reserved"],
  ["::", "unspecified"],
  ["::1", "loopback"],
  ["::2", "unspecified"],
  ["2606:4700::1111", "public"],
  ["2400:3200::1", "public"],
  ["4000::1", "reserved"],
  ["100::1", "reserved"],
  ["2001:1ff:ffff::1", "reserved"],
  ["2001:0:4136:e378:8000:63bf:3fff:fdd2", "reserved"],
  ["2001:200::1", "public"],
  ["2001:db8::1", "reserved"],
  ["3fff:fff::1", "reserved"],
  ["3ffe:ffff::1", "public"],
  ["fbff::1", "reserved"],
  ["fc00::1", "private"],
  ["fd00:ec2::254", "metadata"],
  ["fd00:ec2::23", "metadata"],
  ["fd20:ce::254", "metadata"],
  ["fdff::1", "private"],
  ["fe7f::1", "reserved"],
  ["fe80::1", "link-local"],
  ["febf::1", "link-local"],
  ["fec0::1", "private"],
  ["ff02::1", "multicast"],
  ["64:ff9b::808:808", "public"],
  ["64:ff9b::7f00:1", "loopback"],
  ["64:ff9b:1::1", "reserved"],
  ["64:ff9b:1:808:8:800::", "reserved"],
];

/** One address, written in the ways that programs take. */
const spellings: readonly (readonly [text: string, kind: AddressKind])[] = [
  ["2130706433", "loopback"],
  ["0x7f000001", "loopback"],
  ["0X7F.1", "loopback"],
  ["0x7f.0x0.0x0.0x1", "loopback"],
  ["017700000001", "loopback"],
  ["0177.0.0.1", "ambiguous"],
  ["0177.0.0.01", "ambiguous"],
  ["127.1", "loopback"],
  ["127.0.1", "loopback"],
  ["127.0.0.1.", "loopback"],
  ["127.00.00.01", "loopback"],
  ["１２７.0.0.1", "loopback"],
  ["127。0。0。1", "loopback"],
  ["0", "unspecified"],
  ["0x", "unspecified"],
  ["010.0.0.1", "ambiguous"],
  ["012.0.0.1", "ambiguous"],
  ["0xa9fea9fe", "metadata"],
  ["2852039166", "metadata"],
  ["0251.0376.0251.0376", "metadata"],
  ["169.254.43518", "metadata"],
  ["169.16689662", "metadata"],
  ["::ffff:127.0.0.1", "loopback"],
  ["::ffff:7f00:1", "loopback"],
  ["0:0:0:0:0:ffff:7f00:0001", "loopback"],
  ["[::ffff:169.254.169.254]", "metadata"],
  ["::ffff:a9fe:a9fe", "metadata"],
  ["::ffff:100.100.100.200", "metadata"],
  ["::ffff:0:10.0.0.1", "private"],
  ["::127.0.0.1", "loopback"],
  ["::10.0.0.1", "private"],
  ["64:ff9b::169.254.169.254", "metadata"],
  ["64:FF9B::10.1.2.3", "private"],
  ["2002:7f00:1::", "loopback"],
  ["2002:a9fe:a9fe::1", "metadata"],
  ["2002:c0a8:101::1", "private"],
  ["2002:808:808::1", "public"],
  ["2606:4700::5efe:192.168.1.1", "private"],
  ["2606:4700::200:5efe:7f00:1", "loopback"],
  ["::1%lo", "loopback"],
  ["fe80::1%25eth0", "link-local"],
  ["[fe80::1%eth0]", "link-local"],
  ["FD00:EC2:0:0:0:0:0:254", "metadata"],
  ["fd00:0ec2::0254", "metadata"],
  ["0000:0000:0000:0000:0000:0000:0000:0001", "loopback"],
];

const nonsense = [
  "",
  " ",
  "localhost",
  "example.com",
  "1.2.3.4.5",
  "256.0.0.1",
  "1.2.3.256",
  "4294967296",
  "1..2",
  "-1",
  "1e3",
  "127.0.0.1 ",
  "127.0.0.1\0",
  "127.0.0.1/8",
  "127.0.0.1:80",
  "0x7g",
  "1::2::3",
  ":::",
  "1:2:3:4:5:6:7",
  "1:2:3:4:5:6:7:8:9",
  "1:2:3:4:5:6:7::8",
  "12345::",
  "::1.2.3",
  "::1.2.3.4:5",
  "[::1",
  "::g",
  "9".repeat(5000),
];

type Quad = [number, number, number, number];

const quad: fc.Arbitrary<Quad> = fc.tuple(
  fc.nat({ max: 255 }),
  fc.nat({ max: 255 }),
  fc.nat({ max: 255 }),
  fc.nat({ max: 255 }),
);

/** Addresses in each closed range, and its kind. */
const closed: fc.Arbitrary<Quad> = fc
  .tuple(
    quad,
    fc.constantFrom<readonly number[]>(
      [127],
      [10],
      [192, 168],
      [172, 20],
      [169, 254],
      [169, 254, 169, 254],
      [100, 100, 100, 200],
      [0],
      [224],
      [250],
    ),
  )
  .map(([[a, b, c, d], [e, f, g, h]]) => [e ?? a, f ?? b, g ?? c, h ?? d]);

const number = ([a, b, c, d]: Quad): number => ((a * 256 + b) * 256 + c) * 256 + d;
const hex = (value: number, width = 1): string => value.toString(16).padStart(width, "0");
const groups = ([a, b, c, d]: Quad): string => `${hex(a * 256 + b)}:${hex(c * 256 + d)}`;

/** Ways to write one IPv4 address, octal apart (what that means is not agreed). */
const ways: readonly ((address: Quad) => string)[] = [
  (address) => address.join("."),
  (address) => String(number(address)),
  (address) => `0x${hex(number(address))}`,
  (address) => `0X${hex(number(address), 8).toUpperCase()}`,
  (address) => address.map((byte) => `0x${hex(byte, 4)}`).join("."),
  ([a, ...rest]) => `${a}.${number([0, ...rest])}`,
  ([a, b, c, d]) => `${a}.0x${hex(b)}.${c * 256 + d}`,
  (address) => `${address.join(".")}.`,
  (address) => `::ffff:${address.join(".")}`,
  (address) => `::FFFF:${groups(address)}`,
  (address) => `[0:0:0:0:0:ffff:${groups(address)}]`,
  (address) => `::ffff:0:${groups(address)}`,
  (address) => `64:ff9b::${address.join(".")}`,
  (address) => `64:ff9b:0:0:0:0:${groups(address)}`,
  (address) => `2002:${groups(address)}::1`,
  (address) => `2606:4700::5efe:${groups(address)}`,
  (address) => `::ffff:${groups(address)}%eth0`,
];

describe("the kind of an address", () => {
  it.each(bounds)("%s is %s", (address, kind) => {
    expect(isIP(address)).not.toBe(0);
    expect(kindOfAddress(address)).toBe(kind);
  });

  it.each(spellings)("written %s it is %s", (text, kind) => {
    expect(kindOfAddress(text)).toBe(kind);
  });

  it.each(nonsense)("%j is no address", (text) => {
    expect(kindOfAddress(text)).toBe("not-an-address");
    expect(mayReach(text, everything)).toBe(false);
  });

  it("is the same in every spelling", () => {
    fc.assert(
      fc.property(fc.oneof(quad, closed), fc.constantFrom(...ways), (address, write) => {
        const kind = kindOfAddress(address.join("."));
        const written = write(address);
        // A compatible or mapped form of all-zero bytes is an address of its own.
        if (number(address) < 2 ** 16) return;
        expect([written, kindOfAddress(written)]).toEqual([written, kind]);
      }),
      { numRuns: 3000 },
    );
  });

  it("agrees with the URL parser on what is an address, and on which", () => {
    const part = fc.oneof(
      fc.nat({ max: 300 }).map(String),
      fc.nat({ max: 300 }).map((value) => `0x${hex(value)}`),
      fc.nat({ max: 2 ** 33 }).map(String),
      fc.nat({ max: 300 }).map((value) => `0${value.toString(8)}`),
    );
    const text = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join("."));
    fc.assert(
      fc.property(text, (host) => {
        const address = `http://${host}/`;
        if (!URL.canParse(address)) return;
        const parsed = kindOfAddress(new URL(address).hostname);
        expect([host, parsed, "ambiguous"]).toContain(kindOfAddress(host));
      }),
      { numRuns: 3000 },
    );
  });

  it("reads any IPv6 address as the URL parser does", () => {
    const group = fc.oneof(fc.constant(0), fc.nat({ max: 0xffff }));
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (parts) => {
        const full = parts.map((value) => hex(value, 4)).join(":");
        const short = new URL(`http://[${full}]/`).hostname;
        expect([full, kindOfAddress(short)]).toEqual([full, kindOfAddress(full)]);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("the rule", () => {
  const kinds = [...bounds, ...spellings];
  const opened = (grant?: AddressGrant): Set<AddressKind> =>
    new Set(kinds.filter(([address]) => mayReach(address, grant)).map(([, kind]) => kind));

  it("lets nothing through but public addresses without a grant", () => {
    expect(opened()).toEqual(new Set(["public"]));
  });

  it("opens by a grant what it names, and nothing else", () => {
    expect(opened({ loopback: true })).toEqual(new Set(["public", "loopback"]));
    expect(opened({ private: true })).toEqual(new Set(["public", "private"]));
    expect(opened(everything)).toEqual(new Set(["public", "loopback", "private"]));
  });

  it("never reaches metadata, link-local or multicast, in any spelling and with every grant", () => {
    const never = closed.filter(([a, b]) => (a === 169 && b === 254) || a >= 224 || a === 0);
    fc.assert(
      fc.property(never, fc.constantFrom(...ways), (address, write) => {
        expect([write(address), mayReach(write(address), everything)]).toEqual([
          write(address),
          false,
        ]);
      }),
      { numRuns: 3000 },
    );
  });

  it("lets no octal spelling through to a closed address", () => {
    fc.assert(
      fc.property(closed, (address) => {
        const octal = address.map((byte) => `0${byte.toString(8)}`).join(".");
        expect([octal, mayReach(octal)]).toEqual([octal, false]);
      }),
      { numRuns: 2000 },
    );
  });
});
