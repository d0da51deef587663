import { expect, test } from "vitest";
import {
  answer,
  bytes,
  frame,
  hearNative,
  heardOf,
  hello,
  output,
  say,
} from "../../support/hear-native.ts";
import { callsOf, retriesOf, textOf } from "../../support/hear-provider.ts";
import { startRawServer, type RawReply } from "../../support/raw-server.ts";

const inspected = {
  code: "DataInspectionFailed",
  message: "Output data may contain inappropriate content.",
  request_id: "x",
};
const throttled = {
  code: "Throttling.AllocationQuota",
  message: "Allocated quota exceeded, please increase your quota limit.",
  request_id: "x",
};
const invalidKey = { code: "InvalidApiKey", message: "Invalid API-key provided.", request_id: "x" };

test.each<[string, RawReply, string, RegExp]>([
  [
    "event:error under HTTP 200",
    bytes(frame(inspected, { event: "error", status: 400 })),
    "refused",
    /content filter/,
  ],
  [
    "event:error in mid-stream",
    bytes(frame(say("Hel")) + frame(inspected, { event: "error", status: 400 })),
    "refused",
    /content filter/,
  ],
  [
    "an error without an event name",
    bytes(`data:${JSON.stringify(inspected)}\n\n`),
    "refused",
    /content filter/,
  ],
  [
    "an error in whole JSON under HTTP 200",
    { headers: { "content-type": "application/json" }, pieces: [JSON.stringify(inspected)] },
    "refused",
    /content filter/,
  ],
  [
    "a real 400 whose body is framed",
    { status: 400, pieces: [frame(inspected, { event: "error", status: 400 })] },
    "refused",
    /content filter/,
  ],
  [
    "a framed 400 that is called JSON",
    {
      status: 400,
      headers: { "content-type": "application/json" },
      pieces: [frame(inspected, { event: "error", status: 400 })],
    },
    "refused",
    /content filter/,
  ],
  [
    "a native 401 without content-type",
    { status: 401, headers: { "content-type": "" }, pieces: [JSON.stringify(invalidKey)] },
    "unauthorized",
    /region singapore/,
  ],
  [
    "event:error for a wrong key under HTTP 200",
    bytes(frame(invalidKey, { event: "error", status: 401 })),
    "unauthorized",
    /region singapore/,
  ],
  [
    "a model that is gone",
    {
      status: 404,
      pieces: [
        JSON.stringify({ code: "ModelNotFound", message: "Model not exist.", request_id: "x" }),
      ],
    },
    "model-not-found",
    /qwen3-coder-flash/,
  ],
  [
    "the content filter as the reason for the end",
    answer(output({ content: "Hel" }, "content_filter")),
    "refused",
    /content filter/,
  ],
])("a refusal is told from %s, and not retried", async (...[, reply, code, message]) => {
  const heard = await heardOf(reply);
  expect(heard.error?.code).toBe(code);
  expect(heard.error?.message).toMatch(message);
  expect(heard.asked).toBe(1);
});

test.each<[string, RawReply, string]>([
  [
    "throttled in an event under HTTP 200",
    bytes(frame(throttled, { event: "error", status: 429 })),
    "rate-limited",
  ],
  [
    "throttled in an event without a status",
    bytes(`event:error\ndata:${JSON.stringify(throttled)}\n\n`),
    "rate-limited",
  ],
  [
    "throttled as a framed 429",
    { status: 429, pieces: [frame(throttled, { event: "error", status: 429 })] },
    "rate-limited",
  ],
  [
    "throttled with an error that is plain text",
    bytes("event:error\n:HTTP_STATUS/429\ndata:Requests throttling triggered.\n\n"),
    "rate-limited",
  ],
  [
    "failed by the server",
    bytes(
      frame(
        { code: "InternalError", message: "An internal error has occured", request_id: "x" },
        { event: "error", status: 500 },
      ),
    ),
    "unavailable",
  ],
  [
    "failed for a reason that the frame's status alone tells",
    bytes(frame({ code: "Whatever", message: "?" }, { event: "error", status: 503 })),
    "unavailable",
  ],
  ["empty", { pieces: [] }, "unavailable"],
  [
    "a web page",
    { headers: { "content-type": "text/html" }, pieces: ["<html>Please log in</html>"] },
    "unavailable",
  ],
  ["a frame that is no JSON", bytes("data:{oops\n\n"), "unavailable"],
  ["frames that end nothing", answer(output({ content: "" })), "unavailable"],
])("an answer that is %s is tried again", async (_what, reply, code) => {
  const heard = await heardOf(reply, reply, answer(...hello));
  expect([heard.error, textOf(heard)]).toEqual([null, "Hello"]);
  expect(retriesOf(heard).map((retry) => retry.code)).toEqual([code, code]);
});

test.each<[string, RawReply]>([
  ["closed without a finish", answer(say("Hel"))],
  ["cut on the wire", { ...answer(say("Hel")), after: "cut" }],
  ["cut inside a frame", bytes(frame(say("Hel")) + frame(say("lo")).slice(0, 60))],
  ["ended by done without a finish", bytes(`${frame(say("Hel"))}event:done\ndata:{}\n\n`)],
])(
  "a stream that is %s is a failed step: what was heard and its tokens are kept",
  async (_what, reply) => {
    const heard = await heardOf(reply, answer(...hello));
    expect(heard.error?.code).toBe("unavailable");
    expect(textOf(heard)).toBe("Hel");
    expect(heard.events).toContainEqual(expect.objectContaining({ type: "usage" }));
    expect(callsOf(heard)).toEqual([]);
  },
);

test("stopping ends the request at once as cancelled", async () => {
  await using server = await startRawServer({ ...answer(say("Hel")), after: "stay" });
  const stop = new AbortController();
  const hearing = hearNative({ baseUrl: `${server.origin}/api/v1` }, undefined, stop.signal);
  setTimeout(() => stop.abort(), 60);
  expect((await hearing).error?.code).toBe("cancelled");
});

test("a server that goes silent before the end is given up", async () => {
  await using server = await startRawServer({ ...answer(say("Hel")), after: "stay" });
  const heard = await hearNative({ baseUrl: `${server.origin}/api/v1`, idleTimeoutMs: 60 });
  expect(heard.error?.message).toMatch(/sent nothing for 0.1 s/);
});
