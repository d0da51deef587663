import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesOfPath, pathFromBytes, rawPath } from "../../../src/main/workspace/path-bytes.ts";

describe("a name of any bytes", () => {
  it("comes back byte for byte, also through JSON", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const text: unknown = JSON.parse(JSON.stringify(pathFromBytes(bytes)));
        expect(bytesOfPath(String(text))).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it.each([
    ["plain", "a/b.txt"],
    ["beyond the basic plane", "📁/é"],
    ["a byte order mark", "\ufeffa"],
    ["a newline and a quote", '\n"'],
  ])("stays as it is where it is UTF-8: %s", (_, name) => {
    expect(pathFromBytes(Buffer.from(name))).toBe(name);
    expect(rawPath(name)).toBe(name);
  });

  it.each([
    ["a lone byte", [0x61, 0xff, 0x62], "a\udcffb"],
    ["a cut sequence", [0xe2, 0x82], "\udce2\udc82"],
    ["an encoded surrogate", [0xed, 0xb2, 0x80], "\udced\udcb2\udc80"],
    ["an overlong slash", [0xc0, 0xaf], "\udcc0\udcaf"],
  ])("escapes what is none: %s", (_, bytes, text) => {
    expect(pathFromBytes(Buffer.from(bytes))).toBe(text);
    expect(rawPath(text)).toEqual(Buffer.from(bytes));
  });

  it.runIf(process.platform === "linux")("reaches the file that has it", () => {
    const folder = mkdtempSync(join(tmpdir(), "belay-bytes-"));
    try {
      writeFileSync(rawPath(join(folder, "x\udcfe")), "1");
      const [name] = readdirSync(folder, { encoding: "buffer" });
      expect(name).toEqual(Buffer.from([0x78, 0xfe]));
      expect(pathFromBytes(name ?? Buffer.of())).toBe("x\udcfe");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
