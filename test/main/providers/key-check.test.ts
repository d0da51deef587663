import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { createCatalogue } from "../../../src/main/catalogue/catalogue.ts";
import { checkKey, hostsForKey, type HostToTry } from "../../../src/main/providers/key-check.ts";
import { createRegions } from "../../../src/main/providers/regions.ts";
import { startModelStudio, type ModelStudio } from "../../support/model-studio/server.ts";

const regions = createRegions({});
const idsOf = (hosts: readonly HostToTry[]): string[] => hosts.map(({ region }) => region);

describe("where a key is tried", () => {
  it("is every general region for a general key, and the plan's hosts for a plan key", () => {
    expect(idsOf(hostsForKey("sk-abcdefgh", { regions }))).toEqual([
      "singapore",
      "beijing",
      "virginia",
      "hong-kong",
    ]);
    expect(idsOf(hostsForKey("sk-sp-abcdefgh", { regions }))).toEqual([
      "coding-plan",
      "coding-plan-china",
      "token-plan",
      "token-plan-china",
    ]);
  });

  it("is the workspace's domain of every region once the workspace is named", () => {
    const hosts = hostsForKey("sk-abcdefgh", { regions, workspaceId: "ws-1" });
    expect(idsOf(hosts)).toEqual([
      "singapore",
      "beijing",
      "virginia",
      "hong-kong",
      "frankfurt",
      "japan",
    ]);
    for (const { baseUrl } of hosts) expect(new URL(baseUrl).host).toMatch(/^ws-1\./);
  });

  it("is a server on this machine without a key, and nothing else", () => {
    expect(hostsForKey("", { regions, region: "ollama" })).toEqual([
      { region: "ollama", baseUrl: "http://127.0.0.1:11434/v1" },
    ]);
    expect(() => hostsForKey("", { regions, region: "singapore" })).toThrow(/key is missing/);
    expect(() => hostsForKey("", { regions })).toThrow(/key is missing/);
  });

  it("is one host only when the person names it", () => {
    expect(idsOf(hostsForKey("sk-abcdefgh", { regions, region: "virginia" }))).toEqual([
      "virginia",
    ]);
    expect(hostsForKey("sk-sp-abc", { regions, baseUrl: "http://localhost:8080/v1" })).toEqual([
      { region: "custom", baseUrl: "http://localhost:8080/v1" },
    ]);
  });

  it("knows the region of a native address by its neighbour", () => {
    const baseUrl = "https://dashscope.aliyuncs.com/api/v1";
    expect(hostsForKey("sk-abcdefgh", { regions, baseUrl })).toEqual([
      { region: "beijing", baseUrl },
    ]);
  });

  it.each([
    ["http://example.org/v1", /https/],
    ["ftp://localhost/v1", /https/],
    ["example.org", /no URL/],
  ])("is refused for %s before anything is sent", (baseUrl, says) => {
    expect(() => hostsForKey("sk-abcdefgh", { regions, baseUrl })).toThrow(says);
  });

  it("is refused for a region that does not exist", () => {
    expect(() => hostsForKey("sk-abcdefgh", { regions, region: "atlantis" })).toThrow(
      /no region "atlantis"/,
    );
  });
});

const catalogue = createCatalogue();

function check(key: string, hosts: readonly HostToTry[], signal?: AbortSignal) {
  return checkKey({
    key,
    hosts,
    catalogue,
    userAgent: "Belay/test",
    ...(signal === undefined ? {} : { signal }),
  });
}

const hostsOf = (studio: ModelStudio, key = "sk-abcdefgh"): readonly HostToTry[] =>
  hostsForKey(key, {
    regions: createRegions({ BELAY_REGION_URLS: JSON.stringify(studio.regionUrls) }),
  }).filter(({ baseUrl }) => baseUrl.startsWith("http:"));

describe("a key's check", () => {
  it("finds the one region that takes the key, by asking for models only", async () => {
    await using studio = await startModelStudio({ keys: { virginia: ["sk-virginia-1"] } });
    const found = await check("sk-virginia-1", hostsOf(studio));
    expect(found).toMatchObject({ region: "virginia", protocol: "openai" });
    expect(found.hosts.map(({ region, status }) => `${region} ${status}`)).toEqual([
      "singapore rejected",
      "beijing rejected",
      "virginia accepted",
      "hong-kong rejected",
      "frankfurt rejected",
      "japan rejected",
    ]);
    expect(found.models).toContain(found.model);
    expect(studio.requests.every(({ path }) => path.endsWith("/models"))).toBe(true);
    expect(studio.requests[0]?.headers).toMatchObject({ "user-agent": "Belay/test" });
  });

  it("takes the first in order when several accept", async () => {
    await using studio = await startModelStudio();
    expect(await check("sk-everywhere", hostsOf(studio))).toMatchObject({ region: "singapore" });
  });

  it("chooses by the ordered list among what the account has", async () => {
    await using studio = await startModelStudio({ models: ["qwen-plus", "qwen3-coder-flash"] });
    const found = await check("sk-everywhere", hostsOf(studio));
    expect(found).toMatchObject({
      model: "qwen3-coder-flash",
      models: ["qwen-plus", "qwen3-coder-flash"],
    });
    expect(found.hosts[0]).toMatchObject({ models: 2, message: null });
  });

  it("says what each host said when none accepts, never the key", async () => {
    await using studio = await startModelStudio({ keys: [] });
    const found = await check("sk-secret-secret", hostsOf(studio));
    expect(found).toMatchObject({ region: null, model: null, models: [], protocol: null });
    expect(found.hosts[0]?.message).toMatch(/Incorrect API key/);
    expect(JSON.stringify(found)).not.toContain("secret");
  });

  it("accepts a plan's key where the plan has no list of models", async () => {
    await using studio = await startModelStudio();
    const found = await check("sk-sp-abcdefgh", hostsOf(studio, "sk-sp-abcdefgh"));
    expect(found).toMatchObject({ region: "coding-plan", models: [] });
  });

  it("of a native address asks its neighbour for the list, and tells the protocol", async () => {
    await using studio = await startModelStudio();
    const baseUrl = studio.regionUrls.beijing.replace("/compatible-mode/v1", "/api/v1");
    const found = await check("sk-abcdefgh", [{ region: "beijing", baseUrl }]);
    expect(found).toMatchObject({ region: "beijing", protocol: "dashscope" });
    expect(found.models).toContain(found.model);
    expect(studio.requests.map(({ path }) => path)).toEqual(["/beijing/compatible-mode/v1/models"]);
  });

  it("of another server under /api/v1 takes its own list, for the other protocol", async () => {
    const server = createServer((request, response) => {
      response.statusCode = request.url === "/api/v1/models" ? 200 : 404;
      response.end(JSON.stringify({ data: [{ id: "some-model" }] }));
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server's address is never a string
    const { port } = server.address() as AddressInfo;
    const baseUrl = `http://127.0.0.1:${port}/api/v1`;
    const found = await check("sk-abcdefgh", [{ region: "custom", baseUrl }]);
    expect(found).toMatchObject({ protocol: "openai", models: ["some-model"] });
    server.close();
  });

  it("does not take an address without a list for an endpoint", async () => {
    await using studio = await startModelStudio();
    const hosts = [{ region: "custom", baseUrl: `${studio.baseUrl}/wrong` }];
    expect((await check("sk-abcdefgh", hosts)).hosts[0]).toMatchObject({
      status: "unreachable",
      models: null,
    });
  });

  it("tells a host that is not there from one that refuses, and does not wait for it", async () => {
    await using studio = await startModelStudio();
    const closed = await startModelStudio();
    await closed.close();
    const hosts = [
      { region: "a", baseUrl: closed.baseUrl },
      { region: "b", baseUrl: studio.baseUrl },
    ];
    const found = await check("sk-abcdefgh", hosts);
    expect(found.hosts.map(({ status }) => status)).toEqual(["unreachable", "accepted"]);
    expect(found.region).toBe("b");
  });

  it("follows no redirect with a key", async () => {
    await using studio = await startModelStudio();
    const server = createServer((_, response) => {
      response.writeHead(307, { location: `${studio.baseUrl}/models` }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server's address is never a string
    const { port } = server.address() as AddressInfo;
    const hosts = [{ region: "custom", baseUrl: `http://127.0.0.1:${port}/v1` }];
    const found = await check("sk-abcdefgh", hosts);
    server.close();
    expect(found).toMatchObject({ region: null, hosts: [{ status: "unreachable" }] });
    expect(studio.requests).toEqual([]);
  });

  it.each(["sk-line\nbreak-0123", "sk-ключ-0123456", "sk-null\0-0123456"])(
    "keeps the key %j, which no header can carry, out of its message",
    async (key) => {
      await using studio = await startModelStudio();
      const found = await check(key, hostsOf(studio).slice(0, 1));
      expect(found.hosts[0]?.status).not.toBe("accepted");
      expect(JSON.stringify(found)).not.toMatch(/break|ключ|0123/);
    },
  );

  it("ends when it is stopped", async () => {
    await using studio = await startModelStudio();
    const stopped = check("sk-abcdefgh", hostsOf(studio), AbortSignal.abort());
    await expect(stopped).rejects.toMatchObject({ code: "cancelled" });
  });
});
