import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runBelay, testKey, type CliResult } from "../support/belay-cli.ts";
import { startModelStudio, type ModelStudio } from "../support/model-studio/server.ts";
import type { Script } from "../support/model-studio/script.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";

const express = fileURLToPath(new URL("../../node_modules/express", import.meta.url));
const folder = createTemporaryFolder();
const home = join(folder.path, "home");
const workspace = join(folder.path, "express");
const file = "lib/utils.js";
let studio: ModelStudio;
let source: string;
/** The cursor stands in the middle of normalizeType's first line. */
let cursor: { line: number; column: number; prefix: string; suffix: string };

beforeAll(async () => {
  mkdirSync(home);
  cpSync(express, workspace, { recursive: true, filter: (path) => !path.includes(".test") });
  source = readFileSync(join(workspace, file), "utf8");
  const at = source.indexOf("return ~type.indexOf") + "return ".length;
  const before = source.slice(0, at).split("\n");
  cursor = {
    line: before.length,
    column: (before.at(-1)?.length ?? 0) + 1,
    prefix: source.slice(0, at),
    suffix: source.slice(at),
  };
  studio = await startModelStudio({
    keys: [testKey],
    models: ["qwen3-coder-flash", "qwen2.5-coder-32b-instruct", "qwen3.7-plus"],
  });
});

beforeEach(() => {
  writeFileSync(join(workspace, file), source);
});

afterAll(async () => {
  await studio.close();
  folder[Symbol.dispose]();
});

interface Completed extends CliResult {
  readonly sent: Readonly<Record<string, unknown>> | undefined;
  readonly path: string | undefined;
}

async function complete(
  args: readonly string[],
  options: { readonly region?: "singapore" | "beijing"; readonly script?: Script } = {},
): Promise<Completed> {
  studio.play(options.script ?? [{ text: "mime.lookup(type)" }]);
  const from = studio.requests.length;
  const { line, column } = cursor;
  const { region = "singapore" } = options;
  const place = ["--workspace", workspace, "--file", file, "--line", String(line)];
  const result = await runBelay(
    ["complete", ...place, "--column", String(column), "--region", region, ...args],
    { home, environment: { BELAY_REGION_URLS: JSON.stringify(studio.regionUrls) } },
  );
  const asked = studio.requests.slice(from).find(({ method }) => method === "POST");
  return { ...result, sent: asked?.body, path: asked?.path };
}

const fimModel = "qwen2.5-coder-32b-instruct";

/** The exact body of fill-in-the-middle at the cursor. */
function fimBody() {
  const suffix = cursor.suffix.slice(0, cursor.suffix.lastIndexOf("\n", 2999) + 1);
  return {
    model: fimModel,
    prompt: `<|fim_prefix|>${cursor.prefix}<|fim_suffix|>${suffix}<|fim_middle|>`,
    max_tokens: 512,
    temperature: 0.2,
    stop: ["<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|endoftext|>"],
    stream: true,
    stream_options: { include_usage: true },
  };
}

describe("belay complete on a real source file", () => {
  it("asks partial mode in Singapore: the prefix is the last message, marked partial", async () => {
    const result = await complete(["--json"]);
    expect(result.stderr).toBe("");
    expect(result.code).toBe(0);
    expect(JSON.parse(result.stdout)).toMatchObject({
      text: "mime.lookup(type)",
      mode: "partial",
      model: "qwen3-coder-flash",
      region: "singapore",
      protocol: "openai",
      cost: { currency: "USD" },
    });
    expect(result.sent).toEqual({
      model: "qwen3-coder-flash",
      messages: [
        { role: "user", content: [{ type: "text", text: expect.stringContaining(file) }] },
        { role: "assistant", content: cursor.prefix, partial: true },
      ],
      max_tokens: 512,
      temperature: 0.2,
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  it("asks partial mode natively, with the same messages", async () => {
    const result = await complete(["--json", "--protocol", "dashscope"]);
    expect([result.code, result.stderr]).toEqual([0, ""]);
    expect(JSON.parse(result.stdout)).toMatchObject({
      text: "mime.lookup(type)",
      mode: "partial",
      protocol: "dashscope",
      cost: { currency: "USD" },
    });
    expect(result.path).toBe("/api/v1/services/aigc/text-generation/generation");
    expect(result.sent).toEqual({
      model: "qwen3-coder-flash",
      input: {
        messages: [
          { role: "user", content: [{ type: "text", text: expect.stringContaining(file) }] },
          { role: "assistant", content: cursor.prefix, partial: true },
        ],
      },
      parameters: {
        result_format: "message",
        incremental_output: true,
        max_tokens: 512,
        temperature: 0.2,
      },
    });
  });

  it("asks partial mode of a newer model in parts, on the path that it has", async () => {
    const model = ["--model", "qwen3.7-plus"];
    const result = await complete(["--json", "--protocol", "dashscope", ...model]);
    expect([result.code, result.stderr]).toEqual([0, ""]);
    expect(result.path).toBe("/api/v1/services/aigc/multimodal-generation/generation");
    expect(result.sent).toMatchObject({
      input: {
        messages: [
          { role: "user", content: [{ text: expect.stringContaining(file) }] },
          { role: "assistant", content: [{ text: cursor.prefix }], partial: true },
        ],
      },
    });
  });

  it("asks fill-in-the-middle in Beijing, where the model has it, with the exact template", async () => {
    const result = await complete(["--json", "--model", fimModel], { region: "beijing" });
    expect([result.code, result.stderr]).toEqual([0, ""]);
    expect(JSON.parse(result.stdout)).toMatchObject({
      text: "mime.lookup(type)",
      mode: "fim",
      cost: { currency: "CNY" },
    });
    expect(result.sent).toEqual(fimBody());
  });

  it("asks it of the compatible path, whichever protocol is chosen", async () => {
    const native = ["--json", "--model", fimModel, "--protocol", "dashscope"];
    const result = await complete(native, { region: "beijing" });
    expect([result.code, result.stderr]).toEqual([0, ""]);
    expect(JSON.parse(result.stdout)).toMatchObject({ mode: "fim", text: "mime.lookup(type)" });
    expect(result.path).toBe("/beijing/compatible-mode/v1/completions");
    expect(result.sent).toEqual(fimBody());
  });

  it("asks with the prefix alone at the end of a file", async () => {
    const head = source.slice(0, source.indexOf("\n", 400) + 1);
    writeFileSync(join(workspace, file), head);
    const lines = head.split("\n");
    const end = ["--line", String(lines.length), "--column", "1"];
    const result = await complete(["--json", "--model", fimModel, "--mode", "fim", ...end], {
      region: "beijing",
    });
    expect(result.code).toBe(0);
    expect(result.sent?.["prompt"]).toBe(`<|fim_prefix|>${head}<|fim_suffix|>`);
  });

  it("prints the text alone, so that an editor can take it as it is", async () => {
    const result = await complete([], { script: [{ text: "  x\n" }] });
    expect(result.stdout).toBe("  x\n");
    expect(result.stderr).toMatch(/qwen3-coder-flash · partial · \d+ ms · /);
  });

  it("takes an empty answer as nothing to add", async () => {
    const result = await complete(["--json"], { script: [{ text: "" }] });
    expect([result.code, JSON.parse(result.stdout)]).toMatchObject([0, { text: "" }]);
  });

  it("is in the ledger under the day's completions, cost and latency included", async () => {
    await complete([]);
    const usage = await runBelay(["usage", "--json"], { home });
    expect(JSON.parse(usage.stdout)).toMatchObject({
      rows: expect.arrayContaining([
        expect.objectContaining({ key: expect.stringMatching(/^completions-/), currency: "USD" }),
      ]),
    });
  });
});

describe("belay complete refuses", () => {
  it.each([
    [["--line", "99999"], "There is no line 99999"],
    [["--column", "5000"], "There is no column 5000"],
    [["--file", "../outside.js"], "leads outside the project folder"],
    [["--file", "/etc/passwd"], "leads outside the project folder"],
    [["--line", "x"], "--line must be a whole number"],
    [["--mode", "fim"], "Use --mode partial"],
  ])("%j", async (args, message) => {
    const result = await complete(args);
    expect(result.stderr).toContain(message);
    expect([result.code === 0, result.sent]).toEqual([false, undefined]);
  });

  it("a file that does not exist, and one that is no text", async () => {
    const missing = await complete(["--file", "lib/none.js"]);
    expect([missing.code, missing.stderr]).toEqual([
      1,
      expect.stringContaining("There is no file lib/none.js"),
    ]);
    writeFileSync(join(workspace, "bin.js"), Buffer.from([0xff, 0xfe, 0x00]));
    const binary = await complete(["--file", "bin.js", "--line", "1", "--column", "1"]);
    expect([binary.code, binary.stderr]).toEqual([
      2,
      expect.stringContaining("bin.js is not UTF-8 text"),
    ]);
  });

  it("with the limit of the run: nothing is sent, exit 4", async () => {
    const result = await complete(["--budget", "0.000001USD"]);
    expect([result.code, result.sent]).toEqual([4, undefined]);
  });
});
