import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { z } from "zod";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

const serve = fileURLToPath(new URL("../../support/model-studio/serve.ts", import.meta.url));
const startSchema = z.object({ baseUrl: z.url() });

const start = (...args: readonly string[]) =>
  spawn(process.execPath, [serve, ...args], { stdio: ["pipe", "pipe", "pipe"] });

test("as a process the simulation prints where it is, plays a file, and writes down what was asked", async () => {
  using folder = createTemporaryFolder();
  const script = join(folder.path, "script.json");
  const asked = join(folder.path, "asked.jsonl");
  writeFileSync(script, JSON.stringify([{ text: "from the file" }]));
  const child = spawn(process.execPath, [serve, "--script", script, "--requests", asked], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [line] = await once(createInterface(child.stdout), "line");
  const { baseUrl } = startSchema.parse(JSON.parse(String(line)));
  const answer = await fetch(`${baseUrl}/chat/completions`, {
    method: "POST",
    headers: { authorization: "Bearer sk-simulation" },
    body: JSON.stringify({
      model: "qwen3-coder-flash",
      messages: [{ role: "user", content: "Hello" }],
    }),
  });
  expect(await answer.text()).toContain("from the file");
  child.stdin.end();
  expect(await once(child, "close")).toEqual([0, null]);
  expect(readFileSync(asked, "utf8")).toContain("Hello");
});

test("as a process it plays other servers too, and names them when it is asked for one it does not know", async () => {
  const child = start("--flavour", "vllm", "--without-tools");
  const [line] = await once(createInterface(child.stdout), "line");
  const { baseUrl } = startSchema.parse(JSON.parse(String(line)));
  expect(await (await fetch(`${baseUrl}/models`)).text()).toContain('"owned_by":"vllm"');
  child.stdin.end();
  expect(await once(child, "close")).toEqual([0, null]);

  const unknown = start("--flavour", "gpt");
  const [said] = await once(createInterface(unknown.stderr), "line");
  expect(said).toContain("Use model-studio or ollama, llama.cpp");
  expect(await once(unknown, "close")).toEqual([2, null]);
});
