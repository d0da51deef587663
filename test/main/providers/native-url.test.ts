import { expect, test } from "vitest";
import { compatibleBase, nativeBase } from "../../../src/main/providers/native-url.ts";
import { regionFacts } from "../../../src/main/catalogue/region-facts.ts";

test.each([
  [
    "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
    "https://dashscope-intl.aliyuncs.com/api/v1",
  ],
  [
    "https://llm-abc.ap-southeast-1.maas.aliyuncs.com/compatible-mode/v1/",
    "https://llm-abc.ap-southeast-1.maas.aliyuncs.com/api/v1",
  ],
  ["http://127.0.0.1:8080/beijing/compatible-mode/v1", "http://127.0.0.1:8080/beijing/api/v1"],
])("the native endpoint lies beside the compatible one: %s", (compatible, native) => {
  expect(nativeBase(compatible, "custom")).toBe(native);
  expect(nativeBase(native, "custom")).toBe(native);
  expect(nativeBase(`${native}//`, "custom")).toBe(native);
  expect(compatibleBase(native)).toBe(compatible.replace(/\/$/, ""));
  expect(compatibleBase(compatible)).toBe(compatible);
});

test("a region has a native endpoint, a plan and a server on this machine have none: that is said, with what to do", () => {
  for (const { id, kind, baseUrl, workspaceBaseUrl } of regionFacts) {
    const url = baseUrl ?? workspaceBaseUrl ?? "";
    if (kind === "general") expect(nativeBase(url, id)).toMatch(/^https:\/\/[\w.{}-]+\/api\/v1$/);
    else expect(() => nativeBase(url, id)).toThrow(/native DashScope protocol.*--protocol openai/);
  }
  // Also where a test has put the plan on this machine.
  expect(() =>
    nativeBase("http://127.0.0.1:1/token-plan/compatible-mode/v1", "token-plan"),
  ).toThrow(/plans have no native/);
});

test("a base URL of neither kind is refused with both, and left alone for the other protocol", () => {
  for (const url of ["http://127.0.0.1:11434/v1", "https://example.com/api/v2"]) {
    expect(() => nativeBase(url, "custom")).toThrow(/ends with \/api\/v1 .*\/compatible-mode\/v1/);
    expect(compatibleBase(url)).toBe(url);
  }
});
