import { describe, expect, it } from "vitest";
import { z } from "zod";
import { coreTools } from "../../../src/main/tools/core-tools.ts";
import { parseToolCall } from "../../../src/main/tools/parse-tool-call.ts";
import { createToolRegistry } from "../../../src/main/tools/registry.ts";
import type { Tool } from "../../../src/main/tools/tool.ts";

const shell = {
  run: () => Promise.reject(new Error("not used")),
  start: () => Promise.reject(new Error("not used")),
  openOutput: () => Promise.reject(new Error("not used")),
  killAll: async () => undefined,
};
const registry = createToolRegistry(coreTools({ shell }));

function named(name: string): Tool {
  return {
    name,
    kind: "read",
    description: "",
    schema: z.object({}),
    describe: () => ({ title: "", detail: "" }),
    run: async () => ({ status: "completed", result: "" }),
  };
}

describe("the tool registry", () => {
  it("offers exactly the tools of the plan, in constant bytes of at most 6 KB", () => {
    const shapes = registry.definitions.map(({ name, parameters }) => {
      const properties = z.record(z.string(), z.unknown()).parse(parameters["properties"]);
      return `${name} ${Object.keys(properties).join(",")} required ${JSON.stringify(parameters["required"])}`;
    });
    expect(shapes).toEqual([
      'read_file path,offset,limit required ["path"]',
      "list_files path,depth required undefined",
      'find_files pattern required ["pattern"]',
      'search_files pattern,path,glob required ["pattern"]',
      'write_file path,content required ["path","content"]',
      'edit_file path,old_string,new_string,replace_all required ["path","old_string","new_string"]',
      'move_file from,to required ["from","to"]',
      'delete_file path required ["path"]',
      'run_command command,timeout_ms,background,terminal,needs required ["command"]',
      'update_plan items required ["items"]',
    ]);
    const text = JSON.stringify(registry.definitions);
    expect(text.length).toBeLessThan(6 * 1024);
    const again = createToolRegistry(coreTools({ shell })).definitions;
    expect(JSON.stringify(again)).toBe(text);
  });

  it.each([["search"], ["Bad-Name"], [""], ["a b"]])("refuses the name %j", (name) => {
    expect(() => createToolRegistry([named(name)])).toThrow(/name/);
  });

  it("refuses the same name twice and more than twenty tools", () => {
    expect(() => createToolRegistry([named("look"), named("look")])).toThrow(/Two tools/);
    const many = Array.from({ length: 21 }, (_, index) => named(`tool_${index}`));
    expect(() => createToolRegistry(many)).toThrow(/at most 20/);
  });
});

const deep = (count: number): string => "[".repeat(count) + "]".repeat(count);

describe("parseToolCall", () => {
  it("takes empty arguments as none", () => {
    expect(parseToolCall(registry, "list_files", "")).toMatchObject({ ok: true, input: {} });
  });

  it("takes numbers, booleans and lists sent as text, and null as left out", () => {
    const read = parseToolCall(registry, "read_file", '{"path":"a","offset":"12","limit":null}');
    expect(read).toMatchObject({ ok: true, input: { path: "a", offset: 12 } });
    const edit = '{"path":"a","old_string":"x","new_string":"y","replace_all":"true"}';
    expect(parseToolCall(registry, "edit_file", edit)).toMatchObject({
      ok: true,
      input: { replace_all: true },
    });
    const plan = '{"items":"[{\\"text\\":\\"one\\",\\"done\\":\\"false\\"}]"}';
    expect(parseToolCall(registry, "update_plan", plan).ok).toBe(false);
    const items = '{"items":[{"text":"one","done":"false"}]}';
    expect(parseToolCall(registry, "update_plan", items)).toMatchObject({
      ok: true,
      input: { items: [{ text: "one", done: false }] },
    });
  });

  it.each(["read_file", "nonsense"])("refuses what nests without end, of %s", (name) => {
    const far = `{"path":${deep(200_000)}}`;
    for (const text of [far, far.slice(0, 100_000), `{"items":${deep(65)}}`])
      expect(parseToolCall(registry, name, text)).toMatchObject({ ok: false, malformed: true });
    expect(parseToolCall(registry, name, JSON.stringify(far)).ok).toBe(false);
    const items = { items: deep(200_000) };
    expect(parseToolCall(registry, "update_plan", JSON.stringify(items)).ok).toBe(false);
  });

  it("counts no brackets inside a text", () => {
    const content = '{["\\"'.repeat(10_000);
    const parsed = parseToolCall(registry, "write_file", JSON.stringify({ path: "a", content }));
    expect(parsed).toMatchObject({ ok: true, input: { content } });
  });

  it("names an unknown tool and the ones there are", () => {
    const parsed = parseToolCall(registry, "bash", "{}");
    expect(parsed).toMatchObject({ ok: false, malformed: false });
    expect(parsed.ok ? "" : parsed.result).toMatch(/no tool "bash".*run_command/);
  });

  it("says where JSON ends too early and gives an example", () => {
    const parsed = parseToolCall(registry, "write_file", '{"path":"a.ts","content":"const a');
    expect(parsed).toMatchObject({ ok: false, malformed: true });
    expect(parsed.ok ? "" : parsed.result).toMatch(
      /position \d+.*ends early[^]*Example: write_file \{"path"/,
    );
  });

  it("refuses arguments that are no object", () => {
    expect(parseToolCall(registry, "read_file", "[1]")).toMatchObject({
      ok: false,
      malformed: true,
    });
  });

  it("names each field that does not fit and keys it does not know", () => {
    const parsed = parseToolCall(registry, "read_file", '{"file_path":"a","offset":0}');
    expect(parsed.ok ? "" : parsed.result).toBe(
      [
        "The arguments of read_file do not fit:",
        "- path: missing (string)",
        "- offset: Too small: expected number to be >=1",
        "- not known here: file_path",
        'Example: read_file {"path":"src/index.ts"}',
      ].join("\n"),
    );
  });

  it("does not let a prototype in", () => {
    const parsed = parseToolCall(registry, "read_file", '{"path":"a","__proto__":{"offset":3}}');
    expect(parsed).toMatchObject({ ok: true });
    expect(parsed.ok ? Object.keys(parsed.input) : []).toEqual(["path"]);
    expect(parsed.ok ? parsed.input["offset"] : 0).toBeUndefined();
  });
});
