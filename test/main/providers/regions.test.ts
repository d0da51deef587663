import { describe, expect, it } from "vitest";
import { baseUrlOf, createRegions } from "../../../src/main/providers/regions.ts";

const regions = createRegions({});

const hosted = regions.all().flatMap(({ baseUrl }) => (baseUrl === null ? [] : [baseUrl]));

/** Every host, as the documentation has them. */
const documented = {
  singapore: "dashscope-intl.aliyuncs.com",
  beijing: "dashscope.aliyuncs.com",
  virginia: "dashscope-us.aliyuncs.com",
  "hong-kong": "cn-hongkong.dashscope.aliyuncs.com",
  frankfurt: "w1.eu-central-1.maas.aliyuncs.com",
  japan: "w1.ap-northeast-1.maas.aliyuncs.com",
  "coding-plan": "coding-intl.dashscope.aliyuncs.com",
  "coding-plan-china": "coding.dashscope.aliyuncs.com",
  "token-plan": "token-plan.ap-southeast-1.maas.aliyuncs.com",
  "token-plan-china": "token-plan.cn-beijing.maas.aliyuncs.com",
  ollama: "127.0.0.1:11434",
  "llama-cpp": "127.0.0.1:8080",
  "lm-studio": "127.0.0.1:1234",
  vllm: "127.0.0.1:8000",
};

const workspaceDomains = {
  singapore: "w1.ap-southeast-1.maas.aliyuncs.com",
  beijing: "w1.cn-beijing.maas.aliyuncs.com",
  virginia: "w1.us-east-1.maas.aliyuncs.com",
  "hong-kong": "w1.cn-hongkong.maas.aliyuncs.com",
  frankfurt: "w1.eu-central-1.maas.aliyuncs.com",
  japan: "w1.ap-northeast-1.maas.aliyuncs.com",
};

const regionOf = (id: string) => {
  const region = regions.byId(id);
  if (region === undefined) throw new Error(`no region ${id}`);
  return region;
};

describe("the regions", () => {
  it("are those of the documentation, in the order in which a key is tried", () => {
    expect(regions.all().map(({ id }) => id)).toEqual(Object.keys(documented));
  });

  it.each(Object.entries(documented))("%s answers at %s", (id, host) => {
    const region = regionOf(id);
    const url = new URL(baseUrlOf(region, region.baseUrl === null ? "w1" : null));
    expect(url.host).toBe(host);
    expect(url.protocol).toBe(region.kind === "local" ? "http:" : "https:");
  });

  it.each(Object.entries(workspaceDomains))("%s has %s for workspace w1", (id, host) => {
    const url = baseUrlOf(regionOf(id), "w1");
    expect(url).toBe(`https://${host}/compatible-mode/v1`);
    expect(regions.byBaseUrl(url)?.id).toBe(id);
  });

  it("ask for the workspace where there is no common host", () => {
    expect(() => baseUrlOf(regionOf("frankfurt"), null)).toThrow(/workspace's id/);
  });

  it.each(["a.example.org", "x/y", "x@y", "x#", "", "-x", "x".repeat(64), "х", "a b", "%2e"])(
    "take no workspace id %j, which would lead elsewhere",
    (id) => {
      expect(() => baseUrlOf(regionOf("frankfurt"), id)).toThrow(/no workspace id/);
    },
  );

  it("have each an address of its own", () => {
    expect(new Set(hosted.map((url) => new URL(url).host)).size).toBe(hosted.length);
  });

  it("are found by id, by address and by origin", () => {
    expect(regions.byId("beijing")?.label).toBe("Beijing");
    expect(regions.byId("atlantis")).toBeUndefined();
    for (const region of regions.all()) {
      if (region.baseUrl === null) continue;
      expect(regions.byBaseUrl(region.baseUrl)).toBe(region);
      // Which server listens at a port of this machine only the person can say.
      const isLocal = region.kind === "local";
      expect(regions.byBaseUrl(new URL(region.baseUrl).origin)).toBe(isLocal ? undefined : region);
    }
  });

  it.each([
    "https://dashscope.aliyuncs.com.example.org/compatible-mode/v1",
    "http://dashscope.aliyuncs.com/compatible-mode/v1",
    "https://dashscope.aliyuncs.com:8443/compatible-mode/v1",
    "https://w1.eu-central-1.maas.aliyuncs.com.example.org/compatible-mode/v1",
    "http://w1.eu-central-1.maas.aliyuncs.com/compatible-mode/v1",
    "https://a.b.eu-central-1.maas.aliyuncs.com/compatible-mode/v1",
    "https://.eu-central-1.maas.aliyuncs.com/compatible-mode/v1",
    "not an address",
    "",
  ])("do not contain %j", (url) => {
    expect(regions.byBaseUrl(url)).toBeUndefined();
  });
});

const withUrls = (urls: unknown) =>
  createRegions({ BELAY_REGION_URLS: typeof urls === "string" ? urls : JSON.stringify(urls) });

describe("BELAY_REGION_URLS", () => {
  it("points a region at a server on this machine, and tells regions on one origin apart", () => {
    const moved = withUrls({
      singapore: "http://127.0.0.1:4000/compatible-mode/v1",
      beijing: "http://127.0.0.1:4000/beijing/v1",
    });
    expect(moved.byId("beijing")?.baseUrl).toBe("http://127.0.0.1:4000/beijing/v1");
    expect(moved.byBaseUrl("http://127.0.0.1:4000/beijing/v1")?.id).toBe("beijing");
    expect(moved.byId("virginia")).toEqual(regions.byId("virginia"));
  });

  it.each([
    "https://example.org/v1",
    "http://10.0.0.1/v1",
    "http://127.0.0.1.example.org/v1",
    "http://localhost@example.org/v1",
    "file:///v1",
    7,
    null,
  ])("sends no key to %j", (url) => {
    expect(withUrls({ singapore: url }).all()).toEqual(regions.all());
  });

  it("invents no region", () => {
    const moved = withUrls({ atlantis: "http://localhost:1/v1" });
    expect(moved.byId("atlantis")).toBeUndefined();
    expect(withUrls([]).all()).toEqual(regions.all());
  });

  it("says what is wrong when it is no JSON", () => {
    expect(() => withUrls("{singapore")).toThrow(/BELAY_REGION_URLS/);
  });
});
