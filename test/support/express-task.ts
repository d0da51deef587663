import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** A call of the scripted task, as the simulated model makes it. */
export interface TaskCall {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export interface TaskAnswer {
  readonly text?: string;
  readonly toolCalls?: readonly TaskCall[];
}

/** The published sources of express as a git repository, with what makes real folders awkward beside them. */
export function createExpressRepository(folder: string): string {
  const source = dirname(createRequire(import.meta.url).resolve("express/package.json"));
  cpSync(source, folder, { recursive: true });
  writeFileSync(join(folder, ".gitignore"), "build/\n*.env\n");
  mkdirSync(join(folder, "build"));
  writeFileSync(
    join(folder, "build/old.log"),
    Buffer.from([0x6f, 0x6c, 0x64, 0x0d, 0x0a, 0xef, 0xbb, 0xbf, 0x0a]),
  );
  writeFileSync(join(folder, "secret.env"), "TOKEN=do-not-lose-me\n");
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "bin/run.sh"), "#!/bin/sh\nexec node index.js\n");
  chmodSync(join(folder, "bin/run.sh"), 0o755);
  writeFileSync(join(folder, "windows.txt"), "first\r\nsecond\r\nthird");
  symlinkSync("lib/express.js", join(folder, "main-link.js"));
  symlinkSync("nowhere", join(folder, "dangling"));
  const git = (...args: string[]): void => {
    execFileSync(
      "git",
      [
        "-c",
        "user.name=t",
        "-c",
        "user.email=t@example.invalid",
        "-c",
        "commit.gpgsign=false",
        ...args,
      ],
      { cwd: folder, stdio: "ignore" },
    );
  };
  git("init", "-q", "-b", "main");
  git("add", "-A");
  git("commit", "-q", "-m", "start");
  return folder;
}

const call = (name: string, args: Readonly<Record<string, unknown>>): TaskCall => ({
  name,
  arguments: args,
});
const read = (path: string): TaskCall => call("read_file", { path });
const edit = (path: string, before: string, after: string): TaskCall =>
  call("edit_file", { path, old_string: before, new_string: after });

const statFile = `'use strict';

var fs = require('node:fs');

/** Stats of a path, or undefined when there is nothing. */
module.exports = function tryStat(path) {
  try {
    return fs.statSync(path);
  } catch {
    return undefined;
  }
};
`;

const statTest = `'use strict';

var assert = require('node:assert');
var tryStat = require('../lib/stat');

assert.strictEqual(tryStat('/no/such/file'), undefined);
assert.ok(tryStat(__filename).isFile());
`;

/** 25 answers: reads and searches, 8 edits, 3 new files, a move and a delete of an ignored file. */
export const expressTask: readonly TaskAnswer[] = [
  { text: "I look around first.", toolCalls: [call("list_files", {})] },
  { toolCalls: [read("index.js"), read("lib/view.js"), read("lib/utils.js")] },
  { toolCalls: [call("search_files", { pattern: "tryStat" })] },
  { toolCalls: [call("find_files", { pattern: "**/*.js" })] },
  { toolCalls: [call("write_file", { path: "lib/stat.js", content: statFile })] },
  {
    toolCalls: [
      edit("lib/view.js", "var fs = require('node:fs');\n", "var tryStat = require('./stat');\n"),
    ],
  },
  {
    toolCalls: [
      edit(
        "lib/view.js",
        "var basename = path.basename;\n",
        "var basename = path.basename; // the last part\n",
      ),
    ],
  },
  {
    toolCalls: [
      edit(
        "lib/utils.js",
        "exports.etag = createETagGenerator({ weak: false })",
        "exports.etag = createETagGenerator({ weak: false });",
      ),
    ],
  },
  {
    toolCalls: [
      edit(
        "lib/utils.js",
        "exports.wetag = createETagGenerator({ weak: true })",
        "exports.wetag = createETagGenerator({ weak: true });",
      ),
    ],
  },
  { toolCalls: [read("lib/express.js")] },
  {
    toolCalls: [
      edit(
        "lib/express.js",
        "var bodyParser = require('body-parser')\n",
        "var bodyParser = require('body-parser');\n",
      ),
    ],
  },
  {
    text: "A note for the next person.",
    toolCalls: [
      call("write_file", {
        path: "docs/design/notes.md",
        content: "# Notes\n\nStats live in lib/stat.js.\n",
      }),
    ],
  },
  { toolCalls: [read("package.json")] },
  { toolCalls: [edit("package.json", '"version": "5.3.0"', '"version": "5.3.1"')] },
  { toolCalls: [call("search_files", { pattern: "Running Tests", path: "Readme.md" })] },
  { toolCalls: [read("Readme.md"), read("windows.txt")] },
  { toolCalls: [edit("Readme.md", "### Running Tests", "### Running tests")] },
  { toolCalls: [edit("windows.txt", "second\n", "second line\n")] },
  { toolCalls: [call("write_file", { path: "test/stat.test.js", content: statTest })] },
  { toolCalls: [read("LICENSE")] },
  { toolCalls: [call("move_file", { from: "LICENSE", to: "docs/LICENSE.txt" })] },
  { toolCalls: [read("build/old.log")] },
  { toolCalls: [call("delete_file", { path: "build/old.log" })] },
  {
    toolCalls: [
      call("search_files", { pattern: "require\\('./stat'\\)" }),
      call("list_files", { path: "lib" }),
    ],
  },
  {
    text: "Done: `lib/view.js:15` takes its stats from `lib/stat.js`; notes are in `docs/design/notes.md`.",
  },
];
