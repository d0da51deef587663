import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { ApprovalDecision } from "../../../src/main/agent/ports.ts";
import type { Tool, ToolResult } from "../../../src/main/tools/tool.ts";
import type { Blocked, Way } from "../../../src/shared/blocked.ts";
import type { FileChange } from "../../../src/shared/diff.ts";
import type { SessionEvent } from "../../../src/shared/events.ts";
import {
  createAgentFixture,
  play,
  type AgentFixture,
  type FixtureOptions,
} from "../../support/agent-fixture.ts";

const host = (place: string): Blocked => ({ wall: "network", place, need: `network:${place}` });
const unknownNetwork: Blocked = { wall: "network", place: "", need: null };
const change = (path: string): FileChange => ({
  path,
  kind: "created",
  added: 1,
  removed: 0,
  binary: false,
});

const schema = z.object({ command: z.string(), needs: z.array(z.string()).optional() });
type Run = (needs: readonly string[], count: number) => readonly Blocked[];

interface Story {
  readonly fixture: AgentFixture;
  /** What each run wanted beyond the sandbox. */
  readonly runs: readonly (readonly string[])[];
  readonly ends: readonly Extract<SessionEvent, { type: "tool-call-end" }>[];
  readonly questions: readonly Extract<SessionEvent, { type: "approval-request" }>[];
}

/** A command whose runs hit these walls; questions are answered in turn, and what is asked beyond that is not allowed. */
async function story(
  walls: Run,
  answers: readonly (ApprovalDecision | Way)[],
  options: FixtureOptions & { readonly onAsked?: (fixture: AgentFixture) => void } = {},
): Promise<Story> {
  const runs: (readonly string[])[] = [];
  const left = [...answers];
  const tool: Tool<typeof schema> = {
    name: "fetch",
    kind: "command",
    schema,
    description: "fetch",
    describe: ({ command, needs = [] }) => ({
      title: command,
      detail: command,
      command: { line: command, needs },
    }),
    withNeeds: (input, needs) => ({ ...input, needs: [...needs] }),
    caution: async ({ needs = [] }) =>
      needs.length === 0
        ? null
        : { text: `It wants ${needs.join()}.`, asks: false, wantsMore: true },
    async run({ needs = [] }): Promise<ToolResult> {
      runs.push(needs);
      const blocked = needs.includes("no-sandbox") ? [] : walls(needs, runs.length);
      const result = `run ${runs.length}`;
      // As a window's record has it: all that its call has changed.
      const changes = runs.map((_needs, index) => change(`f${index + 1}`));
      return blocked.length === 0
        ? { status: "completed", result, changes, exitCode: 0 }
        : { status: "failed", result, changes, exitCode: 7, blocked, notes: ["Blocked: it."] };
    },
  };
  const fixture = createAgentFixture(
    [{ calls: [{ name: "fetch", arguments: { command: "curl x" } }] }, { text: "done" }],
    {
      mode: "auto",
      sandboxed: true,
      ...options,
      tools: [tool],
      heard(event) {
        if (event.type !== "approval-request") return;
        setTimeout(() => {
          options.onAsked?.(fixture);
          const next = left.shift() ?? { decision: "deny" as const };
          const isWay = typeof next === "string";
          const answer = isWay ? { decision: "go-on" as const, way: next } : next;
          if (fixture.session.needsYou()) fixture.session.answer(event.callId, answer);
        }, 0);
      },
    },
  );
  await play(fixture);
  const of = <T extends SessionEvent["type"]>(type: T) =>
    fixture.events.filter(
      (event): event is Extract<SessionEvent, { type: T }> => event.type === type,
    );
  return { fixture, runs, ends: of("tool-call-end"), questions: of("approval-request") };
}

const opened: Run = (needs) => (needs.includes("network:a.example") ? [] : [host("a.example")]);

/** A host, and something that went round the proxy. */
const guess: Run = (needs) => [...(needs.length === 0 ? [host("a.example")] : []), unknownNetwork];

describe("a command that the sandbox stopped", () => {
  it("runs again with just what it needs, once the person says so, and is one call", async () => {
    const { runs, ends, questions, fixture } = await story(opened, ["here"]);
    expect(runs).toEqual([[], ["network:a.example"]]);
    expect(questions).toMatchObject([
      {
        detail: "curl x",
        onlyOnce: true,
        command: { needs: ["network:a.example"], caution: "It wants network:a.example." },
        blocked: { walls: [host("a.example")], exitCode: 7, result: "run 1" },
      },
    ]);
    expect(ends).toMatchObject([
      { status: "completed", exitCode: 0, changes: [change("f1"), change("f2")] },
    ]);
    expect(ends[0]?.result).toBe(
      "A first run was stopped by the sandbox (exit code 7): a connection to a.example. The person allowed that, and it was run again. What follows is of the second run.\nrun 2",
    );
    expect(ends[0]).not.toHaveProperty("blocked");
    expect(ends[0]).not.toHaveProperty("notes");
    expect(fixture.decisions.slice(1)).toMatchObject([
      {
        by: "person",
        decision: "allow",
        way: "here",
        needs: ["network:a.example"],
        sandboxed: true,
      },
    ]);
  });

  it("is told to the model as it is when the person leaves it to the agent", async () => {
    const { runs, ends, fixture } = await story(opened, ["tell"]);
    expect(runs).toHaveLength(1);
    expect(ends).toMatchObject([
      { status: "failed", result: "run 1", blocked: [host("a.example")], notes: ["Blocked: it."] },
    ]);
    expect(fixture.decisions.at(-1)).toMatchObject({ decision: "deny", way: "tell" });
  });

  it("leaves the sandbox only by a question of its own", async () => {
    const yes = await story(opened, ["outside", { decision: "allow" }]);
    expect(yes.runs).toEqual([[], ["no-sandbox"]]);
    expect(yes.questions.map(({ blocked }) => blocked !== undefined)).toEqual([true, false]);
    expect(yes.questions[1]).toMatchObject({ command: { needs: ["no-sandbox"] } });
    expect(yes.ends[0]?.result).toContain("once, outside of the sandbox");
    expect(yes.fixture.decisions.slice(1)).toMatchObject([
      { decision: "deny", way: "outside" },
      { decision: "allow", needs: ["no-sandbox"] },
    ]);
    const no = await story(opened, ["outside", { decision: "deny", message: "Use the cache" }]);
    expect(no.runs).toHaveLength(1);
    expect(no.ends[0]?.result).toBe(
      "run 1\nNot run outside of the sandbox. Denied: the person did not allow this call. They say: Use the cache",
    );
  });

  it("takes no answer that was meant for another question", async () => {
    const refused: unknown[] = [];
    const attempt = (act: () => void): void => {
      try {
        act();
      } catch (error) {
        refused.push(error);
      }
    };
    const { runs, questions } = await story(opened, ["outside", { decision: "allow" }], {
      onAsked({ session, events }) {
        const asked = events.filter((event) => event.type === "approval-request");
        const [first] = asked;
        if (first === undefined) return;
        const wrong: ApprovalDecision =
          asked.length === 1 ? { decision: "allow" } : { decision: "go-on", way: "here" };
        attempt(() => session.answer(first.callId, wrong));
        const right: ApprovalDecision =
          asked.length === 1 ? { decision: "go-on", way: "here" } : { decision: "allow" };
        if (asked.length === 2) attempt(() => session.answer(first.callId, right, first.seq));
      },
    });
    expect(refused).toHaveLength(3);
    expect(runs).toEqual([[], ["no-sandbox"]]);
    expect(questions).toHaveLength(2);
  });

  it("asks once for each wall, and not for ever", async () => {
    const same = await story(() => [host("a.example")], ["here", "here"]);
    expect(same.runs).toHaveLength(2);
    expect(same.ends[0]?.result).toMatch(/^A first run[^]*\nrun 2$/);
    const unnamed = await story(guess, ["here", "outside", "here"]);
    expect(unnamed.questions).toHaveLength(1);
    const next = await story((_needs, count) => [host(`h${count}.example`)], Array(9).fill("here"));
    expect(next.questions).toHaveLength(3);
    expect(next.runs.at(-1)).toEqual([
      "network:h1.example",
      "network:h2.example",
      "network:h3.example",
    ]);
    expect(next.ends[0]?.changes).toHaveLength(4);
    const many = Array.from({ length: 30 }, (_, index) => host(`h${index}.example`));
    const wide = await story((needs) => (needs.length === 0 ? many : []), ["here"]);
    expect(wide.runs[1]).toHaveLength(8);
  });

  it("offers no way in where nothing can be asked for by name, nor one that did not help", async () => {
    const { questions, runs } = await story(() => [unknownNetwork], ["here"]);
    expect(questions).toMatchObject([
      { blocked: { walls: [unknownNetwork] }, command: { needs: [] } },
    ]);
    expect(runs).toEqual([[]]);
  });

  it("asks nobody where nobody is there", async () => {
    const { questions, ends, runs } = await story(opened, [], { attended: false });
    expect([questions.length, runs.length]).toEqual([0, 1]);
    expect(ends).toMatchObject([{ result: "run 1", blocked: [host("a.example")] }]);
  });

  it("keeps what the run came to when it is stopped, or Belay ends, while the person is asked", async () => {
    const { fixture, ends } = await story(opened, [], {
      onAsked: ({ session }) => void session.stop(),
    });
    expect(ends).toMatchObject([{ result: "run 1", changes: [change("f1")] }]);
    const stopped = fixture.events.findIndex((event) => event.type === "approval-end");
    expect(fixture.events[stopped]).toMatchObject({ decision: "cancel" });
    expect(fixture.decisions.at(-1)).toMatchObject({ decision: "cancel" });
  });
});
