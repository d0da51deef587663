import { afterEach, beforeEach, expect, test } from "vitest";
import {
  callsOf,
  delta,
  errorBody,
  frames,
  hear,
  providerKey,
  refusal,
  request,
  retriesOf,
  textOf,
} from "../../support/hear-provider.ts";
import type { ScriptedResponse } from "../../support/model-studio/script.ts";
import { startModelStudio, type ModelStudio } from "../../support/model-studio/server.ts";

let studio: ModelStudio;
beforeEach(async () => {
  studio = await startModelStudio({ keys: [providerKey] });
});
afterEach(() => studio.close());

const done = delta({}, "stop");
const brokenHistory =
  '<400> InternalError.Algo.InvalidParameter: The "function.arguments" parameter must be JSON.';

test("an answer cut by the output limit finishes with length, which says that its calls are not whole", async () => {
  studio.play([
    {
      text: "half",
      toolCalls: [{ name: "write_file", arguments: '{"path":"a","content":"ha' }],
      finish: "length",
    },
  ]);
  const heard = await hear(studio);
  expect(callsOf(heard)).toMatchObject([{ argumentsText: '{"path":"a","content":"ha' }]);
  expect(heard.events.at(-1)).toEqual({ type: "finish", reason: "length" });
});

test.each<[string, ScriptedResponse]>([
  ["ends without a finish", { text: "half an ans", finish: null }],
  [
    "is cut on the wire",
    { text: "half an answer that goes on for quite a while", cutAfterBytes: 900, chunking: 5 },
  ],
])(
  "a stream that %s after some text fails as unavailable, without another attempt",
  async (_what, response) => {
    studio.play([response, { text: "second" }]);
    const heard = await hear(studio);
    expect(heard.error?.code).toBe("unavailable");
    expect(textOf(heard)).toMatch(/^half/);
    expect(studio.requests).toHaveLength(1);
  },
);

test.each<[string, ScriptedResponse]>([
  ["nothing at all", { raw: "" }],
  ["calls and no finish", { toolCalls: [{ name: "look", arguments: {} }], finish: null }],
  [
    "a call without a name",
    frames(delta({ tool_calls: [{ index: 0, id: "a", function: { arguments: "{}" } }] }), done),
  ],
  ["a line that is no JSON", { raw: "data: {oops\n\n" }],
  ["a web page", { raw: "<html><body>Please log in</body></html>" }],
  [
    "an error frame of the server's",
    { streamError: errorBody("internal_error", "An internal error has occured") },
  ],
  ["a proxy's page at 502", { error: { status: 502, body: "<html>Bad gateway</html>" } }],
  ["a cut before the first byte of text", { text: "x", cutAfterBytes: 20 }],
])("an answer of %s is tried again, and the third try may succeed", async (_what, response) => {
  studio.play([response, response, { text: "At last." }]);
  const heard = await hear(studio);
  expect(heard.error).toBeNull();
  expect(textOf(heard)).toBe("At last.");
  expect(retriesOf(heard)).toMatchObject([
    { attempt: 1, code: "unavailable" },
    { attempt: 2, code: "unavailable" },
  ]);
  studio.play([response, response, response]);
  expect((await hear(studio)).error?.code).toBe("unavailable");
});

test("usage reported before a stream breaks is passed on as the broken attempt's, and the request repeated", async () => {
  const usage = { prompt_tokens: 50, completion_tokens: 5 };
  studio.play([
    frames(delta({ tool_calls: [] }), { choices: [], usage }, "{oops"),
    { text: "second" },
  ]);
  const heard = await hear(studio);
  expect(heard.error).toBeNull();
  expect(heard.events).toMatchObject([
    { type: "usage", usage: { inputTokens: 50, outputTokens: 5 } },
    { type: "retry", attempt: 1, code: "unavailable" },
    { type: "text-delta", text: "seco" },
    { type: "text-delta", text: "nd" },
    { type: "usage" },
    { type: "finish" },
  ]);
});

test("silence for an answer is a failure, except after tool results", async () => {
  studio.play(() => ({ text: "" }));
  expect((await hear(studio)).error?.message).toContain("answered with nothing");
  const afterTool = request({
    messages: [
      { role: "user", content: [{ type: "text", text: "U" }] },
      {
        role: "assistant",
        content: [],
        toolCalls: [{ id: "1", name: "look", argumentsText: "{}" }],
      },
      { role: "tool", toolCallId: "1", content: [{ type: "text", text: "seen" }] },
    ],
  });
  expect((await hear(studio, afterTool)).events.at(-1)).toEqual({ type: "finish", reason: "stop" });
});

test.each<[string, ScriptedResponse]>([
  [
    "Throttling",
    refusal(429, "Throttling.RateQuota", "Requests rate limit exceeded, please try again later."),
  ],
  [
    "insufficient_quota, which there means tokens per minute",
    refusal(
      429,
      "insufficient_quota",
      "You exceeded your current quota, please check your plan and billing details.",
    ),
  ],
  ["limit_burst_rate", refusal(429, "limit_burst_rate", "Request rate increased too quickly.")],
  ["a 429 without a body", { error: { status: 429, body: "" } }],
  [
    "a 429 framed as an event",
    {
      error: {
        status: 429,
        body: 'event:error\ndata:{"code":"Throttling","message":"Requests throttling triggered."}\n\n',
      },
    },
  ],
  [
    "throttling told inside the stream",
    { streamError: errorBody("Throttling.AllocationQuota", "Allocated quota exceeded") },
  ],
])("%s is waited for", async (_what, response) => {
  studio.play([response, { text: "Now." }]);
  const heard = await hear(studio);
  expect(textOf(heard)).toBe("Now.");
  expect(retriesOf(heard)).toMatchObject([{ attempt: 1, code: "rate-limited" }]);
  expect(retriesOf(heard)[0]?.message).not.toMatch(/event:|[{}]/);
});

const asks = (seconds: string): ScriptedResponse => ({
  error: {
    status: 429,
    body: errorBody("Throttling", "slow"),
    headers: { "retry-after": seconds },
  },
});

test("Retry-After is kept to, and one beyond two minutes is told instead of waited for", async () => {
  studio.play([asks("0.05"), { text: "Now." }]);
  expect(retriesOf(await hear(studio))).toMatchObject([{ waitMs: 50 }]);
  studio.play([asks("3600"), { text: "Now." }]);
  const heard = await hear(studio);
  expect([heard.error?.code, retriesOf(heard)]).toEqual(["rate-limited", []]);
});

test.each<[string, ScriptedResponse, string, RegExp]>([
  [
    "a payment due",
    refusal(400, "Arrearage", "Access denied, please make sure your account is in good standing."),
    "refused",
    /payment due/,
  ],
  [
    "the content filter",
    refusal(400, "data_inspection_failed", "Input data may contain inappropriate content."),
    "refused",
    /content filter/,
  ],
  [
    "the filter in mid-stream",
    {
      streamError: errorBody(
        "data_inspection_failed",
        "Output data may contain inappropriate content.",
      ),
    },
    "refused",
    /content filter/,
  ],
  [
    "the filter as the reason for the end",
    { text: "", finish: "content_filter" },
    "refused",
    /content filter/,
  ],
  [
    "free quota only",
    refusal(403, "AllocationQuota.FreeTierOnly", "The free tier of the model has been exhausted."),
    "refused",
    /free quota only/,
  ],
  [
    "free quota gone",
    refusal(429, "Throttling.AllocationQuota", "Free allocated quota exceeded."),
    "refused",
    /no paid service/,
  ],
  [
    "a service not bought",
    refusal(429, "CommodityNotPurchased", "Commodity has not purchased yet."),
    "refused",
    /not activated/,
  ],
  [
    "a plan's quota",
    refusal(429, null, "week allocated quota exceeded."),
    "refused",
    /resets by itself/,
  ],
  [
    "too long an input",
    refusal(
      400,
      "invalid_parameter_error",
      "<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 997952]",
    ),
    "refused",
    /longer than the model takes.*997952/,
  ],
  [
    "too high a limit",
    refusal(400, "invalid_parameter_error", "Range of max_tokens should be [1, 65536]"),
    "refused",
    /limit/,
  ],
  [
    "no right to the model",
    refusal(403, "Model.AccessDenied", "Model access denied."),
    "unauthorized",
    /permissions/,
  ],
  [
    "a plan's expired token",
    refusal(401, "invalid_api_key", "invalid access token or token expired"),
    "unauthorized",
    /plan/,
  ],
  ["a wrong path", { error: { status: 404, body: "" } }, "refused", /base URL/],
  [
    "a wrong workspace",
    refusal(404, "WorkSpaceNotFound", "WorkSpace can not be found."),
    "refused",
    /workspace/,
  ],
  [
    "a string for an error",
    {
      error: {
        status: 405,
        body: { error: "Coding Plan is currently only available for Coding Agents" },
      },
    },
    "refused",
    /Coding Agents/,
  ],
  [
    "a native body",
    {
      error: {
        status: 400,
        body: { code: "InvalidParameter", message: "No good.", request_id: "x" },
      },
    },
    "refused",
    /No good/,
  ],
  ["a body without code", refusal(400, null, "Something."), "refused", /Something/],
  ["a relay's wrapping", refusal(502, "502", `Upstream: ${brokenHistory}`), "refused", /that call/],
])("%s is told with what to do, and not retried", async (...[, response, code, message]) => {
  studio.play([response, { text: "never" }]);
  const heard = await hear(studio);
  expect(heard.error?.code).toBe(code);
  expect(heard.error?.message).toMatch(message);
  expect(studio.requests).toHaveLength(1);
});

test("a retired model is told with its successors", async () => {
  const heard = await hear(studio, request({ model: "qwen3-coder-plus" }));
  expect(heard.error?.code).toBe("model-not-found");
  expect(heard.error?.message).toContain("qwen3.7-plus");
});

test("a refused key is told with host and region, and never appears in a message", async () => {
  const wrong = "sk-wrongkey0123456789";
  const refused = await hear({ ...studio, apiKey: wrong });
  expect(refused.error?.code).toBe("unauthorized");
  expect(refused.error?.message).toMatch(/127\.0\.0\.1:\d+, region singapore/);
  studio.play([refusal(400, "x", `The key ${providerKey} and Bearer ${providerKey} are odd`)]);
  const echoed = await hear(studio);
  expect(echoed.error?.message).toContain("[key]");
  expect(JSON.stringify([refused.error?.message, echoed.error?.message])).not.toMatch(
    /sk-(?:wrong|provider)/,
  );
});
