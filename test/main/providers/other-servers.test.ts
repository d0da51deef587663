import { expect, it } from "vitest";
import { callsOf, hear, request, textOf } from "../../support/hear-provider.ts";
import { startModelStudio } from "../../support/model-studio/server.ts";

const look = { name: "look", description: "looks", parameters: { type: "object" } };
const asked = request({ tools: [look], maxOutputTokens: 100 });
const part = (text: string) => [{ type: "text" as const, text }];
const servers = ["ollama", "llama.cpp", "lm-studio", "vllm"] as const;

it.each(servers)(
  "%s is heard without a key: thoughts, text, both calls and usage",
  async (flavour) => {
    await using server = await startModelStudio({
      flavour,
      script: [
        {
          text: "I look.",
          reasoning: "Where?",
          toolCalls: [
            { name: "look", arguments: { path: "a" } },
            { name: "look", arguments: { path: "b" } },
          ],
        },
      ],
    });
    const heard = await hear({ baseUrl: server.baseUrl, apiKey: "", region: flavour }, asked);
    expect(heard.error).toBeNull();
    expect(textOf(heard)).toBe("I look.");
    expect(callsOf(heard).map(({ argumentsText }) => argumentsText)).toEqual([
      '{"path":"a"}',
      '{"path":"b"}',
    ]);
    expect(heard.events).toContainEqual(expect.objectContaining({ type: "reasoning-delta" }));
    expect(heard.events).toContainEqual(expect.objectContaining({ type: "usage" }));
  },
);

it("a model of another server gets tool results as plain text, which every server reads", async () => {
  await using server = await startModelStudio({ flavour: "ollama", script: [{ text: "Seen." }] });
  const call = { id: "1", name: "look", argumentsText: "{}" };
  const messages = [
    { role: "user" as const, content: part("Look.") },
    { role: "assistant" as const, content: [], toolCalls: [call] },
    { role: "tool" as const, toolCallId: "1", content: part("a.txt") },
  ];
  const model = "qwen3-coder:30b";
  await hear({ baseUrl: server.baseUrl, region: "ollama" }, request({ model, messages }));
  const sent = server.requests.find(({ path }) => path.endsWith("/chat/completions"))?.body;
  expect(sent).toMatchObject({ model });
  expect([sent?.["messages"]].flat()[2]).toEqual({
    role: "tool",
    tool_call_id: "1",
    content: "a.txt",
  });
});

it.each(["ollama", "llama.cpp", "vllm", "bare"] as const)(
  "%s without tools is told once, with what to do, and not asked again",
  async (flavour) => {
    await using server = await startModelStudio({ flavour, withoutTools: true });
    const heard = await hear({ baseUrl: server.baseUrl, region: flavour }, asked);
    expect([heard.error?.code, server.requests.length]).toEqual(["refused", 1]);
    expect(heard.error?.message).toMatch(/tools/);
  },
);

it("a model that another server lacks is not replaced by Model Studio's", async () => {
  await using server = await startModelStudio({ flavour: "ollama" });
  const place = { baseUrl: server.baseUrl, region: "ollama" };
  const heard = await hear(place, request({ model: "no-such-model" }));
  expect(heard.error?.code).toBe("model-not-found");
  expect(heard.error?.message).not.toContain("qwen");
});
