import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import {
  callOf,
  goodChat,
  invalidParameter,
  refusalRows,
  resultOf,
  tool,
  user,
} from "../../support/refusal-rows.ts";
import { startModelStudio, type ModelStudio } from "../../support/model-studio/server.ts";

/** The simulation is only worth something while it refuses what the real service refuses, in its words. */
let studio: ModelStudio;
beforeAll(async () => {
  studio = await startModelStudio();
});
afterAll(() => studio.close());

const bodySchema = z.object({
  error: z.object({ code: z.string().nullable(), message: z.string(), type: z.string() }),
  request_id: z.string(),
});

interface Answered {
  readonly status: number;
  readonly code?: string | null;
  readonly message?: string;
  readonly text: string;
}

async function post(body: unknown, change: RequestInit & { url?: string } = {}): Promise<Answered> {
  const response = await fetch(change.url ?? `${studio.baseUrl}/chat/completions`, {
    method: "POST",
    headers: { Authorization: "Bearer sk-good-enough", "Content-Type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
    ...change,
  });
  const text = await response.text();
  const parsed = response.ok ? undefined : bodySchema.safeParse(tryJson(text)).data;
  return { status: response.status, text, ...parsed?.error };
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

describe("the simulated Model Studio", () => {
  it.each(refusalRows)(
    "refuses $what",
    async ({ change, status = 400, code = invalidParameter, says }) => {
      const answered = await post({ ...goodChat, ...change });
      expect(answered).toMatchObject({ status, code });
      expect(answered.message).toMatch(says);
    },
  );

  it("serves what keeps to the rules, with a stream or without", async () => {
    const history = [user, callOf("1", "{}"), resultOf("1")];
    const request = { ...goodChat, messages: history, tools: [tool("look")], max_tokens: 65_536 };
    expect(await post(request)).toMatchObject({ status: 200 });
    const streamed = await post({ ...request, stream: true });
    expect(streamed.text).toMatch(/"role":"assistant"[^]*"finish_reason":"stop"[^]*\[DONE\]\n\n$/);
    expect(streamed.text).not.toContain("prompt_tokens");
    const counted = await post({
      ...request,
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(counted.text).toMatch(/"choices":\[\],"usage":\{"prompt_tokens":\d+/);
  });

  it.each([
    { what: "no key", authorization: "", code: null, says: /didn't provide an API key/ },
    {
      what: "a key of another service",
      authorization: "Bearer other",
      code: "invalid_api_key",
      says: /Incorrect API key/,
    },
    {
      what: "a plan's key",
      authorization: "Bearer sk-sp-12345678",
      code: "invalid_api_key",
      says: /token expired/,
    },
  ])("refuses $what with 401", async ({ authorization, code, says }) => {
    const headers = authorization === "" ? {} : { Authorization: authorization };
    const answered = await post(goodChat, { headers });
    expect(answered).toMatchObject({ status: 401, code });
    expect(answered.message).toMatch(says);
  });

  it("knows each key in its own region only", async () => {
    await using own = await startModelStudio({ keys: { beijing: ["sk-beijing-1"] } });
    const headers = { Authorization: "Bearer sk-beijing-1" };
    const statuses = await Promise.all(
      [own.regionUrls.singapore, own.regionUrls.beijing].map(
        async (url) => (await fetch(`${url}/models`, { headers })).status,
      ),
    );
    expect(statuses).toEqual([401, 200]);
  });

  it("answers nothing outside its paths, and on a plan's host only to coding tools", async () => {
    const headers = { Authorization: "Bearer sk-sp-12345678", "User-Agent": "" };
    const plan = studio.regionUrls["coding-plan"];
    expect(await post(goodChat, { url: `${studio.baseUrl}/completions` })).toMatchObject({
      status: 404,
    });
    expect(await post(goodChat, { url: `${plan}/chat/completions`, headers })).toMatchObject({
      status: 405,
      text: '{"error":"Coding Plan is currently only available for Coding Agents"}',
    });
  });
});
