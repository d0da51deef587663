import * as fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ModelEvent } from "../../../src/main/agent/ports.ts";
import { hearNative } from "../../support/hear-native.ts";
import { hear, providerKey, request, retriesOf, type Heard } from "../../support/hear-provider.ts";
import type { Script, ScriptedResponse } from "../../support/model-studio/script.ts";
import { startModelStudio, type ModelStudio } from "../../support/model-studio/server.ts";

let studio: ModelStudio;
beforeAll(async () => {
  studio = await startModelStudio({ keys: [providerKey] });
});
afterAll(() => studio.close());

const tool = (name: string) => ({ name, description: name, parameters: { type: "object" } });
const asking = (model: string) => request({ model, tools: [tool("look"), tool("list")] });

/** What one script is to each protocol; the model chooses the native path. */
async function hearBoth(script: Script, model: string): Promise<readonly [Heard, Heard]> {
  studio.play(script);
  const compatible = await hear(studio, asking(model));
  studio.play(script);
  return [compatible, await hearNative(studio, asking(model))];
}

/** Neighbouring pieces joined: how a text is cut is no part of it. */
function joined({ events }: Heard): ModelEvent[] {
  const all: ModelEvent[] = [];
  for (const event of events) {
    const last = all.at(-1);
    if (event.type === "text-delta" && last?.type === "text-delta")
      all[all.length - 1] = { ...last, text: last.text + event.text };
    else if (event.type === "reasoning-delta" && last?.type === "reasoning-delta")
      all[all.length - 1] = { ...last, text: last.text + event.text };
    else all.push(event);
  }
  return all;
}

const anyText = fc.string({ unit: "grapheme", maxLength: 40 });
const anyCall = fc.record({
  name: fc.constantFrom("look", "list"),
  arguments: fc.dictionary(anyText, fc.oneof(anyText, fc.integer(), fc.boolean()), { maxKeys: 4 }),
});
/** Every call as it may come: with its index or another, and in turn only when an index tells them apart. */
const anyCalls: fc.Arbitrary<ScriptedResponse> = fc
  .array(anyCall, { maxLength: 3 })
  .chain((toolCalls) =>
    fc.oneof(
      fc.constant({ toolCalls }),
      fc.constantFrom<ScriptedResponse>(
        { toolCalls, interleaved: true },
        { toolCalls, callIndexes: "none" },
        { toolCalls, callIndexes: [0, 0, 0] },
        { toolCalls, callIndexes: [2, 5, 9], interleaved: true },
      ),
    ),
  );
const anyWay: fc.Arbitrary<ScriptedResponse> = fc.record(
  {
    chunking: fc.oneof(
      fc.constantFrom("realistic" as const, "whole" as const),
      fc.integer({ min: 1, max: 9 }),
    ),
    lineEnd: fc.constantFrom("\n" as const, "\r\n" as const, "\r" as const),
    bom: fc.boolean(),
    gzip: fc.boolean(),
    linesBefore: fc.constantFrom([], [": a comment"], ["retry: 10"]),
    usageInEmptyDelta: fc.boolean(),
    contentType: fc.constantFrom("text/event-stream", "application/json", null),
  },
  { requiredKeys: [] },
);
/** Few writes, at any byte: one for each piece of a long answer would take long. */
const anyWrites = fc
  .uniqueArray(fc.integer({ min: 1, max: 4000 }), { maxLength: 12 })
  .map((places) => places.toSorted((one, other) => one - other));
const anyAnswer = fc
  .tuple(anyText, anyText, anyCalls, anyWay, anyWrites)
  .map(([text, reasoning, calls, way, writeAt]): ScriptedResponse => ({
    text: `Yes. ${text}`,
    ...(reasoning === "" ? {} : { reasoning }),
    ...calls,
    ...way,
    writeAt,
  }));

it.each(["qwen3-coder-flash", "qwen3.7-plus"])(
  "an answer of %s is the same events over both protocols, tokens included, however it comes",
  async (model) => {
    await fc.assert(
      fc.asyncProperty(anyAnswer, async (response) => {
        const [compatible, native] = await hearBoth([response], model);
        expect(native.error).toEqual(compatible.error);
        expect(compatible.error).toBeNull();
        expect(joined(native)).toEqual(joined(compatible));
        const text = joined(native).map((event) => (event.type === "text-delta" ? event.text : ""));
        expect(text.join("")).toBe(response.text);
      }),
      { numRuns: 40 },
    );
  },
);

it.each([
  ["too long", 400, "invalid_parameter_error", "Range of input length should be [1, 30720]"],
  ["inspected", 400, "data_inspection_failed", "Input data may contain inappropriate content."],
  ["a wrong key", 401, "invalid_api_key", "Incorrect API key provided."],
  ["no right", 403, "access_denied", "Access denied."],
  ["a model that is gone", 404, "model_not_found", "The model `x` does not exist."],
  ["too many requests", 429, "limit_requests", "You exceeded your current requests list."],
  ["too many tokens", 429, "insufficient_quota", "You exceeded your current quota."],
  ["a burst", 429, "limit_burst_rate", "Request rate increased too quickly."],
  ["a fault", 500, "internal_error", "An internal error has occurred."],
] as const)(
  "a refusal is understood alike over both protocols, as JSON, as an event and in a stream: %s",
  async (...[, status, code, message]) => {
    const error = { status, body: { error: { code, message, type: "x", param: null } } };
    const scripts: readonly ScriptedResponse[] = [
      { error },
      { error: { ...error, asEvent: true } },
      { error, contentType: null },
      { text: "So", streamError: error.body },
    ];
    for (const response of scripts) {
      const [compatible, native] = await hearBoth(() => response, "qwen3-coder-flash");
      expect(native.error?.code).toBe(compatible.error?.code);
      expect(native.error).not.toBeNull();
      expect(retriesOf(native)).toHaveLength(retriesOf(compatible).length);
    }
  },
);

it.each([
  ["cut", { cutAfterBytes: 400 }],
  ["without a reason for its end", { finish: null }],
  ["empty", { raw: "" }],
  ["at its limit in the middle of a call", { finish: "length" }],
] satisfies readonly (readonly [string, ScriptedResponse])[])(
  "what cannot be used is a failure over both protocols, and no call of it is given out as good: %s",
  async (_, fault) => {
    const response: ScriptedResponse = {
      text: "I look.",
      toolCalls: [{ name: "look", arguments: '{"path": "a' }],
      ...fault,
    };
    const both = await hearBoth(() => response, "qwen3-coder-flash");
    for (const { events, error } of both) {
      const finish = events.findLast((event) => event.type === "finish");
      expect([error === null, finish?.reason]).toEqual(
        "finish" in fault && fault.finish === "length" ? [true, "length"] : [false, undefined],
      );
    }
    expect(both[1].error?.code).toBe(both[0].error?.code);
  },
);
