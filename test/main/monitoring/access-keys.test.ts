import { createServer, type RequestListener } from "node:http";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { createAccessKeys } from "../../../src/main/monitoring/access-keys.ts";
import { findBytes } from "../../support/find-bytes.ts";
import { listen } from "../../support/listen.ts";
import { memoryKeychain, openDesk } from "../../support/monitoring-fixture.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

const key = { id: "LTAI5t0123456789abcdef", secret: "a-secret-0123456789-abcdef" };
const forms = [key.secret, Buffer.from(`${key.id}:${key.secret}`).toString("base64")];
const place = "https://cms.example:9443/api/v1/prometheus/token/1";
const range = {
  region: "singapore",
  since: "2026-11-20T00:00:00Z",
  until: "2026-11-21T00:00:00Z",
};

const noon = (): number => Date.parse("2026-11-26T12:00:00Z");

const answerOf = (result: readonly unknown[]): string =>
  JSON.stringify({ status: "success", data: { resultType: "matrix", result } });

async function withServer(answer: RequestListener) {
  const heard: { url: string; authorization: string | undefined }[] = [];
  const server = await listen(
    createServer((request, response) => {
      heard.push({ url: request.url ?? "", authorization: request.headers.authorization });
      answer(request, response);
    }),
  );
  const folder = createTemporaryFolder();
  const fixture = openDesk(folder.path, { ownHours: async () => [], now: noon });
  const setUp = (url = server.url) =>
    fixture.desk.setUp({
      region: "singapore",
      url,
      accessKeyId: key.id,
      accessKeySecret: key.secret,
      persist: "keychain",
    });
  return {
    ...fixture,
    server,
    folder,
    heard,
    setUp,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

const empty: RequestListener = (_request, response) => response.end(answerOf([]));
const status =
  (code: number, body = "", headers: Record<string, string> = {}): RequestListener =>
  (_request, response) =>
    response.writeHead(code, headers).end(body);

describe("an AccessKey", () => {
  it("is given out for its own origin and no other, and its secret never shown", async () => {
    const keys = createAccessKeys({
      service: "belay-monitoring",
      environment: {},
      keychain: memoryKeychain(),
    });
    expect(await keys.save(place, key, "keychain")).toEqual({ kept: "keychain", reason: null });
    expect(await keys.get(`${place}/else`)).toEqual({
      origin: "https://cms.example:9443",
      authorization: `Basic ${forms[1]}`,
    });
    for (const other of [
      "https://cms.example/",
      "http://cms.example:9443/",
      "https://cms.example.evil:9443/",
    ])
      expect(await keys.get(other)).toBeNull();
    const shown = inspect([await keys.status(place), keys], { depth: null });
    expect(forms.filter((form) => shown.includes(form))).toEqual([]);
    expect(await keys.status(place)).toMatchObject({ present: true, idLast4: "cdef" });
    expect(keys.known()).toEqual(expect.arrayContaining(forms));
    await keys.remove(place);
    expect(await keys.get(place)).toBeNull();
  });

  it("of the environment is for headless commands, and for the first address only", async () => {
    const environment = {
      ALIBABA_CLOUD_ACCESS_KEY_ID: key.id,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: key.secret,
    };
    const open = (takeEnvironment: boolean) =>
      createAccessKeys({
        service: "belay-monitoring",
        environment,
        takeEnvironment,
        keychain: memoryKeychain(),
      });
    expect(await open(false).get(place)).toBeNull();
    const taken = open(true);
    expect(await taken.get(place)).not.toBeNull();
    expect(await taken.get("https://other.example/")).toBeNull();
  });

  it.each([
    ["an id with a colon", { id: "LTAI:5t01234567", secret: key.secret }],
    ["a line break", { id: key.id, secret: "a-secret\nx: y-012345" }],
    ["nothing", { id: "", secret: "" }],
  ])("that has %s is refused before anything is sent", async (_name, given) => {
    await using opened = await withServer(empty);
    const { desk } = openDesk("/nonexistent", { ownHours: async () => [] });
    await expect(
      desk.setUp({
        region: "singapore",
        url: opened.server.url,
        accessKeyId: given.id,
        accessKeySecret: given.secret,
        persist: "memory",
      }),
    ).rejects.toMatchObject({ code: "invalid-input" });
  });
});

describe("a set-up", () => {
  it("that answers is kept: the AccessKey in the keychain, and in no file", async () => {
    await using opened = await withServer(empty);
    const { server, folder, setUp, desk, keychain, heard } = opened;
    expect(await setUp(`${server.url}/api/v1/query_range?query=up`)).toMatchObject({
      test: { outcome: "empty" },
      kept: "keychain",
    });
    expect(heard.every(({ authorization }) => authorization === `Basic ${forms[1]}`)).toBe(true);
    expect(heard[0]?.url).toMatch(/^\/api\/v1\/query_range\?query=model_usage/);
    expect([...keychain.entries]).toEqual([[server.url, `${key.id}:${key.secret}`]]);
    await desk.reconcile(range);
    expect(findBytes(folder.path, key.secret)).toEqual([]);
    const state = JSON.stringify(await desk.status());
    expect(forms.filter((form) => state.includes(form))).toEqual([]);
    expect(await desk.setCounting("singapore", "running-total")).toMatchObject({
      sources: [{ counting: "running-total", accessKey: { present: true } }],
    });
    expect(await desk.reconcile(range)).toMatchObject({ counting: "running-total" });
    expect((await desk.remove("singapore")).sources).toEqual([]);
    await expect(desk.setCounting("singapore", "auto")).rejects.toMatchObject({
      code: "not-found",
    });
    expect(keychain.entries.size).toBe(0);
  });

  it.each([
    ["refused", status(401)],
    ["refused", status(403)],
    ["not-prometheus", status(200, "<html>")],
    ["not-prometheus", status(404)],
    ["unreachable", status(503)],
  ])("is %s, says so without the secret, and keeps nothing", async (outcome, answer) => {
    await using opened = await withServer(answer);
    const { setUp, desk, keychain } = opened;
    const result = await setUp();
    expect(result).toMatchObject({ test: { outcome }, kept: null });
    expect(forms.filter((form) => inspect(result, { depth: null }).includes(form))).toEqual([]);
    expect(keychain.entries.size).toBe(0);
    expect((await desk.status()).sources).toEqual([]);
  });

  it("sends the AccessKey to no other place, neither over plain http nor after a redirect", async () => {
    await using elsewhere = await withServer(empty);
    const away = status(302, "", { location: `${elsewhere.server.url}/api/v1/query_range` });
    await using opened = await withServer(away);
    const { setUp } = opened;
    expect(await setUp()).toMatchObject({ kept: null });
    expect(elsewhere.heard).toEqual([]);
    await expect(setUp("http://cms.example/")).rejects.toMatchObject({ code: "invalid-input" });
  });
});

describe("a reading", () => {
  it("waits and asks again where it is told to, and gives up after five tries", async () => {
    let failures = 0;
    await using opened = await withServer((_request, response) => {
      failures -= 1;
      if (failures >= 0) response.writeHead(429, { "retry-after": "7" }).end();
      else response.end(answerOf([]));
    });
    const { setUp, desk, waits } = opened;
    await setUp();
    failures = 2;
    await desk.reconcile(range);
    expect(waits).toEqual([7000, 7000]);
    failures = 100;
    await expect(
      desk.reconcile({ ...range, since: "2026-11-25T00:00:00Z", until: "2026-11-26T00:00:00Z" }),
    ).rejects.toMatchObject({ code: "rate-limited" });
  });

  it("asks for final hours once, and for at most 11,000 points", async () => {
    await using opened = await withServer(empty);
    const { server, setUp, desk, heard } = opened;
    await setUp();
    await desk.reconcile(range);
    for (const { url } of heard) {
      const query = new URL(url, server.url).searchParams;
      const seconds = Number(query.get("end")) - Number(query.get("start"));
      expect(seconds / Number(query.get("step")?.replace("s", ""))).toBeLessThan(11_000);
    }
    const before = heard.length;
    await desk.reconcile(range);
    // The day before the range, that only gives what to count from.
    expect(heard.length - before).toBeLessThan(before);
  });

  it("is stopped", async () => {
    await using opened = await withServer(empty);
    const { setUp, desk } = opened;
    await setUp();
    const stopped = desk.reconcile(range);
    desk.stop();
    await expect(stopped).rejects.toMatchObject({ code: "cancelled" });
  });
});
