import * as fc from "fast-check";
import { expect, test } from "vitest";
import { BrokenAnswer } from "../../../src/main/providers/provider-failure.ts";
import { sseFrames, type SseFrame, type SseOptions } from "../../../src/main/providers/sse.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function bodyOf(pieces: Iterable<Uint8Array>): ReadableStream<Uint8Array> {
  const rest = pieces[Symbol.iterator]();
  return new ReadableStream({
    pull(controller) {
      const next = rest.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
  });
}

async function read(
  pieces: Iterable<Uint8Array>,
  options: Partial<SseOptions> = {},
): Promise<SseFrame[]> {
  const frames: SseFrame[] = [];
  const signal = new AbortController().signal;
  for await (const group of sseFrames(bodyOf(pieces), { host: "host", signal, ...options }))
    frames.push(...group);
  return frames;
}

const dataOf = (frames: readonly SseFrame[]): string[] => frames.map(({ data }) => data);

/** Bytes cut at any places, inside characters and line ends too. */
function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const edges = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length];
  const sorted = edges.toSorted((a, b) => a - b);
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
}

const oneLine = fc
  .string({ unit: "binary", minLength: 1 })
  .map((text) => `x${text.replaceAll(/[\r\n]/g, "")}`);

test("frames come out as they went in, wherever the bytes are cut and however lines end", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(oneLine),
      fc.array(fc.nat()),
      fc.constantFrom("\n", "\r\n", "\r"),
      // oxlint-disable-next-line max-params -- the parts of one case, named by the property
      async (lines, cuts, end) => {
        const text = lines.map((line) => `: hello${end}data: ${line}${end}${end}`).join("");
        expect(dataOf(await read(cutAt(encode(`\uFEFF${text}`), cuts)))).toEqual(lines);
      },
    ),
  );
});

test("a native frame brings its event and its status, and the status goes with its own frame only", async () => {
  const text = "id:1\nevent:error\n:HTTP_STATUS/400\ndata:{}\n\nid:2\nevent:result\ndata:[]\n\n";
  expect(await read([encode(text)])).toEqual([
    { event: "error", data: "{}", status: 400 },
    { event: "result", data: "[]", status: null },
  ]);
});

test("a body that is one JSON object is one frame, and a page is refused at once", async () => {
  const body = JSON.stringify({ error: "no" });
  const pieces = [...encode(`\uFEFF \n${body}`)].map((byte) => Uint8Array.of(byte));
  const frames = dataOf(await read(pieces));
  expect(frames.map((data): unknown => JSON.parse(data))).toEqual([{ error: "no" }]);
  await expect(read(endless("<html>"))).rejects.toThrow(/web page instead/);
});

test("a last frame need not have its blank line", async () => {
  expect(dataOf(await read([encode("data: a\n\ndata: b")]))).toEqual(["a", "b"]);
});

test.each([
  ["amid a frame", encode("data: a\xff").map((byte) => (byte === 0xc3 ? 0xff : byte))],
  ["as half a character at the end", encode("data: é").subarray(0, -1)],
])("bytes that are no UTF-8 are refused: %s", async (_where, bytes) => {
  await expect(read([bytes])).rejects.toThrow(/no text/);
});

function* endless(text: string): Generator<Uint8Array> {
  const bytes = encode(text.repeat(1000));
  for (;;) yield bytes;
}

test.each([
  ["one line without an end", "data: x"],
  ["words", "hello"],
  ["JSON without an end", "{"],
  ["comments", ": still here\n"],
  ["data without a blank line", "data: x\n"],
  ["nothing but line ends", "\r\n"],
])("a stream of %s is given up at the limit", async (_what, text) => {
  const reading = read(endless(text), { largestFrame: 1024 * 1024 });
  await expect(reading).rejects.toThrow(BrokenAnswer);
  await expect(reading).rejects.toThrow(/1 MB without completing a frame/);
});

test("a frame of many megabytes is whole, and small frames may go on for ever", async () => {
  const large = "y".repeat(8_000_000);
  expect(dataOf(await read(cutAt(encode(`data: ${large}\n\n`), [7, 70_000])))).toEqual([large]);
  const many = await read(
    Array.from({ length: 20 }, () => encode("data: x\n\n".repeat(1000))),
    { largestFrame: 20_000 },
  );
  expect(many).toHaveLength(20_000);
});

test("a body that never ends is left at once when the signal says so, with its reason", async () => {
  const stop = new AbortController();
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encode("data: a\n\n")),
    cancel: () => void (cancelled = true),
  });
  const seen: string[] = [];
  const reading = (async () => {
    for await (const frames of sseFrames(body, { host: "host", signal: stop.signal })) {
      seen.push(...dataOf(frames));
      setTimeout(() => stop.abort(new Error("enough")));
    }
  })();
  await expect(reading).rejects.toThrow("enough");
  expect([seen, cancelled]).toEqual([["a"], true]);
});
