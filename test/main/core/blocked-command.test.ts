import { mkdirSync, readFileSync, realpathSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCommandRunner, type OwningRunner } from "../../../src/main/shell/command-runner.ts";
import { runCommandTool } from "../../../src/main/tools/run-command.ts";
import type { CommandSandbox } from "../../../src/main/tools/tool.ts";
import type { Way } from "../../../src/shared/blocked.ts";
import type { SessionEvent } from "../../../src/shared/events.ts";
import type { CallId } from "../../../src/shared/ids.ts";
import { createAgentFixture, play } from "../../support/agent-fixture.ts";
import { createCommandFixture, type CommandFixture } from "../../support/command-fixture.ts";
import { listen } from "../../support/listen.ts";
import { realSandbox } from "../../support/real-sandbox.ts";
import { git } from "../../support/run-git.ts";
import { noSandboxHere, skipNote } from "../../support/sandbox-fixture.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";
import { treeOf } from "../../support/tree-hash.ts";

type EventOf<Type extends SessionEvent["type"]> = Extract<SessionEvent, { type: Type }>;

describe.skipIf(noSandboxHere !== null)(
  `a blocked command, with the real sandbox and real checkpoints${skipNote}`,
  () => {
    const outside = createTemporaryFolder();
    let fixture: CommandFixture;
    let runner: OwningRunner;
    let sandbox: CommandSandbox;

    beforeAll(async () => {
      fixture = await createCommandFixture();
      fixture.put("a.txt", "first\n");
      git(fixture.root, "init", "-q", "-b", "main");
      git(fixture.root, "config", "user.name", "t");
      git(fixture.root, "config", "user.email", "t@example.invalid");
      git(fixture.root, "add", ".");
      git(fixture.root, "commit", "-qm", "one");
      const outputFolder = join(outside.path, "outputs");
      runner = createCommandRunner({ outputFolder, environment: process.env });
      const workspace = { root: fixture.root, id: "w" };
      const dataFolder = join(outside.path, "data");
      sandbox = realSandbox()({ workspace, runner, dataFolder });
    });

    afterAll(async () => {
      await runner.killAll();
      await fixture[Symbol.asyncDispose]();
      outside[Symbol.dispose]();
    });

    /** The model runs this, and the person answers so; `meanwhile` is done while they think. */
    async function run(
      input: { readonly command: string; readonly needs?: readonly string[] },
      way: Way,
      meanwhile: () => void = () => undefined,
    ): Promise<{
      callId: CallId;
      end: EventOf<"tool-call-end">;
      asked: EventOf<"approval-request">[];
    }> {
      const asked: EventOf<"approval-request">[] = [];
      const agent = createAgentFixture(
        [{ calls: [{ name: "run_command", arguments: input }] }, { text: "done" }],
        {
          mode: "auto",
          tools: [runCommandTool(runner)],
          surroundings: {
            workspace: { root: fixture.root, id: "w" },
            commands: fixture.service,
            sandbox,
          },
          heard(event) {
            if (event.type !== "approval-request") return;
            asked.push(event);
            setTimeout(() => {
              meanwhile();
              agent.session.answer(
                event.callId,
                event.blocked === undefined ? { decision: "allow" } : { decision: "go-on", way },
              );
            }, 0);
          },
        },
      );
      await play(agent);
      const end = agent.events.find(
        (event): event is EventOf<"tool-call-end"> => event.type === "tool-call-end",
      );
      if (end === undefined) throw new Error("the call has not ended");
      return {
        callId: end.callId,
        end,
        asked: asked.filter(({ blocked }) => blocked !== undefined),
      };
    }

    const undo = (callId: CallId) =>
      fixture.service.undo({ unit: "call", callId }, { conflicts: "merge" });

    it("reaches just the host that was allowed, and one undo takes back what both runs changed, to the byte", async () => {
      await using server = await listen(createServer((_request, response) => response.end("high")));
      const before = treeOf(fixture.root);
      const url = `http://localhost:${server.port}`;
      const fetched = `env -u NO_PROXY -u no_proxy curl -fsS ${url}`;
      const command = `echo more >> a.txt; echo run >> new.txt; mkdir -p d; date +%N > d/x; ${fetched} > got.txt`;
      const { callId, end, asked } = await run({ command }, "here");
      const place = `localhost:${server.port}`;
      expect(asked.map(({ blocked }) => blocked?.walls)).toEqual([
        [{ wall: "network", place, need: `network:${place}` }],
      ]);
      expect(end.result).toMatch(/^A first run was stopped[^]*second run\.\nExit code 0/);
      expect(fixture.read("got.txt")).toBe("high");
      expect(fixture.read("new.txt")).toBe("run\nrun\n");
      expect(end.changes?.map(({ path, kind, added }) => [path, kind, added])).toEqual([
        ["a.txt", "modified", 2],
        ["d/x", "created", 1],
        ["got.txt", "created", 1],
        ["new.txt", "created", 2],
      ]);
      expect(await fixture.intents()).toHaveLength(2);
      expect((await undo(callId)).conflicts).toEqual([]);
      expect(treeOf(fixture.root)).toEqual(before);
      // It is open for the session now, and for that host alone.
      expect(sandbox.network?.open()).toMatchObject({ hosts: [], localPorts: [server.port] });
    });

    it("keeps what the person saves between the two runs, and asks about the same file", async () => {
      fixture.put("b.txt", "line\n");
      await fixture.command("true");
      const { callId, end, asked } = await run(
        { command: "echo end >> b.txt; echo own > own.txt; git commit -q --allow-empty -m two" },
        "here",
        () => {
          fixture.put("b.txt", `mine\n${fixture.read("b.txt")}`);
          fixture.put("c.txt", "mine\n");
        },
      );
      expect(asked[0]?.blocked).toMatchObject({
        walls: [{ wall: "git-history", need: "git-history" }],
        changes: [{ path: "b.txt" }, { path: "own.txt" }],
      });
      expect(git(fixture.root, "log", "-1", "--format=%s").trim()).toBe("two");
      expect(end.changes?.map(({ path }) => path)).toEqual(["b.txt", "own.txt"]);
      const { undone, conflicts } = await undo(callId);
      expect(undone).toEqual([{ path: "own.txt", action: "delete" }]);
      expect(conflicts).toMatchObject([{ path: "b.txt" }]);
      expect(fixture.read("b.txt")).toBe("mine\nline\nend\nend\n");
      expect(fixture.read("c.txt")).toBe("mine\n");
    });

    it("may write the folder that was allowed, and no other", async () => {
      const shared = join(realpathSync(outside.path), "shared");
      mkdirSync(shared);
      const needs = [`read:${shared}`];
      const { end, asked } = await run({ command: `echo x > ${shared}/out.txt`, needs }, "here");
      expect(asked.map(({ blocked }) => blocked?.walls)).toEqual([
        [{ wall: "write", place: `${shared}/out.txt`, need: `write:${shared}` }],
      ]);
      expect(end).toMatchObject({ status: "completed", exitCode: 0 });
      expect(readFileSync(join(shared, "out.txt"), "utf8")).toBe("x\n");
      const again = await run({ command: `echo y >> ${shared}/out.txt`, needs }, "tell");
      expect(again.end).toMatchObject({ status: "failed", blocked: [{ wall: "write" }] });
      expect(readFileSync(join(shared, "out.txt"), "utf8")).toBe("x\n");
    });

    it("asks nothing of a command that failed by itself, or ended well past a wall", async () => {
      expect((await run({ command: "exit 3" }, "here")).asked).toEqual([]);
      expect((await run({ command: "touch .git/x; true" }, "here")).asked).toEqual([]);
    });
  },
);
