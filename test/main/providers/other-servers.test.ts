import { expect, it } from "vitest";
import { callsOf, hear, request, textOf } from "../../support/hear-provider.ts";
import { startModelStudio } from "../../support/model-studio/server.ts";

const look = { name: "look", description: "looks", parameters: { type: "object" } };
const asked = request({ tools: [look], maxOutputTokens: 100 });
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

it.each(["ollama", "llama.cpp", "vllm", "bare"] as const)(
  "%s without tools is told once, with what to do, and not asked again",
  async (flavour) => {
    await using server = await startModelStudio({ flavour, withoutTools: true });
    const heard = await hear({ baseUrl: server.baseUrl, region: flavour }, asked);
    expect([heard.error?.code, server.requests.length]).toEqual(["refused", 1]);
    expect(heard.error?.message).toMatch(/tools/);
  },
);
