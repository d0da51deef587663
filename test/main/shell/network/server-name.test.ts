import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readFirstBytes } from "../../../../src/main/shell/network/server-name.ts";
import { clientHello, inRecords } from "../../../support/client-hello.ts";

const tls = (serverName: string | null) => ({ kind: "tls", serverName });

describe("readFirstBytes", () => {
  it("reads the name of a real hello, whole and in records of any size", async () => {
    const hello = await clientHello("registry.example.com");
    expect(readFirstBytes(hello)).toEqual(tls("registry.example.com"));
    for (const size of [1, 3, 100, 512])
      expect(readFirstBytes(inRecords(hello, size))).toEqual(tls("registry.example.com"));
    expect(readFirstBytes(await clientHello(null))).toEqual(tls(null));
  });

  it("waits for every byte, and is not misled by what follows", async () => {
    const hello = await clientHello("registry.example.com");
    for (let length = 0; length < hello.length; length += 1)
      expect(readFirstBytes(hello.subarray(0, length))).toEqual({ kind: "incomplete" });
    const early = Buffer.concat([hello, Buffer.from([23, 3, 3, 0, 1, 0])]);
    expect(readFirstBytes(early)).toEqual(tls("registry.example.com"));
  });

  it("knows what is no TLS, and what only begins like it", async () => {
    const hello = await clientHello("a.example");
    expect(readFirstBytes(Buffer.from("GET / HTTP/1.1\r\n"))).toEqual({ kind: "plain" });
    expect(readFirstBytes(Buffer.from("SSH-2.0-x\r\n"))).toEqual({ kind: "plain" });
    const broken = [
      Buffer.from([22, 3, 1, 0, 0, 22]), // an empty record
      Buffer.from([22, 2, 1, 0, 4, 1, 0, 0, 0]), // another version
      Buffer.from([22, 3, 1, 0, 4, 2, 0, 0, 0]), // a server's hello
      Buffer.from([22, 3, 1, 0, 4, 1, 255, 255, 255]), // as long as can be said
      Buffer.concat([inRecords(hello, 40).subarray(0, 45), Buffer.from([23, 3, 3, 0, 1, 0])]),
    ];
    for (const bytes of broken) expect(readFirstBytes(bytes)).toEqual({ kind: "broken" });
  });

  it("takes a hello with two names for broken", async () => {
    const hello = await clientHello("a.example");
    const at = hello.indexOf("a.example");
    // The one name becomes two, each shorter: a list of "a" and "xample".
    const twice = Buffer.from(hello);
    twice.writeUInt16BE(1, at - 2);
    twice.set([0, 0, 5], at + 1);
    expect(readFirstBytes(twice)).toEqual({ kind: "broken" });
  });

  it("never throws and never reads past the end, whatever comes", async () => {
    const hello = await clientHello("registry.example.com");
    fc.assert(
      fc.property(
        fc.nat({ max: hello.length - 1 }),
        fc.uint8Array({ minLength: 1, maxLength: 8 }),
        (at, bytes) => {
          const changed = Buffer.from(hello);
          changed.set(bytes.subarray(0, hello.length - at), at);
          expect(readFirstBytes(changed).kind).toMatch(/^(incomplete|plain|tls|broken)$/);
        },
      ),
    );
  });
});
