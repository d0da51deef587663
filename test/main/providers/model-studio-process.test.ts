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
