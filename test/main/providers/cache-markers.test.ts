import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ModelMessage, ModelRequest } from "../../../src/main/agent/ports.ts";
import { cacheMarkers } from "../../../src/main/providers/cache-markers.ts";
import { hear, request } from "../../support/hear-provider.ts";
import { startModelStudio, type ModelStudio } from "../../support/model-studio/server.ts";

const words = (size = 1): { type: "text"; text: string }[] => [
  { type: "text", text: "word ".repeat(size) },
];
const system: ModelMessage = { role: "system", content: words(1000) };
const user: ModelMessage = { role: "user", content: words() };
const result = (id: string): ModelMessage => ({ role: "tool", toolCallId: id, content: words() });
const answer = (...ids: readonly string[]): ModelMessage => ({
  role: "assistant",
  content: [],
  toolCalls: ids.map((id) => ({ id, name: "look", argumentsText: "{}" })),
});
const marked = (messages: readonly ModelMessage[], change: Partial<ModelRequest> = {}) =>
  cacheMarkers({ messages, tools: [], cachesPrefix: true, ...change });

describe("cache markers", () => {
  it("are after the system message and where the request ends", () => {
    expect(marked([system, user])).toEqual([0, 1]);
  });

  it("are where the last two requests ended, too: in front of their answers, behind all results", () => {
    const step = [answer("a", "b"), result("a"), result("b")];
    const note: ModelMessage = { role: "user", content: words() };
    expect(marked([system, user, ...step])).toEqual([0, 1, 4]);
    expect(marked([system, user, ...step, note, ...step])).toEqual([0, 1, 5, 8]);
    expect(marked([system, user, ...step, ...step, ...step])).toEqual([0, 4, 7, 10]);
  });

  it("are left out before there are enough tokens for an entry, tools counted", () => {
    const short: ModelMessage = { role: "system", content: words(10) };
    const long: ModelMessage = { role: "user", content: words(1000) };
    expect(marked([short, user])).toEqual([]);
    expect(marked([short, user, answer("a"), long])).toEqual([3]);
    const tool = { name: "look", description: "word ".repeat(1000), parameters: {} };
    expect(marked([short, user], { tools: [tool] })).toEqual([0, 1]);
  });

  it("are not set for a request whose beginning is not sent again", () => {
    expect(cacheMarkers({ messages: [system, user], tools: [] })).toEqual([]);
  });

  it("never exceed four, and always include where the request before ended", () => {
    const step = fc
      .array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 30 })
      .map((ids) => [answer(...ids), ...ids.map(result)]);
    const turn = fc.array(step, { maxLength: 5 }).map((steps) => [[user], ...steps]);
    fc.assert(
      fc.property(fc.array(turn, { minLength: 1, maxLength: 4 }), (turns) => {
        const messages: ModelMessage[] = [system];
        let before: number | undefined;
        for (const added of turns.flat()) {
          // A prompt follows an answer; the first one follows the system message.
          const isNext = added[0]?.role === "user" && messages.length > 1;
          if (isNext) messages.push({ ...answer(), content: words() });
          messages.push(...added);
          const indexes = marked(messages);
          expect(indexes.length).toBeLessThanOrEqual(4);
          expect(indexes.toSorted((a, b) => a - b)).toEqual(indexes);
          expect(indexes[0]).toBe(0);
          expect(indexes.at(-1)).toBe(messages.length - 1);
          if (before !== undefined) expect(indexes).toContain(before);
          before = messages.length - 1;
        }
      }),
    );
  });
});

const asked = (change: Partial<ModelRequest> = {}) =>
  request({
    messages: [system, { role: "user", content: [...words(), ...words()] }, answer("a")],
    cachesPrefix: true,
    ...change,
  });

describe("cache markers on the wire", () => {
  let studio: ModelStudio;
  const beijing = () => ({ baseUrl: studio.regionUrls.beijing, region: "beijing" });
  const mark = { cache_control: { type: "ephemeral" } };
  const sent = () => JSON.stringify(studio.requests.at(-1)?.body);

  beforeAll(async () => {
    studio = await startModelStudio({ script: () => ({ text: "ok" }) });
  });
  afterAll(() => studio.close());

  it("are on the last content part of a message", async () => {
    const messages = [...asked().messages, result("a")];
    await hear(studio, asked({ messages }));
    expect(studio.requests.at(-1)?.body["messages"]).toEqual([
      { role: "system", content: [{ ...words(1000)[0], ...mark }] },
      { role: "user", content: [words()[0], { ...words()[0], ...mark }] },
      expect.objectContaining({ role: "assistant", content: "" }),
      { role: "tool", tool_call_id: "a", content: [{ ...words()[0], ...mark }] },
    ]);
    await hear(beijing(), asked());
    expect(sent()).toContain("cache_control");
  });

  it.each([
    ["a model without one", () => studio, { model: "qwen3.7-flash" }],
    ["a model nobody knows", () => studio, { model: "somebody-else" }],
    ["an endpoint of another provider", () => ({ ...studio, region: "custom" }), {}],
    ["a region that has none", () => ({ ...studio, region: "virginia" }), {}],
    ["a single completion", () => studio, { cachesPrefix: false }],
  ])("are left out for %s", async (_, endpoint, change) => {
    await hear(endpoint(), asked(change));
    expect(sent()).not.toContain("cache_control");
  });
});
