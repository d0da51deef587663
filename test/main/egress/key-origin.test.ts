import { describe, expect, it } from "vitest";
import { assertKeyOrigin, assertUsable, isLoopback } from "../../../src/main/egress/key-origin.ts";

describe("isLoopback", () => {
  it.each([
    "http://localhost:1",
    "http://127.0.0.1",
    "https://127.9.9.9/x",
    "http://[::1]:8080/v1",
    "http://2130706433/",
    "http://[::ffff:127.0.0.1]/",
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

describe("a key", () => {
  const origin = "https://model.example";

  it.each([
    "http://model.example/",
    "https://model.example:8443/",
    "https://model.example.evil.example/",
    "https://evil.example/https://model.example/",
    "https://MODEL.example./",
    "https://user@evil.example/",
  ])("is not sent to %s", (url) => {
    expect(() => assertKeyOrigin(new URL(url), origin)).toThrow(/is not sent/);
  });

  it("is sent to its own origin, whatever the path", () => {
    expect(() =>
      assertKeyOrigin(new URL("https://MODEL.example:443/v1?x#y"), origin),
    ).not.toThrow();
  });

  it.each([
    "http://model.example/",
    "http://10.0.0.1/v1",
    "http://127.0.0.1.evil.example/",
    "ftp://127.0.0.1/",
    "https://name:password@model.example/",
    "https://:password@model.example/",
    "model.example",
  ])("does not go to a base URL like %s", (url) => {
    expect(() => assertUsable(url)).toThrow(/URL|https/);
  });

  it.each([
    "https://model.example/v1",
    "http://127.0.0.1:1/v1",
    "http://localhost:1",
    "http://[::1]:1",
  ])("may go to %s", (url) => {
    expect(() => assertUsable(url)).not.toThrow();
  });
});
