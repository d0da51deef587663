import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openHistory } from "../../src/main/history/open-history.ts";
import { protocolSchema } from "../../src/shared/events.ts";
import { runBelay, testKey, type CliResult } from "../support/belay-cli.ts";
import type { ScriptedResponse } from "../support/model-studio/script.ts";
import { startModelStudio, type ModelStudio } from "../support/model-studio/server.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";

const folder = createTemporaryFolder();
const home = join(folder.path, "home");
let studio: ModelStudio;

beforeAll(async () => {
  mkdirSync(home);
  studio = await startModelStudio({ keys: [testKey] });
});

afterAll(async () => {
  await studio.close();
  folder[Symbol.dispose]();
});

const source = 'import { a } from "./a.ts";\n\nexport const b = a("x\\n");\nexport { a };\n';
const twice = JSON.stringify(source).slice(1, -1);

/** A call as text, whose content is escaped twice; then an edit of the same kind. */
const script: readonly ScriptedResponse[] = [
  {
    text: `I write it.\n\n<tool_call>\n<function=write_file>\n<parameter=path>\nb.ts\n</parameter>\n<parameter=content>\n${twice}\n</parameter>\n</function>\n</tool_call>`,
  },
  {
    toolCalls: [
      {
        name: "edit_file",
        arguments: {
          path: "b.ts",
          old_string: "export { a };\\nexport const",
          new_string: "x",
          replace_all: "false",
        },
      },
      {
        name: "edit_file",
        arguments: {
          path: "b.ts",
          old_string: 'export const b = a(\\"x\\\\n\\");\\nexport { a };',
          new_string: 'export const b = a(\\"y\\\\n\\");\\nexport { a };',
        },
      },
    ],
  },
  { text: "Done." },
];

const run = (protocol: string, ...more: readonly string[]): Promise<CliResult> => {
  const workspace = join(folder.path, protocol);
  mkdirSync(workspace, { recursive: true });
  const { baseUrl } = studio;
  const options = ["--mode", "edit", "--model", "qwen3-coder-flash", "--protocol", protocol];
  return runBelay(["run", "--workspace", workspace, "--prompt", "Write", ...options, ...more], {
    home,
    baseUrl,
  });
};

describe.each(protocolSchema.options)("calls that have to be put right, over %s", (protocol) => {
  it("run, say what was put right, and are counted", async () => {
    studio.play(script);
    const result = await run(protocol);
    expect(result.stderr).toContain("Repaired call: the model had written it as text");
    expect(result.stderr).toContain("Repaired call: line ends that were escaped twice are real");
    expect(result.stdout).not.toContain("tool_call");
    expect(result.code).toBe(0);
    expect(readFileSync(join(folder.path, protocol, "b.ts"), "utf8")).toBe(
      source.replace("x\\n", "y\\n"),
    );
    const sent = studio.chats().at(-1)?.bodyText ?? "";
    expect(sent).toContain("escaped twice");
    expect(sent).not.toContain("<function=");
    const file = join(home, "history.db");
    const history = await openHistory({ file, backups: join(home, "backups") });
    const health = (await history.callHealth()).find((row) => row.protocol === protocol);
    await history.close();
    expect(health).toMatchObject({
      model: "qwen3-coder-flash",
      region: "singapore",
      calls: 3,
      failed: 1,
      malformed: 0,
      repairs: { "text-call": 1, escapes: 2, arguments: 1 },
    });
  });
});
