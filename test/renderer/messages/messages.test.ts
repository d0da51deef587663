import { describe, expect, it } from "vitest";
import { en } from "../../../src/renderer/src/messages/en.ts";
import { resolveLanguage } from "../../../src/renderer/src/messages/messages.tsx";
import { zhCn } from "../../../src/renderer/src/messages/zh-cn.ts";

type Leaf = { readonly path: string; readonly value: unknown };

function leaves(value: unknown, path = ""): Leaf[] {
  if (typeof value !== "object" || value === null) return [{ path, value }];
  return Object.entries(value).flatMap(([key, inner]) =>
    leaves(inner, path === "" ? key : `${path}.${key}`),
  );
}

describe("the catalogue", () => {
  it("has the same words in both languages", () => {
    expect(leaves(zhCn).map((leaf) => leaf.path)).toEqual(leaves(en).map((leaf) => leaf.path));
  });

  it("leaves nothing empty", () => {
    const empty = [...leaves(en), ...leaves(zhCn)].filter((leaf) => leaf.value === "");
    expect(empty).toEqual([]);
  });

  it("calls a project a workspace nowhere, but for Model Studio's own", () => {
    const places = [...leaves(en), ...leaves(zhCn)].filter(
      ({ value }) => typeof value === "string" && /workspace/i.test(value),
    );
    expect(places.map((leaf) => leaf.path)).toEqual([
      "bill.roles.workspace",
      "billing.workspace",
      "firstRun.workspaceId",
      "firstRun.workspaceIdHelp",
      "firstRun.workspaceNeeded",
      "firstRun.rejectedWorkspace",
    ]);
  });
});

it.each([
  ["system", ["zh-CN", "en"], "zh-CN"],
  ["system", ["zh-Hans-SG"], "zh-CN"],
  ["system", ["de-DE"], "en"],
  ["system", [], "en"],
  ["en", ["zh-CN"], "en"],
] as const)("the setting %s on a system of %j speaks %s", (setting, system, language) => {
  expect(resolveLanguage(setting, system)).toBe(language);
});
