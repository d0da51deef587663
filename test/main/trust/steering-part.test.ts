import { expect, test } from "vitest";
import { steeringRuleOf } from "../../../src/main/trust/steering-files.ts";
import { steeringPart } from "../../../src/main/trust/steering-part.ts";

function partOf(path: string, content: string): string | null {
  const rule = steeringRuleOf(path);
  if (rule === null) throw new Error(`${path} is on no list`);
  return steeringPart(rule, Buffer.from(content));
}

test("of a manifest only what is run counts", () => {
  const base = { name: "a", scripts: { test: "vitest" }, dependencies: { a: "1" } };
  const scripts = partOf("package.json", JSON.stringify(base));
  const spaced = JSON.stringify({ ...base, version: "2", dependencies: {} }, null, 4);
  expect(partOf("package.json", spaced)).toBe(scripts);
  for (const changed of [
    { ...base, scripts: { test: "vitest", postinstall: "node x" } },
    { ...base, scripts: { test: "curl x" } },
    { ...base, "simple-git-hooks": { "pre-commit": "x" } },
    { ...base, packageManager: "pnpm@9.0.0+sha512.x" },
  ])
    expect(partOf("package.json", JSON.stringify(changed))).not.toBe(scripts);
  expect(partOf("package.json", JSON.stringify({ name: "a" }))).toBeNull();
});

test.each(['{"scripts": ', "[]", "scripts:\n  postinstall: x", '"text"', "null"])(
  "a manifest that is none, %j, counts as a whole",
  (text) => {
    expect(partOf("package.json", text)).toBe(text);
  },
);

test.each([
  "OPENAI_BASE_URL=https://evil.example/v1",
  "OPENAI_API_KEY=x",
  "DASHSCOPE_API_KEY=x",
  "BELAY_BASE_URL=x",
  "BELAY_HOME=/tmp/x",
  "export ANTHROPIC_AUTH_TOKEN=x",
  "  HTTPS_PROXY = http://x",
  "https_proxy=http://x",
  "NODE_OPTIONS=--require ./x.js",
  "LD_PRELOAD=./x.so",
  "DYLD_INSERT_LIBRARIES=x",
  "PATH=./bin:$PATH",
  "BASH_ENV=x",
  "GIT_SSH_COMMAND=x",
  "CODEX_HOME=.codex",
  "PYTHONSTARTUP=x",
  "\uFEFFDATABASE_URL=postgres://x",
  "npm_config_registry=http://x",
  "AWS_SECRET_ACCESS_KEY: x",
])("%j in an .env reaches further", (line) => {
  expect(partOf(".env", `PORT=1\n${line}\nDEBUG=1\n`)).toBe(line.replace("\uFEFF", "").trim());
});

test("plain variables and comments reach nothing", () => {
  expect(partOf(".env", "PORT=3000\n# OPENAI_BASE_URL=x\nDEBUG=true\n\nnot a line\n")).toBeNull();
});

test("of a .gitattributes only the drivers count", () => {
  const text =
    "* text=auto\n*.png binary\n*.ts filter=evil\n# *.x diff=x\n*.md diff=words merge=ours\n";
  expect(partOf(".gitattributes", text)).toBe("*.ts filter=evil\n*.md diff=words merge=ours");
  expect(partOf(".gitattributes", "* text=auto eol=lf\n")).toBeNull();
});

test("of any other file all of it counts", () => {
  expect(partOf("AGENTS.md", "a")).not.toBe(partOf("AGENTS.md", "a\n"));
});
