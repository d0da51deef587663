import { expect, it } from "vitest";
import { z } from "zod";
import { startModelStudio } from "../../support/model-studio/server.ts";
import { askNatively } from "../../support/native-endpoint.ts";
import { callOf, goodChat, resultOf, tool, user } from "../../support/refusal-rows.ts";

const { model } = goodChat;
const inMessages = { result_format: "message", incremental_output: true };

it("both protocols count the same tokens, the explicit cache's too, however content is written", async () => {
  const long = "The same beginning. ".repeat(400);
  const marked = { cache_control: { type: "ephemeral" } };
  const history = [callOf("1", "{}"), resultOf("1"), user];
  const totals = async (native: boolean) => {
    await using own = await startModelStudio({
      script: () => ({ text: "An answer.", reasoning: "" }),
    });
    const seen: unknown[] = [];
    for (const rest of [[], history]) {
      const part = { text: long, ...marked };
      const first = { role: "user", content: [native ? part : { type: "text", ...part }] };
      const asked = [first, ...rest];
      const tools = [tool("look")];
      const answered = native
        ? await askNatively(own, {
            body: { model, input: { messages: asked }, parameters: { ...inMessages, tools } },
          })
        : await fetch(`${own.baseUrl}/chat/completions`, {
            method: "POST",
            headers: { Authorization: "Bearer sk-good-enough" },
            body: JSON.stringify({ model, messages: asked, tools }),
          });
      const { usage } = z
        .object({ usage: z.record(z.string(), z.unknown()) })
        .parse(await answered.json());
      seen.push([
        usage["prompt_tokens"] ?? usage["input_tokens"],
        usage["completion_tokens"] ?? usage["output_tokens"],
        usage["total_tokens"],
        usage["prompt_tokens_details"],
      ]);
    }
    return seen;
  };
  const compatible = await totals(false);
  expect(await totals(true)).toEqual(compatible);
  expect(compatible[0]).toMatchObject([
    expect.any(Number),
    expect.any(Number),
    expect.any(Number),
    { cache_type: "ephemeral" },
  ]);
  expect(JSON.stringify(compatible[1])).toMatch(/"cached_tokens":[1-9]/);
});
