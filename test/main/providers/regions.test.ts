import { describe, expect, it } from "vitest";
import { createRegions, isLoopback } from "../../../src/main/providers/regions.ts";

const regions = createRegions({});

describe("the regions", () => {
  it("are tried in the documented order, general ones first", () => {
    const ids = regions.all().flatMap(({ id, plan }) => (plan ? [] : [id]));
    expect(ids).toEqual(["singapore", "beijing", "virginia", "hong-kong"]);
  });

  it("have each an address of its own, by https at the provider", () => {
    const urls = regions.all().map(({ baseUrl }) => new URL(baseUrl));
    expect(new Set(urls.map(({ host }) => host)).size).toBe(urls.length);
    for (const { protocol, hostname } of urls) {
      expect(protocol).toBe("https:");
      expect(hostname).toMatch(/\.aliyuncs\.com$/);
    }
  });

  it("are found by id, by address and by origin", () => {
    expect(regions.byId("beijing")?.label).toBe("Beijing");
    expect(regions.byId("atlantis")).toBeUndefined();
    for (const region of regions.all()) {
      expect(regions.byBaseUrl(region.baseUrl)).toBe(region);
      expect(regions.byBaseUrl(new URL(region.baseUrl).origin)).toBe(region);
    }
  });

  it.each([
    "https://dashscope.aliyuncs.com.example.org/compatible-mode/v1",
    "http://dashscope.aliyuncs.com/compatible-mode/v1",
    "https://dashscope.aliyuncs.com:8443/compatible-mode/v1",
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

describe("isLoopback", () => {
  it.each([
    "http://localhost:1",
    "http://127.0.0.1",
    "https://127.9.9.9/x",
    "http://[::1]:8080/v1",
  ])("holds for %s", (url) => {
    expect(isLoopback(url)).toBe(true);
  });

  it.each(["http://localhost.example.org", "http://127.example.org", "http://[::2]", "localhost"])(
    "does not hold for %s",
    (url) => {
      expect(isLoopback(url)).toBe(false);
    },
  );
});
