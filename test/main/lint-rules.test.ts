import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTemporaryFolder } from "../support/temporary-folder.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

const imports = (from: string): string =>
  `import * as thing from "${from}";\nexport const used = thing;\n`;
const lines = (count: number): string =>
  Array.from({ length: count }, (_, index) => `export const x${index} = ${index};`).join("\n");

/** One violation per rule: the file it stands in, what it says, and the rule that must catch it. */
const planted: readonly (readonly [path: string, content: string, rule: string])[] = [
  ["src/shared/a.ts", imports("node:fs"), "no-restricted-imports"],
  ["src/shared/b.ts", imports("../main/core.ts"), "no-restricted-imports"],
  ["src/renderer/src/a.ts", imports("electron"), "no-restricted-imports"],
  ["src/renderer/src/b.ts", imports("node:fs/promises"), "no-restricted-imports"],
  ["src/renderer/src/c.ts", imports("../../main/core.ts"), "no-restricted-imports"],
  ["src/renderer/src/review/a.ts", imports("../undo/undo-layer.tsx"), "no-restricted-imports"],
  ["src/renderer/src/review/b.ts", imports("electron"), "no-restricted-imports"],
  ["src/main/a.ts", imports("react"), "no-restricted-imports"],
  ["src/main/core.ts", imports("electron"), "no-restricted-imports"],
  ["src/main/agent/a.ts", imports("node:fs/promises"), "no-restricted-imports"],
  ["src/main/agent/b.ts", imports("../providers/regions.ts"), "no-restricted-imports"],
  ["src/main/tools/a.ts", imports("node:child_process"), "no-restricted-imports"],
  ["src/main/tools/b.ts", imports("node:fs"), "no-restricted-imports"],
  ["src/main/usage/a.ts", imports("better-sqlite3"), "no-restricted-imports"],
  ["src/main/usage/b.ts", imports("keytar"), "no-restricted-imports"],
  ["src/main/catalogue/a.ts", imports("openai"), "no-restricted-imports"],
  ["src/main/checkpoints/a.ts", imports("node:child_process"), "no-restricted-imports"],
  ["src/main/checkpoints/b.ts", imports("simple-git"), "no-restricted-imports"],
  ["src/main/usage/c.ts", imports("simple-git"), "no-restricted-imports"],
  ["src/main/workspace/a.ts", imports("node:https"), "no-restricted-imports"],
  ["src/main/providers/a.ts", imports("node:fs"), "no-restricted-imports"],
  ["src/main/history/a.ts", imports("node:net"), "no-restricted-imports"],
  ["src/main/keys/a.ts", imports("node:fs"), "no-restricted-imports"],
  ["src/main/desktop/a.ts", imports("better-sqlite3"), "no-restricted-imports"],
  ["src/main/ipc/a.ts", imports("openai"), "no-restricted-imports"],
  ["src/main/egress/a.ts", imports("node:fs"), "no-restricted-imports"],
  ["src/main/egress/b.ts", imports("../providers/regions.ts"), "no-restricted-imports"],
  ["src/main/usage/d.ts", imports("node:tls"), "no-restricted-imports"],
  ["src/main/git/a.ts", imports("node:dns/promises"), "no-restricted-imports"],
  ["src/main/checkpoints/c.ts", imports("node:dgram"), "no-restricted-imports"],
  ["src/main/tools/c.ts", imports("undici"), "no-restricted-imports"],
  ["src/main/usage/e.ts", 'export const x = fetch("https://a");\n', "no-restricted-globals"],
  ["src/main/egress/c.ts", 'export const x = fetch("https://a");\n', "no-restricted-globals"],
  ["src/main/core/a.ts", 'export const x = new WebSocket("wss://a");\n', "no-restricted-globals"],
  [
    "src/main/desktop/b.ts",
    'import { net } from "electron";\nexport const used = net;\n',
    "no-restricted-imports",
  ],
  ["src/main/long.ts", lines(301), "max-lines"],
  [
    "src/main/long-function.ts",
    `export function long(): void {\n${"  Math.random();\n".repeat(61)}}\n`,
    "max-lines-per-function",
  ],
  [
    "src/main/many.ts",
    "export const add = (a: number, b: number, c: number, d: number): number => a + b + c + d;\n",
    "max-params",
  ],
  ["src/main/any.ts", "export const x: any = 1;\n", "no-explicit-any"],
  ["src/main/default.ts", "export default 1;\n", "no-default-export"],
  ["src/main/console.ts", "console.log(1);\n", "no-console"],
  [
    "src/main/bang.ts",
    "export const first = (values: readonly number[]): number => values[0]!;\n",
    "no-non-null-assertion",
  ],
  [
    "src/main/floating.ts",
    "async function go(): Promise<void> {}\nexport function start(): void {\n  go();\n}\n",
    "no-floating-promises",
  ],
  ["src/main/CamelCase.ts", "export const x = 1;\n", "filename-case"],
  [
    "src/main/cycle-a.ts",
    'import { b } from "./cycle-b.ts";\nexport const a = (): number => b();\n',
    "no-cycle",
  ],
  [
    "test/mock.test.ts",
    'import { vi } from "vitest";\nvi.mock("./x.ts");\n',
    "no-restricted-vi-methods",
  ],
];

describe("the linter", () => {
  const folder = createTemporaryFolder();
  afterAll(() => folder[Symbol.dispose]());
  let report = "";

  beforeAll(() => {
    const place = folder.path;
    copyFileSync(join(root, ".oxlintrc.json"), join(place, ".oxlintrc.json"));
    copyFileSync(join(root, "tsconfig.json"), join(place, "base.json"));
    writeFileSync(
      join(place, "tsconfig.json"),
      JSON.stringify({
        compilerOptions: {
          target: "es2024",
          module: "preserve",
          strict: true,
          noEmit: true,
          allowImportingTsExtensions: true,
          types: ["node"],
        },
        include: ["src", "test"],
      }),
    );
    symlinkSync(join(root, "node_modules"), join(place, "node_modules"));
    const files = [
      ...planted,
      [
        "src/main/cycle-b.ts",
        'import { a } from "./cycle-a.ts";\nexport const b = (): number => a();\n',
        "",
      ] as const,
    ];
    for (const [path, content] of files) {
      mkdirSync(dirname(join(place, path)), { recursive: true });
      writeFileSync(join(place, path), content);
    }
    const result = spawnSync(join(root, "node_modules/.bin/oxlint"), ["--format", "unix"], {
      cwd: place,
      encoding: "utf8",
    });
    report = result.stdout;
  });

  it.each(planted)("catches what is planted in %s", (path, _content, rule) => {
    const found = report
      .split("\n")
      .filter((line) => line.startsWith(`${path}:`) || line.includes(`/${path}:`));
    expect(found.join("\n")).toContain(rule);
  });
});
