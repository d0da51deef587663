import { assert, constantFrom, integer, property, string, tuple } from "fast-check";
import { describe, expect, it } from "vitest";
import refusalsFile from "../../../resources/catalogue/refusals.json" with { type: "json" };
import {
  errorFor,
  redact,
  ruleFor,
  type ErrorContext,
} from "../../../src/main/providers/error-table.ts";
import { failureOf, RefusalError } from "../../../src/main/providers/provider-failure.ts";
import { readRefusal, streamRefusal } from "../../../src/main/providers/read-refusal.ts";

const context: ErrorContext = {
  host: "dashscope-intl.aliyuncs.com",
  region: "singapore",
  model: "qwen3-coder-plus",
  successors: ["qwen3.7-plus"],
  secret: "sk-0123456789abcdef",
};

/** Written down apart from the table: status, code and message as reported, and what they mean; `+` may be retried, `++` slower. */
const reported = [
  [
    400,
    "Arrearage",
    "Access denied, please make sure your account is in good standing.",
    "refused",
  ],
  [400, "data_inspection_failed", "Input data may contain inappropriate content.", "refused"],
  [400, "invalid_parameter_error", "Range of input length should be [1, 204800]", "refused"],
  [400, "invalid_parameter_error", "Range of max_tokens should be [1, 65536]", "refused"],
  [401, "invalid_api_key", "Incorrect API key provided. ", "unauthorized"],
  [401, "NOT AUTHORIZED", "", "unauthorized"],
  [401, "", "invalid access token or token expired", "unauthorized"],
  [403, "AccessDenied", "Access denied.", "unauthorized"],
  [403, "Model.AccessDenied", "Model access denied.", "unauthorized"],
  [403, "AccessDenied.Unpurchased", "Access to model denied.", "refused"],
  [403, "AllocationQuota.FreeTierOnly", "The free tier has been exhausted.", "refused"],
  [403, "insufficient_quota", "You exceeded your current quota", "refused"],
  [403, "", "model 'qwen3-coder-plus' is not supported", "model-not-found"],
  [404, "model_not_found", "The model `qwen3-coder-plus` does not exist", "model-not-found"],
  [404, "ModelNotFound", "", "model-not-found"],
  [404, "WorkSpaceNotFound", "WorkSpace can not be found.", "refused"],
  [404, "", "", "refused"],
  [405, "", "Coding Plan is currently only available for Coding Agents", "refused"],
  [429, "Throttling.RateQuota", "Requests rate limit exceeded", "rate-limited+"],
  [429, "insufficient_quota", "You exceeded your current quota", "rate-limited+"],
  [429, "limit_burst_rate", "Request rate increased too quickly", "rate-limited++"],
  [429, "", "", "rate-limited+"],
  [429, "", "Free allocated quota exceeded.", "refused"],
  [429, "PostpaidBillOverdue", "", "refused"],
  [429, "", "week allocated quota exceeded", "refused"],
  [429, "", "concurrency allocated quota exceeded", "rate-limited+"],
  [500, "500", "tools param requires --jinja flag", "refused"],
  [500, "internal_error", "An internal error has occured", "unavailable+"],
  [502, "", "", "unavailable+"],
  [503, "ModelServingError", "Too many requests", "unavailable+"],
  [599, "", "", "unavailable+"],
  [418, "", "", "refused"],
] as const;

describe("a refusal", () => {
  it.each(reported)("of %i %s %s means %s", (...[status, code, message, means]) => {
    const rule = ruleFor({ status, code, message });
    expect(rule.class + { no: "", yes: "+", slower: "++" }[rule.retry]).toBe(means);
  });

  it("is told with what to do, in every rule", () => {
    for (const { advice } of refusalsFile.rows)
      expect(advice).toMatch(/^(?:[A-Z]|top_|rep|pres).{20,}[.?]$/);
  });

  it("of a key names the host and the region", () => {
    const error = errorFor({ status: 401, code: "invalid_api_key", message: "Incorrect" }, context);
    expect(error.message).toMatch(/dashscope-intl\.aliyuncs\.com.*singapore.*says: Incorrect/);
  });

  it("of a model names its successors, or at least the way out", () => {
    const gone = { status: 404, code: "model_not_found", message: "" };
    expect(errorFor(gone, context).message).toMatch(/Use instead: qwen3\.7-plus/);
    expect(errorFor(gone, { ...context, successors: [] }).message).toMatch(/Choose another model/);
  });

  it("never shows a key, whole, quoted back or of somebody else", () => {
    assert(
      property(
        integer({ min: 400, max: 599 }),
        tuple(string(), string()),
        constantFrom(context.secret, "sk-sp-another-key-1"),
        (status, [before, after], key) => {
          const refusal = { status, code: "", message: `${before} ${key} ${after}` };
          const { error } = failureOf(new RefusalError(refusal, null), context);
          expect(error.message).not.toContain(key);
          expect(error.message.length).toBeLessThan(700);
        },
      ),
    );
  });

  it("leaves ordinary words alone", () => {
    expect(redact("ask-me about sk-1 and a task-list", "short")).toBe(
      "ask-me about sk-1 and a task-list",
    );
  });
});

type Row = (typeof refusalsFile.rows)[number];
type Seen = Row["seen"][number];
type Body = readonly [form: string, status: number, body: string];

const json = (value: unknown): string => JSON.stringify(value);

/** One refusal as the native and the compatible endpoint send it, and framed as events. */
function bodiesOf({ status, native, compat, message }: Seen): readonly Body[] {
  const inNative = json({ code: native, message, request_id: "r" });
  const inCompat = json({ error: { code: compat, message, param: null, type: "" }, id: "r" });
  return [
    ["native", status, inNative],
    ["compatible", status, inCompat],
    ["framed", status, `event:error\ndata:${inCompat}\n\n`],
    ["framed at 200", 200, `id:1\nevent:error\n:HTTP_STATUS/${status}\ndata:${inNative}\n\n`],
  ];
}

/** The same as relays wrap it, which keep no code of their own. */
function relayedBodies({ status, native, message }: Seen): readonly Body[] {
  const code = native === null ? "" : `InternalError.Algo.${native}: `;
  const said = `<${status}> ${code}${message}`;
  return [
    [
      "a relay's text",
      502,
      json({ error: { code: 502, message: `Upstream error from Alibaba: ${said}` } }),
    ],
    [
      "the compatible endpoint's",
      status,
      json({ error: { code: "invalid_parameter_error", message: said } }),
    ],
  ];
}

/** Without a code the words alone have to tell. */
function wordsOnly({ status, message }: Seen): readonly Body[] {
  return [
    ["code null", status, json({ error: { code: null, message, type: null } })],
    ["a plain string", status, json({ error: message })],
    ["plain text", status, message],
    [
      "a body inside a message",
      status,
      json({ error: { message: `failed: ${json({ message })}` } }),
    ],
  ];
}

function everyBody({ message, status }: Row, seen: Seen): readonly Body[] {
  const hasWords = seen.message !== "" && (message !== undefined || status !== undefined);
  return [
    ...bodiesOf(seen),
    ...(seen.message === "" || seen.native?.includes(" ") === true ? [] : relayedBodies(seen)),
    ...(hasWords && seen.native === null ? wordsOnly(seen) : []),
    ...(message === undefined ? [] : wordsOnly(seen)),
  ];
}

describe.each(refusalsFile.rows)("the table's row $id", (row) => {
  it("stands on a source and has been seen", () => {
    expect(Object.keys(refusalsFile.sources)).toContain(row.source);
    expect(row.seen).not.toEqual([]);
  });

  it.each(row.seen.flatMap((seen) => everyBody(row, seen)))(
    "is found in a body of the form: %s, status %i",
    (_form, status, body) => {
      expect(ruleFor(readRefusal(status, body)).id).toBe(row.id);
    },
  );

  it("decides class, advice and whether to retry", () => {
    for (const seen of row.seen) {
      const refusal = { status: seen.status, code: seen.compat ?? "", message: seen.message };
      const { error, retry } = failureOf(new RefusalError(refusal, null), context);
      expect([error.code, retry]).toEqual([row.class, row.retry]);
      expect(error.message).toContain(row.advice);
    }
  });
});

describe("an error's body", () => {
  it.each([
    ["the compatible form", '{"error":{"code":"c","message":"m","param":null}}'],
    ["the native form", '{"code":"c","message":"m","request_id":"r"}'],
    ["a framed one", 'event:error\ndata:{"code":"c","message":"m"}\n\n'],
    ["one without a code", '{"error":{"code":null,"type":"c","message":"m"}}'],
  ])("is read in %s", (_what, body) => {
    expect(readRefusal(400, body)).toEqual({ status: 400, code: "c", message: "m" });
  });

  it.each([
    ["a plain string", '{"error":"m"}', "m"],
    ["text", "m", "m"],
    ["a gateway's page", "<!doctype html><title>Bad gateway</title>", ""],
    ["nothing", "", ""],
    ["an odd type", "[7]", ""],
    ["null", "null", ""],
    ["a proxy's page", '\n<html lang="en"><body>Sign in</body></html>', ""],
    ["a frame that was cut", "event:erro", ""],
  ])("may be %s", (_what, body, message) => {
    expect(readRefusal(502, body)).toEqual({ status: 502, code: "", message });
  });

  it("never makes reading it fail", () => {
    assert(
      property(string(), (body) => {
        expect(readRefusal(500, body).status).toBe(500);
      }),
    );
  });

  it.each([
    [{ code: "Throttling.RateQuota", message: "" }, 429],
    [{ code: "InternalError.Timeout", message: "" }, 500],
    [{ code: "data_inspection_failed", message: "" }, 400],
    [{ code: "InvalidApiKey", message: "" }, 401],
    [{ code: null, message: "invalid api-key" }, 401],
  ])("inside a stream has the status of its code: %j", (frame, status) => {
    expect(streamRefusal(frame).status).toBe(status);
  });
});
