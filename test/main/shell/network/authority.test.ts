import { describe, expect, it } from "vitest";
import { sessionIdSchema } from "../../../../src/shared/ids.ts";
import { canonicalHost, readAuthority } from "../../../../src/main/shell/network/authority.ts";
import {
  covers,
  createGrantBook,
  grantFor,
  joinGrants,
  readNetworkGrant,
} from "../../../../src/main/shell/network/network-grants.ts";
import { grantsOf } from "../../../support/network-fixture.ts";

describe("canonicalHost", () => {
  it("has one spelling for each host", () => {
    expect(canonicalHost("Registry.Example.COM")).toBe("registry.example.com");
    expect(canonicalHost("registry.example.com.")).toBe("registry.example.com");
    expect(canonicalHost("xn--bcher-kva.example")).toBe("xn--bcher-kva.example");
    expect(canonicalHost("_dmarc.a_b.example")).toBe("_dmarc.a_b.example");
    expect(canonicalHost("93.184.216.34")).toBe("93.184.216.34");
    expect(canonicalHost("[2606:2800:220:1::1]")).toBe("[2606:2800:220:1::1]");
  });

  it.each(
    [
      [
        "",
        ".",
        "..",
        "a..b",
        "-a.example",
        "a-.example",
        "a b",
        "a\tb",
        "a\0b",
        "a/b",
        "a?b",
        "a#b",
      ],
      ["a%2eb", "a@b", "a:b", "bücher.example", "ａ.example", "a。example", "xn--.example", "*"],
      ["0x7f.1", "127.1", "2130706433", "0177.0.0.1", "0x7f000001", "127.0.0.1.", "127.00.0.1"],
      ["1.2.3.4.5", "1.2.3", "[::ffff:127.0.0.1]", "[0:0:0:0:0:0:0:1]", "[::1%lo]", "::1", "[::1"],
      [
        "[FE80::1]x",
        "256.1.1.1",
        "a.0x7f",
        "a.1",
        `${"a".repeat(64)}.example`,
        `${"a.".repeat(127)}a`,
      ],
    ].flat(),
  )("takes %j for no host", (text) => {
    expect(canonicalHost(text)).toBeNull();
  });
});

describe("readAuthority", () => {
  it("reads a host and a port", () => {
    expect(readAuthority("A.example:443")).toEqual({ host: "a.example", port: 443 });
    expect(readAuthority("[::1]:80")).toEqual({ host: "[::1]", port: 80 });
    expect(readAuthority("a.example", 80)).toEqual({ host: "a.example", port: 80 });
  });

  it.each(["a.example", "a.example:", "a.example:0", "a.example:65536", "a.example:+1", "a:1:2"])(
    "takes %j for none",
    (text) => expect(readAuthority(text)).toBeNull(),
  );

  it.each(["user@a.example:443", "a.example:443@b.example:443", "u:p@a.example:443", ":443"])(
    "takes %j for none either",
    (text) => expect(readAuthority(text, 80)).toBeNull(),
  );
});

const at = (host: string, port = 443) => ({ host, port });

describe("grants", () => {
  it("open a host on its usual ports, or on the port that they name", () => {
    const grants = grantsOf("a.example", "b.example:8443");
    expect(grantFor(at("a.example"), grants)).toBeDefined();
    expect(grantFor(at("a.example", 80), grants)).toBeDefined();
    expect(grantFor(at("a.example", 8443), grants)).toBeUndefined();
    expect(grantFor(at("b.example", 8443), grants)).toBeDefined();
    expect(grantFor(at("b.example"), grants)).toBeUndefined();
    expect(grantFor(at("sub.a.example"), grants)).toBeUndefined();
    expect(grantFor(at("xa.example"), grants)).toBeUndefined();
  });

  it("open what lies below a host only where a person wrote so", () => {
    const grants = grantsOf("*.a.example");
    expect(grantFor(at("x.y.a.example"), grants)).toBeDefined();
    expect(grantFor(at("a.example"), grants)).toBeUndefined();
    expect(grantFor(at("xa.example"), grants)).toBeUndefined();
    expect(readNetworkGrant("*.a.example")).toBeNull();
    for (const text of ["*", "*.com", "*.localhost", "*.1.2.3.4", "a.*.example", "**.a.example"])
      expect(readNetworkGrant(text, { byPerson: true })).toBeNull();
  });

  it("open ports of this machine one by one", () => {
    expect(readNetworkGrant("localhost:5432")).toEqual({ hosts: [], localPorts: [5432] });
    expect(readNetworkGrant("127.0.0.1:5432")).toEqual({ hosts: [], localPorts: [5432] });
    expect(readNetworkGrant("localhost")).toBeNull();
  });

  it("are kept session by session", () => {
    const book = createGrantBook();
    const [first, second] = [sessionIdSchema.parse("s-1"), sessionIdSchema.parse("s-2")];
    book.allow(first, grantsOf("a.example"));
    book.allow(first, grantsOf("b.example"));
    expect(book.of(first)).toEqual(grantsOf("a.example", "b.example"));
    expect(book.of(second)).toEqual(grantsOf());
    book.revoke(first);
    expect(book.of(first)).toEqual(grantsOf());
  });

  it("are asked for once", () => {
    const open = joinGrants(grantsOf("a.example"), grantsOf("localhost:1", "private:b.example"));
    const isCovered = (text: string): boolean => covers(open, grantsOf(text));
    const known = ["a.example", "a.example:443", "localhost:1", "b.example"];
    const fresh = ["c.example", "a.example:8443", "localhost:2", "private:a.example"];
    expect(known.filter(isCovered)).toEqual(known);
    expect(fresh.filter(isCovered)).toEqual([]);
    expect(joinGrants(open, grantsOf("a.example", "localhost:1"))).toEqual(open);
  });
});
