import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createPricing } from "../../../src/main/usage/pricing.ts";
import {
  callsOf,
  delta,
  frames,
  hear,
  kindsOf,
  providerKey,
  refusal,
  request,
  retriesOf,
  textOf,
} from "../../support/hear-provider.ts";
import { startModelStudio, type ModelStudio } from "../../support/model-studio/server.ts";
import type { ScriptedResponse } from "../../support/model-studio/script.ts";

let studio: ModelStudio;
beforeEach(async () => {
  studio = await startModelStudio({ keys: [providerKey] });
});
afterEach(() => studio.close());

const done = delta({}, "stop");
const piece = (value: object) => delta({ tool_calls: [value] });

describe("calls in pieces", () => {
  it("A7: one late chunk with all of a large argument is the call", async () => {
    const content = "x\n".repeat(100_000);
    studio.play([
      {
        text: "Now.",
        toolCalls: [{ name: "write_file", arguments: { content } }],
        chunking: "whole",
      },
    ]);
    expect(callsOf(await hear(studio))).toMatchObject([
      { argumentsText: JSON.stringify({ content }) },
    ]);
  });

  it.each(["", null, undefined])(
    "B1: %j as arguments is a call without any, not a lost one",
    async (text) => {
      const call = { index: 0, id: "a", function: { name: "list_files", arguments: text } };
      studio.play([frames(piece(call), done, "[DONE]")]);
      expect(callsOf(await hear(studio))).toMatchObject([
        { name: "list_files", argumentsText: "{}" },
      ]);
    },
  );

  it.each(["", null, undefined])(
    "B2: a later piece with the id %j belongs to the call before",
    async (id) => {
      studio.play([
        frames(
          piece({ index: 0, id: "a", function: { name: "one", arguments: '{"x"' } }),
          piece({ index: 0, id, function: { name: "", arguments: ":1}" } }),
          done,
        ),
      ]);
      expect(callsOf(await hear(studio))).toMatchObject([{ id: "a", argumentsText: '{"x":1}' }]);
    },
  );

  it.each([
    [0, 0],
    [3, 7],
    [undefined, undefined],
    [1, 0],
  ])("B3: calls with the indexes %j and %j are two", async (first, second) => {
    studio.play([
      frames(
        piece({ index: first, id: "a", function: { name: "one", arguments: "{}" } }),
        piece({ index: second, id: "b", function: { name: "two", arguments: "{}" } }),
        done,
      ),
    ]);
    expect(callsOf(await hear(studio)).map(({ name }) => name)).toEqual(["one", "two"]);
  });

  it("B4: the name and the arguments may come apart, in either order", async () => {
    const name = piece({ index: 0, id: "a", function: { name: "one" } });
    const args = piece({ index: 0, function: { arguments: "{}" } });
    for (const order of [
      [name, args],
      [args, name],
    ]) {
      studio.play([frames(...order, done)]);
      expect(callsOf(await hear(studio))).toMatchObject([{ name: "one", argumentsText: "{}" }]);
    }
  });
});

describe("answers that are none", () => {
  it.each<[string, ScriptedResponse]>([
    ["no event at all", { raw: "" }],
    ["only the end of the stream", frames("[DONE]")],
    ["no reason for its end", { toolCalls: [{ name: "one", arguments: {} }], finish: null }],
    ["an error in the stream", { streamError: { error: { code: "InternalError", message: "x" } } }],
  ])("E3: %s at status 200 is tried again", async (_what, response) => {
    studio.play([response, { text: "Now." }]);
    const heard = await hear(studio);
    expect(textOf(heard)).toBe("Now.");
    expect(retriesOf(heard)).toHaveLength(1);
  });

  it("E3: an empty id of the answer is no matter", async () => {
    const chunk = { ...delta({ content: "Hi" }), id: "" };
    studio.play([frames(chunk, { ...done, id: "" }, "[DONE]")]);
    expect(textOf(await hear(studio))).toBe("Hi");
  });

  it("E3 F7: a model that answers nothing fails, and says that another may be better", async () => {
    studio.play(() => ({ text: "" }));
    const { error } = await hear(studio);
    expect(error).toMatchObject({ code: "unavailable" });
    expect(error?.message).toMatch(/choose another model/);
  });

  it("F6: a stream is whole by its reason to end, with the closing mark or without", async () => {
    studio.play([
      frames(delta({ content: "All" }), done),
      frames(delta({ content: "Half" }), "[DONE]"),
    ]);
    expect((await hear(studio)).error).toBeNull();
    expect((await hear(studio)).error?.code).toBe("unavailable");
  });
});

describe("refusals", () => {
  it("F1: too long a conversation is told with the model's limit, and not sent again", async () => {
    studio.play([
      refusal(400, "invalid_parameter_error", "Range of input length should be [1, 129024]"),
      { text: "never" },
    ]);
    const { error } = await hear(studio);
    expect(error).toMatchObject({ code: "refused", history: "length" });
    expect(error?.message).toContain("129024");
    expect(studio.requests).toHaveLength(1);
  });

  it.each([
    'event:error\ndata:{"code":"Throttling","message":"Requests throttling triggered."}\n\n',
    "event:erro",
    "",
    "Too many requests",
    '{"error":"quota"}',
  ])("F2: a 429 whose body is %j is waited for", async (body) => {
    studio.play([{ error: { status: 429, body } }, { text: "Now." }]);
    const heard = await hear(studio);
    expect(textOf(heard)).toBe("Now.");
    expect(retriesOf(heard)).toMatchObject([{ code: "rate-limited" }]);
  });

  it("F3: insufficient_quota on 429 is a limit by the minute, and no bill", async () => {
    const says = "You exceeded your current quota, please check your plan and billing details.";
    studio.play([refusal(429, "insufficient_quota", says), { text: "Now." }]);
    expect(textOf(await hear(studio))).toBe("Now.");
  });

  it("F4: every request says who asks, so that a plan's host serves it", async () => {
    await hear(studio);
    expect(studio.requests[0]?.headers["user-agent"]).toMatch(/^Belay\//);
    studio.play([{ error: { status: 405, body: { error: "Only available for Coding Agents" } } }]);
    expect((await hear(studio)).error).toMatchObject({ code: "refused" });
  });

  it("F7: a model that is gone is told with what takes its place", async () => {
    const { error, events } = await hear(studio, request({ model: "qwen3-coder-plus" }));
    expect(error).toMatchObject({ code: "model-not-found" });
    expect(error?.message).toContain("qwen3.7-plus");
    expect(events).toEqual([]);
  });
});

describe("cached tokens", () => {
  it("F5: are part of the input, and are paid once", async () => {
    const usage = {
      prompt_tokens: 1000,
      completion_tokens: 10,
      prompt_tokens_details: { cached_tokens: 800 },
    };
    studio.play([{ text: "Hi", usage }]);
    const heard = await hear(studio);
    expect(kindsOf(heard)).toContain("usage");
    const told = heard.events.find((event) => event.type === "usage");
    expect(told?.usage).toMatchObject({ inputTokens: 1000, cachedTokens: 800 });
    const pricing = createPricing();
    const costOf = (cachedTokens: number): number =>
      Number(
        pricing.cost(
          "qwen3-coder-flash",
          "singapore",
          {
            inputTokens: 1000,
            cachedTokens,
            cacheWriteTokens: 0,
            outputTokens: 0,
            reasoningTokens: 0,
          },
          false,
        )?.amount,
      );
    // Cached tokens at a fifth: (200 + 800 × 0.2) / 1000 of the full price.
    expect(costOf(800) / costOf(0)).toBeCloseTo(0.36, 6);
  });
});
