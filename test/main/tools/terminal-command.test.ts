import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasTerminal, terminalLine } from "../../../src/main/shell/terminal-line.ts";
import { realSandbox } from "../../support/real-sandbox.ts";
import { noSandboxHere, skipNote } from "../../support/sandbox-fixture.ts";
import { createToolFixture, type ToolFixture } from "../../support/tool-fixture.ts";

const look = "test -t 0 && test -t 1 && echo a terminal; stty size; echo $TERM";

it("is made by no program that is not there, nor elsewhere than on Linux", () => {
  expect(terminalLine("ls", "linux", ["/nonexistent"])).toBeNull();
  expect(terminalLine("ls", "darwin")).toBeNull();
  expect(terminalLine("ls", "win32")).toBeNull();
});

describe.skipIf(!hasTerminal() || noSandboxHere !== null)(
  `a terminal in the sandbox${skipNote}`,
  () => {
    let tools: ToolFixture;
    const run = (command: string, more: Readonly<Record<string, unknown>> = {}) =>
      tools.call("run_command", { command, terminal: true, ...more });
    const background = async (command: string) => {
      await run(command, { background: true });
      const shown = tools.runner.background.list().at(-1);
      if (shown === undefined) throw new Error("It does not run");
      return shown;
    };

    beforeAll(() => {
      tools = createToolFixture({ "a.txt": "a\n" }, { sandbox: realSandbox() });
    });
    afterAll(async () => tools[Symbol.asyncDispose]());

    it("is what a program finds that wants one, with its exit code passed on", async () => {
      const done = await run(`${look}\nexit 7`);
      expect(done.exitCode).toBe(7);
      expect(done.result).toContain("a terminal\n40 120\nxterm-256color");
    });

    it.each([
      [`echo "it's" '$HOME' \`echo "two"\``, "it's $HOME two"],
      ["cat <<'END'\n'quoted' \"twice\" \\n\nEND", `'quoted' "twice" \\n`],
      ["printf '%s\\n' \"'\\''\"", `'\\''`],
      ["echo ü 漢字 \u{1F680}", "ü 漢字 \u{1F680}"],
    ])("runs %s as it is written", async (command, printed) => {
      expect((await run(command)).result).toContain(printed);
    });

    it("is inside: what is outside is not reached, and no key of a terminal goes to another", async () => {
      const done = await run("cat /etc/shadow; echo x > /usr/belay-terminal; ls /dev/pts");
      expect(done.result).not.toContain("root:");
      expect(done.result).toMatch(/Permission denied|No such file|Read-only/);
      expect(done.result).toMatch(/\n(?:0\s+)?ptmx$/);
    });

    it("has its input at its end where nobody can type", async () => {
      const done = await run("cat; echo over");
      expect(done.result).toMatch(/over$/);
      expect(done.status).toBe("completed");
    });

    it("takes in the background what the person types, an interrupt too", async () => {
      const command =
        'read -p "Name? " name; echo "Hello $name"; trap "echo stopped; exit" INT; while :; do sleep 0.1; done';
      const shown = await background(command);
      expect(shown).toMatchObject({ command, takesInput: true });
      const { background: door } = tools.runner;
      const tells = async (id: string, text: string) => {
        await expect.poll(() => door.tail(id), { timeout: 20_000 }).toContain(text);
      };
      await tells(shown.id, "Name? ");
      door.write(shown.id, "Ada\n");
      await tells(shown.id, "Hello Ada");
      door.write(shown.id, "\u0003");
      await expect.poll(() => door.list(), { timeout: 20_000 }).toEqual([]);
      expect(() => {
        door.write(shown.id, "late\n");
      }).toThrow("has ended");
    });

    it("is not what other commands in the background have: they take nothing", async () => {
      await tools.call("run_command", { command: "sleep 60", background: true });
      const [shown] = tools.runner.background.list();
      expect(shown?.takesInput).toBe(false);
      expect(() => {
        tools.runner.background.write(shown?.id ?? "", "x\n");
      }).toThrow("takes no input");
      await tools.runner.killAll();
    });
  },
);
