import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createEventLog } from "../../../src/main/agent/event-log.ts";
import { takeBackIn } from "../../../src/main/core/take-back.ts";
import type { SessionEvent } from "../../../src/shared/events.ts";
import { createSessionId, type UndoId } from "../../../src/shared/ids.ts";
import { emptySessionState } from "../../../src/shared/session-state.ts";
import { createCommandFixture } from "../../support/command-fixture.ts";
import { realSandbox } from "../../support/real-sandbox.ts";
import { noSandboxHere, skipNote } from "../../support/sandbox-fixture.ts";
import { createToolFixture } from "../../support/tool-fixture.ts";

const deep = {
  "packages/a/.envrc": "export A=1\n",
  "packages/a/own.txt": "own\n",
  "docs/AGENTS.md": "be kind\n",
};

/** A command in the real sandbox with real checkpoints, and what the conversation was told of. */
async function prepare() {
  const fixture = await createCommandFixture();
  for (const [path, content] of Object.entries(deep)) fixture.put(path, content);
  const events: SessionEvent[] = [];
  const log = createEventLog({
    state: emptySessionState(createSessionId()),
    store: async () => undefined,
    publish: (event) => void events.push(event),
  });
  const tools = createToolFixture(
    {},
    {
      workspace: { root: fixture.root, id: "w" },
      commands: fixture.service,
      sandbox: realSandbox(),
      takeBack: takeBackIn(log, fixture.service),
    },
  );
  return {
    fixture,
    run: (command: string, needs: readonly string[] = [], background = false) =>
      tools.call("run_command", { command, needs, background }),
    undos: (): UndoId[] =>
      events.flatMap((event) => (event.type === "undo-add" ? [event.undoId] : [])),
    async [Symbol.asyncDispose]() {
      await tools[Symbol.asyncDispose]();
      await fixture[Symbol.asyncDispose]();
    },
  };
}

describe.skipIf(noSandboxHere !== null)(`what steers in the folders below${skipNote}`, () => {
  it.each([
    ["is written", "echo evil >> packages/a/.envrc", "packages/a/.envrc"],
    ["comes to be", "mkdir -p x/y && echo evil > x/y/.envrc", "x/y/.envrc"],
    ["comes under another case", "mkdir -p x/y && echo evil > x/y/.EnvRC", "x/y/.EnvRC"],
    ["is deleted", "rm docs/AGENTS.md", "docs/AGENTS.md"],
    ["moves away", "mv docs/AGENTS.md docs/old.md", "docs/old.md"],
    ["comes by a move", "mv packages/a/own.txt packages/a/CLAUDE.md", "packages/a/CLAUDE.md"],
    ["becomes a link", "ln -sf own.txt packages/a/.envrc", "packages/a/.envrc"],
    [
      "comes in a folder that moves",
      "mkdir -p t/w && mkdir t/w/.husky && echo x > t/w/.husky/pre-push && mv t u",
      "u/w/.husky/pre-push",
    ],
  ])("is as before once a command that it %s by has ended", async (_, command, named) => {
    await using play = await prepare();
    const { fixture } = play;
    const before = fixture.shell("find . -printf '%p %l\\n' | sort; cat $(find . -type f | sort)");
    const done = await play.run(`${command}; echo more >> packages/a/own2.txt`);
    expect(done.status).toBe("completed");
    expect(done.notes?.[0]).toBe(
      `Took back ${named}, which steers what is executed here; a command needs steering-files for that. Redo brings it back.`,
    );
    expect(done.result).toContain("Took back");
    expect(done.changes?.map(({ path }) => path)).toEqual(["packages/a/own2.txt"]);
    fixture.shell("rm packages/a/own2.txt; find . -type d -empty -delete");
    expect(fixture.shell("find . -printf '%p %l\\n' | sort; cat $(find . -type f | sort)")).toBe(
      before,
    );
  });

  it("comes again with a redo, and the conversation knows of the undo", async () => {
    await using play = await prepare();
    await play.run("echo evil > packages/a/.envrc");
    const [undoId] = play.undos();
    if (undoId === undefined) throw new Error("no undo is told of");
    const again = await play.fixture.service.redo({ undoId });
    expect(again.conflicts[0]?.steers).toBeDefined();
    await play.fixture.service.redo({ undoId, allowSteering: true });
    expect(play.fixture.read("packages/a/.envrc")).toBe("evil\n");
  });

  it("stays where the person allowed it", async () => {
    await using play = await prepare();
    const done = await play.run("echo mine > packages/a/.envrc", ["steering-files"]);
    expect(done.notes).toBeUndefined();
    expect(play.fixture.read("packages/a/.envrc")).toBe("mine\n");
  });

  it("is told of where a command in the background that ended at once has changed it", async () => {
    await using play = await prepare();
    const done = await play.run("echo evil > packages/a/.envrc", [], true);
    expect(done.result).toMatch(/^(?:Took back )?packages\/a\/\.envrc/);
    expect(done.notes?.join()).toContain("packages/a/.envrc");
  });

  it("is told of where it is a repository of its own that came to be", async () => {
    await using play = await prepare();
    const done = await play.run("git init -q packages/b");
    expect(done.result).toContain("packages/b/.git: came to be while it ran, and steers");
    expect((await play.run("true")).result).not.toContain("packages/b/.git");
  });

  it("stays, and is told of, where it may be the person's own", async () => {
    await using play = await prepare();
    const done = await play.run("sleep 5.2; mkdir -p x/y && echo evil > x/y/.envrc");
    expect(done.notes?.[0]).toMatch(/^x\/y\/\.envrc: changed while it ran, and steers/);
    expect(existsSync(join(play.fixture.root, "x/y/.envrc"))).toBe(true);
  });
});
