import { describe, expect, it } from "vitest";
import { grantsOf, startProxy, startSink } from "../../../support/network-fixture.ts";

const ask = "GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n";

/** What the proxy says of a granted host that answers so. */
async function saidOf(answer: string): Promise<string> {
  await using sink = await startSink((_text, socket) => socket.end(answer));
  await using proxy = await startProxy({
    grants: grantsOf("a.example"),
    names: { "a.example": ["93.184.216.34"] },
    sinkPort: sink.port,
  });
  return await proxy.say(ask);
}

describe("of a granted host that answers oddly the proxy", () => {
  it.each([
    ["no number of an answer", "HTTP/1.1 000 Odd\r\nContent-Length: 2\r\n\r\nok"],
    ["a number below all others", "HTTP/1.1 099 Odd\r\nContent-Length: 2\r\n\r\nok"],
    [
      "another protocol, unasked",
      "HTTP/1.1 101 Odd\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\nok",
    ],
    ["two lengths", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\nok"],
    ["no HTTP", "220 smtp.example\r\n"],
  ])("says that it cannot be reached, and goes on: %s", async (_what, answer) => {
    expect(await saidOf(answer)).toMatch(/^HTTP\/1\.1 502 .*could not be reached\./s);
  });

  it("passes on a number that it does not know", async () => {
    expect(await saidOf("HTTP/1.1 799 Odd\r\nContent-Length: 2\r\n\r\nok")).toMatch(
      /^HTTP\/1\.1 799 .*\r\n\r\nok$/s,
    );
  });
});
