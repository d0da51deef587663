import { expect, test } from "vitest";
import {
  answer,
  call,
  counted,
  doneCalling,
  frame,
  hearNative,
  heardOf,
  opening,
  output,
  piece,
  say,
} from "../../support/hear-native.ts";
import { callsOf } from "../../support/hear-provider.ts";
import type { RawReply } from "../../support/raw-server.ts";

const whole = '{"path":"a.ts","content":"x\\ny"}';

test.each<[string, RawReply]>([
  [
    'id "" and no name in the pieces that follow',
    answer(
      call(opening("write_file")),
      call(piece(whole.slice(0, 9))),
      call(piece(whole.slice(9))),
      call(piece("")),
      doneCalling,
    ),
  ],
  [
    "name and part of the arguments in the first piece",
    answer(
      call(opening("write_file", whole.slice(0, 9))),
      call(piece(whole.slice(9))),
      doneCalling,
    ),
  ],
  [
    "no index anywhere",
    answer(
      call(opening("write_file", whole.slice(0, 9), { index: undefined })),
      call(piece(whole.slice(9), { index: null })),
      doneCalling,
    ),
  ],
  [
    "the id repeated in each piece",
    answer(
      call(opening("write_file", whole.slice(0, 9))),
      call(piece(whole.slice(9), { id: "call_write_file" })),
      doneCalling,
    ),
  ],
  [
    "the whole call in the frame that ends it",
    answer(
      output(
        { content: "", tool_calls: [opening("write_file", whole)] },
        "tool_calls",
        counted(20, 5),
      ),
    ),
  ],
  [
    "arguments sent whole again and again",
    answer(
      ...[2, 9, 20, whole.length, whole.length].map((end) =>
        call(opening("write_file", whole.slice(0, end))),
      ),
      output(
        { content: "", tool_calls: [opening("write_file", whole)] },
        "tool_calls",
        counted(20, 5),
      ),
    ),
  ],
  [
    "pieces, and all of it again at the end",
    answer(
      call(opening("write_file", whole.slice(0, 9))),
      call(piece(whole.slice(9))),
      output({ tool_calls: [opening("write_file", whole)] }, "tool_calls"),
    ),
  ],
  [
    "arguments that are an object",
    answer(
      output(
        {
          tool_calls: [
            {
              id: "call_write_file",
              function: { name: "write_file", arguments: JSON.parse(whole) },
            },
          ],
        },
        "tool_calls",
      ),
    ),
  ],
])("a call is put together from %s", async (_what, reply) => {
  const heard = await heardOf(reply);
  expect(callsOf(heard)).toEqual([
    { type: "tool-call", id: "call_write_file", name: "write_file", argumentsText: whole },
  ]);
  expect(heard.events.at(-1)).toEqual({ type: "finish", reason: "tool-calls" });
});

test.each<[string, readonly object[][]]>([
  [
    "rising indexes",
    [
      [opening("a", "{")],
      [opening("b", "{", { index: 1 })],
      [piece("}"), piece("}", { index: 1 })],
    ],
  ],
  ["all indexes zero", [[opening("a", "{")], [piece("}")], [opening("b", "{")], [piece("}")]]],
  [
    "no indexes",
    [
      [opening("a", "{", { index: undefined })],
      [piece("}", { index: undefined })],
      [opening("b", "{}", { index: undefined })],
    ],
  ],
  [
    "interleaved pieces with all indexes zero and ids",
    [
      [opening("a", "{"), opening("b", "{")],
      [piece("}", { id: "call_a" }), piece("}", { id: "call_b" })],
    ],
  ],
  [
    "both whole in each frame with all indexes zero",
    [
      [opening("a", "{")],
      [opening("a", "{}"), opening("b", "{")],
      [opening("a", "{}"), opening("b", "{}")],
    ],
  ],
])("two calls are told apart with %s", async (_what, calls) => {
  const heard = await heardOf(answer(...calls.map((each) => call(...each)), doneCalling));
  expect(callsOf(heard).map(({ id, name, argumentsText }) => [id, name, argumentsText])).toEqual([
    ["call_a", "a", "{}"],
    ["call_b", "b", "{}"],
  ]);
});

test("a call in an answer cut by the output limit finishes with length, which says that it is not whole", async () => {
  const cut = opening("write_file", '{"path":"a","content":"ha');
  const heard = await heardOf(answer(call(cut), output({ content: "" }, "length", counted(20, 5))));
  expect(heard.events.at(-1)).toEqual({ type: "finish", reason: "length" });
});

test("wherever its bytes end, an answer is whole with its calls, or failed without any", async () => {
  const usage = counted(20, 5);
  const text = [
    say("Grüße 👋"),
    call(opening("write_file", whole.slice(0, 9))),
    call(piece(whole.slice(9))),
    output({ content: "" }, "tool_calls", usage),
  ]
    .map((data) => frame(data))
    .join("");
  const all = Buffer.from(text);
  const ended = all.lastIndexOf("}") + 1;
  for (let end = 0; end <= all.length; end += 1) {
    const heard = await hearNative({
      baseUrl: "https://dashscope-intl.aliyuncs.com/api/v1",
      backOff: { attempts: 1, firstWaitMs: 1, longestWaitMs: 1 },
      fetch: async () =>
        new Response(all.subarray(0, end), { headers: { "content-type": "text/event-stream" } }),
    });
    const calls = callsOf(heard).map(({ argumentsText }) => argumentsText);
    expect([heard.error?.code, calls]).toEqual(
      end < ended ? ["unavailable", []] : [undefined, [whole]],
    );
  }
});
