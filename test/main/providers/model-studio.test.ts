import { expect, test } from "vitest";
import { z } from "zod";
import { startModelStudio, type ModelStudio } from "../../support/model-studio/server.ts";

const usageSchema = z.object({
  usage: z.object({
    prompt_tokens: z.int(),
    prompt_tokens_details: z.object({ cached_tokens: z.int() }),
  }),
});

const user = { role: "user", content: "Hello" };

const ask = (studio: ModelStudio, messages: readonly unknown[]): Promise<Response> =>
  fetch(`${studio.baseUrl}/chat/completions`, {
    method: "POST",
    headers: { authorization: "Bearer sk-simulation" },
    body: JSON.stringify({ model: "qwen3-coder-flash", messages }),
  });

test("a script that is played out refuses, so that a test notices", async () => {
  await using studio = await startModelStudio({ script: [{ text: "only one" }] });
  expect((await ask(studio, [user])).status).toBe(200);
  expect((await ask(studio, [user])).status).toBe(400);
  expect(studio.requests.map(({ status }) => status)).toEqual([200, 400]);
});

test("a refused request uses up no answer of the script", async () => {
  await using studio = await startModelStudio({ script: [{ text: "only one" }] });
  expect((await ask(studio, [])).status).toBe(400);
  expect((await ask(studio, [user])).status).toBe(200);
  expect(studio.chats()).toHaveLength(1);
});

test("an answer can wait for the request it belongs to", async () => {
  await using studio = await startModelStudio({
    script: [{ text: "for the second", match: "two" }, { text: "for the first" }],
  });
  expect(await (await ask(studio, [user])).text()).toContain("for the first");
  expect(await (await ask(studio, [{ role: "user", content: "two" }])).text()).toContain(
    "for the second",
  );
});

test("a long prompt that begins like the last one is reported as cached, in whole blocks", async () => {
  await using studio = await startModelStudio();
  const usage = async (messages: readonly unknown[]) =>
    usageSchema.parse(await (await ask(studio, messages)).json()).usage;
  const long = { role: "user", content: "The same beginning. ".repeat(400) };
  expect((await usage([long])).prompt_tokens_details.cached_tokens).toBe(0);
  const second = await usage([long, { role: "assistant", content: "Yes." }, user]);
  expect(second.prompt_tokens_details.cached_tokens).toBe(1792);
  expect(second.prompt_tokens).toBeGreaterThan(1792);
});
