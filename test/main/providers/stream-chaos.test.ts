import { createServer } from "node:http";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyStreamCase, checkStream, type StreamCase } from "../../support/chaos/check-stream.ts";
import { chaosProtocols } from "../../support/chaos/protocols.ts";
import { bytesOf, type WireForm } from "../../support/chaos/wire-form.ts";
import { hearPort, request } from "../../support/hear-provider.ts";
import { listen } from "../../support/listen.ts";

const plainForm: WireForm = {
  lineEnd: "\n",
  byteOrderMark: false,
  junkEvery: 6,
  lastBlankLine: true,
  cuts: [],
  drip: false,
};

const plainCase: StreamCase = {
  message: {
    reasoning: "",
    text: "漢\u{1F469}",
    calls: [
      {
        id: "a",
        name: "write_file",
        argumentsText: '{"path":"ü","content":"{\\"a\\":\\"\\\\n\\"}"}',
      },
      { id: "b", name: "run", argumentsText: '{"command":"ls"}' },
    ],
    finish: "stop",
    usage: { input: 100, output: 20 },
  },
  telling: {
    pieceSize: 1000,
    indexes: "right",
    moreIds: "empty",
    names: "with",
    inTurns: true,
    arguments: "new",
    strayPiece: false,
    nulls: false,
    ascii: false,
    usageIn: "own frame",
  },
  form: plainForm,
  fate: { kind: "whole" },
  contentType: "text/event-stream",
};

/** `npm run chaos` plays 10,000. */
const streams = 250;

describe.each(chaosProtocols)("a stream of the $name protocol", (protocol) => {
  const bytes = bytesOf(protocol.frames(plainCase.message, plainCase.telling), plainForm);

  test("comes out the same however its bytes come, and never as part of what was said", async () => {
    await fc.assert(
      fc.asyncProperty(anyStreamCase, async (streamCase) => {
        await checkStream(protocol, streamCase);
      }),
      { numRuns: streams },
    );
  });

  test("cut after any of its bytes is a failure, or was whole", async () => {
    const outcomes = new Map<string, number>();
    for (let length = 0; length < bytes.length; length += 1) {
      const share = (length + 0.5) / bytes.length;
      const fate = { kind: "cut", share, after: "byte", end: "close" } as const;
      const outcome = await checkStream(protocol, { ...plainCase, fate });
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    expect([...outcomes.keys()].toSorted()).toEqual(["unavailable", "whole"]);
    expect(outcomes.get("unavailable")).toBeGreaterThan(bytes.length / 2);
  });

  test.each([
    ["whole", 1, "whole"],
    ["cut in the middle", 0.5, "unavailable"],
  ])("that is compressed and %s", async (_how, share, outcome) => {
    const packed = gzipSync(bytes);
    await using server = await listen(
      createServer((_request, response) => {
        response.writeHead(200, {
          "content-type": "text/event-stream",
          "content-encoding": "gzip",
        });
        response.end(packed.subarray(0, Math.floor(packed.length * share)));
      }),
    );
    const port = protocol.port(
      (url, init) =>
        fetch(new URL(new URL(url instanceof Request ? url.url : url).pathname, server.url), init),
      { idleTimeoutMs: 10_000, attempts: 1 },
    );
    const heard = await hearPort(port, request());
    expect(heard.error?.code ?? "whole").toBe(outcome);
    expect(heard.events.filter(({ type }) => type === "tool-call")).toHaveLength(
      outcome === "whole" ? 2 : 0,
    );
  });

  test("with frames of several megabytes comes out whole", async () => {
    const content = 'a\\"ü'.repeat(500_000);
    const call = { id: "a", name: "write_file", argumentsText: JSON.stringify({ content }) };
    const message = { ...plainCase.message, calls: [call] };
    const telling = { ...plainCase.telling, pieceSize: 1_500_000 };
    expect(await checkStream(protocol, { ...plainCase, message, telling })).toBe("whole");
  });
});
