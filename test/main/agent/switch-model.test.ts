import { describe, expect, it } from "vitest";
import { AppError, ModelGoneError } from "../../../src/shared/errors.ts";
import type { SessionEvent } from "../../../src/shared/events.ts";
import {
  createAgentFixture,
  play,
  type AgentFixture,
  type FixtureOptions,
} from "../../support/agent-fixture.ts";
import { largeText, unmeasuredFixture } from "../../support/compact-fixture.ts";
import type { FakeAnswer } from "../../support/fake-model.ts";

const look = (value: string) => ({ name: "look", arguments: { value } });
const models = ({ model }: AgentFixture) => model.requests.map((request) => request.model);
const binds = (events: readonly SessionEvent[]) =>
  events.flatMap((event) => (event.type === "model-bind" ? [event] : []));
const changes = ({ session }: AgentFixture) =>
  session.log
    .state()
    .turns.flatMap(({ items }) => items.filter((item) => item.kind === "model-change"));

/** Runs `act` when the first tool call has begun: in the middle of a turn. */
function inTheMiddle(
  answers: readonly FakeAnswer[],
  act: (fixture: AgentFixture) => void,
  options: FixtureOptions = {},
): AgentFixture {
  let done = false;
  const fixture = unmeasuredFixture(answers, {
    ...options,
    heard: (event) => {
      if (event.type !== "tool-call-start" || done) return;
      done = true;
      act(fixture);
    },
  });
  return fixture;
}

describe("another model", () => {
  it("answers from the next step, in mid-turn, and a line says from which", async () => {
    const fixture = inTheMiddle([{ calls: [look("a")] }, { text: "done" }], ({ session }) => {
      session.update({ model: "n" });
    });
    expect(await play(fixture)).toBe("completed");
    expect(models(fixture)).toEqual(["m", "n"]);
    expect(changes(fixture)).toEqual([
      {
        kind: "model-change",
        step: 2,
        from: { model: "m", region: "test", protocol: "openai", thinking: null },
        to: { model: "n", region: "test", protocol: "openai", thinking: null },
        dropped: [],
      },
    ]);
  });

  it("is what the ledger, the usage and the budget go by", async () => {
    const scopes: string[] = [];
    const fixture = inTheMiddle(
      [{ calls: [look("a")] }, { text: "done" }],
      ({ session }) => {
        session.update({ model: "n" });
      },
      { reserve: async ({ model }) => void scopes.push(model) },
    );
    await play(fixture);
    expect(scopes).toEqual(["m", "n"]);
    const used = fixture.events.flatMap((event) =>
      event.type === "usage-add" ? [event.model] : [],
    );
    expect(used).toEqual(["m", "n"]);
  });

  it("leaves no line for the first one, nor when nothing changed", async () => {
    const fixture = createAgentFixture([{ calls: [look("a")] }, { text: "b" }, { text: "c" }]);
    await play(fixture);
    await play(fixture, "again");
    expect(binds(fixture.events)).toHaveLength(1);
    expect(changes(fixture)).toEqual([]);
  });

  it("ends the turn with its successors when it is gone, and goes on with one of them", async () => {
    const gone = new ModelGoneError("m is gone", ["n", "o"]);
    const fixture = createAgentFixture([
      { calls: [look("a")] },
      { text: "half", error: gone },
      { text: "done" },
    ]);
    expect(await play(fixture)).toBe("failed");
    expect(fixture.session.log.state().turns[0]?.error).toEqual({
      code: "model-not-found",
      message: "m is gone",
      successors: ["n", "o"],
    });
    fixture.session.update({ model: "n" });
    expect((await fixture.session.resume().done).status).toBe("completed");
    expect(models(fixture)).toEqual(["m", "m", "n"]);
    expect(fixture.journal).toEqual(["start look a", "end look a"]);
    expect(changes(fixture)).toMatchObject([{ step: 3, to: { model: "n" } }]);
  });

  it("ends the turn when it cannot be bound, and discards nothing of the step before", async () => {
    const fixture = inTheMiddle(
      [{ text: "said", calls: [look("a")] }, { text: "done" }],
      ({ session }) => {
        session.update({ model: "n" });
      },
      {
        bound: (model) => {
          if (model === "n") throw new AppError("unauthorized", "no key");
        },
      },
    );
    expect(await play(fixture)).toBe("failed");
    const [text] = fixture.session.log.state().turns[0]?.items ?? [];
    expect(text).toMatchObject({ kind: "text", text: "said", discarded: false });
  });

  it("that takes less has the older part summarised first, by the one before", async () => {
    const fixture = inTheMiddle(
      [
        { calls: [look(largeText("a"))] },
        { calls: [look(largeText("b"))] },
        { text: "summary" },
        { text: "done" },
      ],
      () => undefined,
      { windows: { m: 100_000, n: 5500 } },
    );
    await play(fixture);
    fixture.session.update({ model: "n" });
    expect(models(fixture)).toEqual(["m", "m", "m"]);
    await play(fixture, largeText("next"));
    expect(models(fixture)).toEqual(["m", "m", "m", "m", "n"]);
  });
});

/** A session with two large answers. */
const twoTurns = async (
  answers: readonly FakeAnswer[],
  windows: Readonly<Record<string, number>>,
): Promise<AgentFixture> => {
  const fixture = unmeasuredFixture(
    [{ text: largeText("one") }, { text: largeText("two") }, ...answers],
    { windows },
  );
  await play(fixture, "first");
  await play(fixture, "second");
  return fixture;
};

describe("compacting for a switch", () => {
  it("is done by the model before, then the next one is the session's", async () => {
    const fixture = await twoTurns([{ text: "summary" }, { text: "three" }], {
      m: 100_000,
      n: 3000,
    });
    await fixture.session.compact("n").done;
    expect(fixture.session.log.state().model).toBe("n");
    await play(fixture, "third");
    expect(models(fixture)).toEqual(["m", "m", "m", "n"]);
    expect(fixture.session.log.state().turns.at(-2)?.items).toMatchObject([
      { kind: "text" },
      { kind: "compaction", reason: "switch", status: "completed", summary: "summary" },
    ]);
  });

  it("is done by the next one where the one before is gone", async () => {
    const fixture = await twoTurns(
      [{ error: new ModelGoneError("gone", []) }, { text: "summary" }],
      { m: 100_000, n: 4000 },
    );
    await fixture.session.compact("n").done;
    expect(models(fixture)).toEqual(["m", "m", "m", "n"]);
    expect(fixture.session.log.state().compaction).toMatchObject({ summary: "summary" });
  });

  it("changes neither history nor model when it fails", async () => {
    const fixture = await twoTurns([{ error: new AppError("unavailable", "lost") }], {
      m: 100_000,
      n: 4000,
    });
    await expect(fixture.session.compact("n").done).rejects.toThrow(/lost/);
    expect(fixture.session.log.state()).toMatchObject({ model: "m", compaction: null });
  });
});

describe("how much to think", () => {
  it("applies from the next step, and back to the model's own", async () => {
    const fixture = inTheMiddle([{ calls: [look("a")] }, { text: "done" }], ({ session }) => {
      session.update({ thinking: "high" });
    });
    await play(fixture);
    fixture.session.update({ thinking: null });
    await play(fixture, "again");
    expect(fixture.model.requests.map(({ thinking }) => thinking)).toEqual([
      undefined,
      "high",
      undefined,
    ]);
    expect(changes(fixture)).toMatchObject([
      { step: 2, to: { thinking: "high" } },
      { step: 1, to: { thinking: null } },
    ]);
  });

  it("is left out, and said so, where the model does not take it", async () => {
    const fixture = createAgentFixture([{ text: "a" }, { text: "b" }], {
      takeThinking: () => null,
    });
    await play(fixture);
    fixture.session.update({ thinking: "high", model: "n" });
    await play(fixture, "again");
    expect(fixture.model.requests[1]?.thinking).toBeUndefined();
    expect(changes(fixture)).toMatchObject([{ dropped: ["thinking"] }]);
  });
});
