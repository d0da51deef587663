import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createPaces } from "../../../src/main/providers/pace.ts";
import { AppError, UnsentError } from "../../../src/shared/errors.ts";
import {
  createProvider,
  errorBody,
  hear,
  providerKey,
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

test("stopping ends the request at once, in whichever state it is", async () => {
  const cases: [string, ScriptedResponse][] = [
    ["before the first byte", { hang: "before" }],
    ["after some text", { text: "some", hang: true }],
    [
      "while waiting to retry",
      {
        error: {
          status: 429,
          body: errorBody("Throttling", "slow"),
          headers: { "retry-after": "60" },
        },
      },
    ],
  ];
  for (const [state, response] of cases) {
    studio.play([response]);
    const stop = new AbortController();
    const asked = studio.requests.length;
    const hearing = hear(studio, request(), stop.signal);
    await vi.waitFor(() => expect(studio.requests.length).toBe(asked + 1), { timeout: 10_000 });
    setTimeout(() => stop.abort(), 50);
    expect([state, (await hearing).error?.code]).toEqual([state, "cancelled"]);
  }
  const stopped = await hear(studio, request(), AbortSignal.abort());
  expect(stopped.error?.code).toBe("cancelled");
  expect(studio.requests).toHaveLength(cases.length);
});

/** Long enough to take longer in all than the silence that is allowed. */
const slow = "slow but there ".repeat(40);

test("a provider gone silent is given up, before and amid the answer; one that is only slow is not", async () => {
  studio.play([
    { hang: "before" },
    { text: "some", hang: true },
    { text: slow, pieceDelayMs: 25, chunking: 100 },
  ]);
  expect((await hear({ ...studio, idleTimeoutMs: 150 })).error?.message).toMatch(
    /sent nothing for/,
  );
  expect((await hear({ ...studio, idleTimeoutMs: 150 })).error?.code).toBe("unavailable");
  expect(textOf(await hear({ ...studio, idleTimeoutMs: 500 }))).toBe(slow);
});

test("an answer that takes longer than allowed in all is given up", async () => {
  studio.play([{ text: "on and on and on", pieceDelayMs: 40, chunking: 30 }]);
  expect((await hear({ ...studio, totalTimeoutMs: 150 })).error?.message).toMatch(
    /did not finish within/,
  );
});

test("a connection serves the next request, also when its end comes after the answer's", async () => {
  let connections = 0;
  const server = createServer((_, response) => {
    response.write(
      'data: {"choices":[{"delta":{"content":"Hi"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n',
    );
    setTimeout(() => response.end(), 20);
  });
  server.on("connection", () => (connections += 1));
  const { url } = await listen(server);
  for (let turn = 0; turn < 3; turn += 1) {
    expect(textOf(await hear({ baseUrl: `${url}/v1` }))).toBe("Hi");
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  expect(connections).toBe(1);
  server.close();
});

test("signs of life without an answer are given up after the longest that Model Studio serves", async () => {
  vi.useFakeTimers();
  try {
    let beating: ReturnType<typeof setInterval> | undefined;
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        beating = setInterval(
          () => controller.enqueue(new TextEncoder().encode(": there\n")),
          30_000,
        );
      },
      cancel: () => clearInterval(beating),
    });
    const hearing = hear({
      baseUrl: "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
      fetch: async () => new Response(body),
    });
    await vi.advanceTimersByTimeAsync(3_700_000);
    expect((await hearing).error?.message).toMatch(/did not finish within 3660 s/);
  } finally {
    vi.useRealTimers();
  }
});

test("a server that is not there is told as unreachable, after some tries", async () => {
  const { baseUrl } = studio;
  await studio.close();
  const heard = await hear({ baseUrl });
  expect(heard.error?.code).toBe("unavailable");
  expect(heard.error?.message).toMatch(/nothing listens there/);
  expect(retriesOf(heard)).toHaveLength(2);
});

test("a server on this machine needs no key; any other does", async () => {
  await using open = await startModelStudio({ keys: ["none"] });
  expect((await hear({ baseUrl: open.baseUrl, apiKey: () => null })).error).toBeNull();
  const remote = await hear({ baseUrl: "https://model.example/v1", apiKey: async () => null });
  expect(remote.error?.code).toBe("unauthorized");
});

test.each([
  "http://model.example/v1",
  "ftp://127.0.0.1/v1",
  "https://user:word@model.example/v1",
  "nonsense",
  "http://127.0.0.1.example/v1",
])("%s is no place for a key", (baseUrl) => {
  expect(() => createProvider({ baseUrl })).toThrow(AppError);
});

test("a redirect is not followed with the key", async () => {
  let visits = 0;
  const thief = await listen(
    createServer((_, response) => {
      visits += 1;
      response.end();
    }),
  );
  const door = await listen(
    createServer((_, response) =>
      response.writeHead(307, { location: `${thief.url}/v1/chat/completions` }).end(),
    ),
  );
  const heard = await hear({ baseUrl: `${door.url}/v1` });
  expect(heard.error?.message).toMatch(/redirects to 127\.0\.0\.1:\d+\. The key is not sent there/);
  expect(visits).toBe(0);
  for (const { server } of [thief, door]) server.close();
});

async function listen(server: Server): Promise<{ url: string; server: Server }> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server's address is never a string
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

test("an own key of any form is taken out of what a server repeats", async () => {
  await using own = await startModelStudio({ keys: ["my-local-key-12345"] });
  own.play([{ error: { status: 400, body: { error: "bad key my-local-key-12345" } } }]);
  const heard = await hear({ baseUrl: own.baseUrl, apiKey: "my-local-key-12345" });
  expect(heard.error?.message).toContain("bad key [key]");
});

const burst: ScriptedResponse = {
  error: {
    status: 429,
    body: errorBody("limit_burst_rate", "Request rate increased too quickly."),
  },
};
const queueHeaders = () =>
  studio.requests.map(({ headers }) => headers["x-dashscope-wait-timeout"] ?? null);

test("after a burst the repeated request may wait in Model Studio's own queue, and silence counts later", async () => {
  studio.play([burst, { text: "Now.", delayMs: 900 }, { text: "Later." }]);
  const modelStudio = "https://dashscope-intl.aliyuncs.com";
  const change = {
    baseUrl: `${modelStudio}${new URL(studio.baseUrl).pathname}`,
    // The tests' own server, under a name of Model Studio's.
    fetch: ((url, init) =>
      fetch(
        new URL(new URL(url instanceof Request ? url.url : url).pathname, studio.baseUrl),
        init,
      )) as typeof fetch,
    idleTimeoutMs: 400,
  };
  expect(textOf(await hear(change))).toBe("Now.");
  expect(textOf(await hear(change))).toBe("Later.");
  expect(queueHeaders()).toEqual([null, "60", null]);
});

test("other hosts and other limits get no such header", async () => {
  const limit = { error: { status: 429, body: errorBody("Throttling.RateQuota", "slow") } };
  studio.play([burst, limit, { text: "Now." }]);
  expect(textOf(await hear(studio))).toBe("Now.");
  expect(queueHeaders()).toEqual([null, null, null]);
});

/** What a stream fails with; `act` after each of its events. */
async function toldOf(
  stream: AsyncIterable<unknown>,
  told: unknown[],
  act: () => void,
): Promise<unknown> {
  try {
    for await (const event of stream) {
      told.push(event);
      act();
    }
  } catch (error) {
    return error;
  }
  return undefined;
}

test("a stop between attempts costs nothing: what became of the one before was told", async () => {
  const limit = { error: { status: 429, body: errorBody("Throttling.RateQuota", "slow") } };
  for (const [answer, isFree] of [
    [limit, true],
    [{ text: "ok", cutAfterBytes: 0 }, undefined],
  ] as const) {
    studio.play(() => answer);
    const stop = new AbortController();
    const stream = createProvider(studio).stream(request(), stop.signal);
    const told: unknown[] = [];
    const error = await toldOf(stream, told, () => stop.abort());
    expect(error).toMatchObject({ code: "cancelled" });
    expect(error).toBeInstanceOf(UnsentError);
    const free = isFree === true ? { costsNothing: true } : {};
    expect(told).toMatchObject([{ type: "retry", ...free }]);
    expect(JSON.stringify(told).includes("costsNothing")).toBe(isFree === true);
  }
});

test("requests that would break the account's limits are held back, told, and can be stopped", async () => {
  const pace = createPaces()("here", "model", { rpm: 30, tpm: null });
  studio.play(() => ({ text: "OK." }));
  expect(retriesOf(await hear({ ...studio, pace }))).toEqual([]);
  const stop = new AbortController();
  const told: unknown[] = [];
  const held = createProvider({ ...studio, pace }).stream(request(), stop.signal);
  const stopped = await toldOf(held, told, () => stop.abort());
  expect(stopped).toMatchObject({ code: "cancelled" });
  // Nothing was sent, so that it must not weigh on a budget.
  expect(stopped).toBeInstanceOf(UnsentError);
  expect(told).toMatchObject([{ type: "retry", code: "paced", attempt: 1 }]);
  expect(studio.requests).toHaveLength(1);
});

test("an attempt that never got to the provider says so, and one that did does not", async () => {
  const closed = studio.baseUrl;
  await studio.close();
  const unsent = await hear({ baseUrl: closed });
  expect(retriesOf(unsent)).toHaveLength(2);
  expect(unsent.error).toBeInstanceOf(UnsentError);
  let attempts = 0;
  const cut = await hear({
    baseUrl: closed,
    fetch: () => {
      attempts += 1;
      const code = attempts === 1 ? "ECONNRESET" : "ECONNREFUSED";
      return Promise.reject(Object.assign(new Error("no luck"), { code }));
    },
  });
  expect(attempts).toBe(3);
  expect(cut.error?.code).toBe("unavailable");
  expect(retriesOf(cut).map((retry) => "costsNothing" in retry)).toEqual([false, true]);
});
