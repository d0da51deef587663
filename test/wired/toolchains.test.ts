import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SessionEvent } from "../../src/shared/events.ts";
import { runBelay, testKey, type CliResult } from "../support/belay-cli.ts";
import { startModelStudio, type ModelStudio } from "../support/model-studio/server.ts";
import { startSink, type Sink } from "../support/network-fixture.ts";
import { noSandboxHere } from "../support/sandbox-fixture.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";

interface Project {
  readonly programs: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  readonly command: string;
  /** Of what it prints. */
  readonly prints: RegExp;
}

/** `PORT` is where something listens on this machine that nothing may reach. */
const projects: Readonly<Record<string, Project>> = {
  "a make project": {
    programs: ["make", "cc"],
    files: {
      Makefile:
        'check: sum\n\ttest "$$(./sum 2 3)" = 5 && echo make passed\nsum: sum.c\n\t$(CC) -O1 -o $@ $<\n',
      "sum.c":
        '#include <stdio.h>\n#include <stdlib.h>\nint main(int n, char **v) { printf("%d\\n", atoi(v[1]) + atoi(v[2])); return n != 3; }\n',
    },
    command: "make check",
    prints: /make passed/,
  },
  "a cargo project without dependencies": {
    programs: ["cargo", "cc"],
    files: {
      "Cargo.toml": '[package]\nname = "sum"\nversion = "0.1.0"\nedition = "2021"\n',
      "src/lib.rs":
        'pub fn sum(a: u8, b: u8) -> u8 { a + b }\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn adds() { assert_eq!(super::sum(2, 3), 5); }\n    #[test]\n    fn reaches_nothing() { assert!(std::net::TcpStream::connect("127.0.0.1:PORT").is_err()); }\n}\n',
    },
    command: "cargo test",
    prints: /2 passed; 0 failed/,
  },
  "a Python script's tests": {
    programs: ["python3"],
    files: {
      "sums.py": "def total(values):\n    return sum(values)\n",
      "test_sums.py":
        "import socket, tempfile, unittest\nfrom sums import total\n\nclass Sums(unittest.TestCase):\n    def test_total(self):\n        with tempfile.TemporaryFile() as file:\n            file.write(b'2 3')\n            file.seek(0)\n            self.assertEqual(total(map(int, file.read().split())), 5)\n\n    def test_reaches_nothing(self):\n        with self.assertRaises(OSError):\n            socket.create_connection(('127.0.0.1', PORT), 2)\n",
    },
    command: "python3 -m unittest -v",
    prints: /Ran 2 tests[^]*OK/,
  },
};

/** Why it cannot be tried here; null where it can. */
function missing({ programs }: Project): string | null {
  if (noSandboxHere !== null) return noSandboxHere;
  for (const program of programs)
    try {
      execFileSync(program, ["--version"], { stdio: "ignore" });
    } catch {
      return `${program} is not on this machine`;
    }
  return null;
}

const folder = createTemporaryFolder();
let studio: ModelStudio;
let sink: Sink;

beforeAll(async () => {
  studio = await startModelStudio({ keys: [testKey] });
  sink = await startSink();
});

afterAll(async () => {
  await studio[Symbol.asyncDispose]();
  await sink[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const of = <T extends SessionEvent["type"]>({ events }: CliResult, type: T) =>
  events.filter((event): event is Extract<SessionEvent, { type: T }> => event.type === type);

describe("in Autopilot, without a grant,", () => {
  for (const [name, project] of Object.entries(projects)) {
    const why = missing(project);
    it.skipIf(why !== null)(
      `${name} is built and tested, nothing asks, nothing reaches out${why === null ? "" : ` (skipped: ${why})`}`,
      async () => {
        const workspace = join(folder.path, name.replaceAll(/\W/g, "-"));
        for (const [path, text] of Object.entries(project.files)) {
          mkdirSync(dirname(join(workspace, path)), { recursive: true });
          writeFileSync(join(workspace, path), text.replaceAll("PORT", String(sink.port)));
        }
        for (const round of [1, 2]) {
          studio.play([
            { toolCalls: [{ name: "run_command", arguments: { command: project.command } }] },
            { text: `round ${round}` },
          ]);
          const args = ["run", "--workspace", workspace, "--prompt", "test it", "--mode", "auto"];
          const done = await runBelay([...args, "--model", "qwen3-coder-flash", "--json"], {
            home: join(folder.path, "home"),
            baseUrl: studio.baseUrl,
            // Toolchains lie in the person's own home folder.
            environment: { HOME: homedir() },
          });
          const [end] = of(done, "tool-call-end");
          expect(end?.result).toMatch(project.prints);
          expect([done.code, end?.exitCode, of(done, "approval-request")]).toEqual([0, 0, []]);
        }
        expect(sink.heard).toEqual([]);
      },
    );
  }
});
