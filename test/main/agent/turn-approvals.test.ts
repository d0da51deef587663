import { describe, expect, it } from "vitest";
import type { SessionEvent } from "../../../src/shared/events.ts";
import { createAgentFixture, play } from "../../support/agent-fixture.ts";

const call = (name: string, value: string) => ({ name, arguments: { value } });
const ends = (events: readonly SessionEvent[]) =>
  events.flatMap((event) => (event.type === "tool-call-end" ? [event] : []));
const until = async (check: () => boolean): Promise<void> => {
  while (!check()) await new Promise((resolve) => setTimeout(resolve, 2));
};

const whyUnconfined = (): null => null;

describe("approvals", () => {
  it("asks for a command in every mode and runs it once allowed", async () => {
    const fixture = createAgentFixture([{ calls: [call("run", "ls")] }], { mode: "auto" });
    const turn = await fixture.session.send("go");
    await until(() => fixture.desk.waiting());
    expect(fixture.journal).toEqual([]);
    const asked = fixture.events.find((event) => event.type === "approval-request");
    expect(asked).toMatchObject({ title: "run ls", detail: "ls" });
    if (asked?.type === "approval-request")
      fixture.session.answer(asked.callId, { decision: "allow" });
    expect((await turn.done).status).toBe("completed");
    expect(fixture.journal).toContain("end run ls");
  });

  it("runs a command unasked in Autopilot where the sandbox holds, and in no other mode", async () => {
    const free = createAgentFixture([{ calls: [call("run", "ls")] }], {
      mode: "auto",
      whyUnconfined,
    });
    expect(await play(free)).toBe("completed");
    expect(free.journal).toContain("end run ls");
    for (const mode of ["ask", "edit"] as const) {
      const asked = createAgentFixture([{ calls: [call("run", "ls")] }], {
        mode,
        whyUnconfined,
        attended: false,
      });
      expect([await play(asked), asked.journal]).toEqual(["needs-approval", []]);
    }
  });

  it.each(["ask", "edit", "auto"] as const)(
    "asks with the reason in %s mode where the sandbox does not hold, whatever was allowed inside it",
    async (mode) => {
      let reason: string | null = null;
      const fixture = createAgentFixture(
        [{ calls: [call("run", "ls")] }, { text: "ran" }, { calls: [call("run", "ls")] }],
        { mode, whyUnconfined: () => reason },
      );
      const inside = { command: "ls", needs: [], sandboxed: true };
      fixture.rules.book().keep(inside, { lasts: "always", program: false, moment: "0" });
      expect(await play(fixture)).toBe("completed");
      reason = "bubblewrap is gone.";
      const turn = await fixture.session.send("again");
      await until(() => fixture.desk.waiting());
      const asked = fixture.events.find((event) => event.type === "approval-request");
      expect(asked).toMatchObject({ unconfined: true });
      expect(asked?.type === "approval-request" ? asked.reason : "").toBe(
        "Commands run without a sandbox here, so every command asks. bubblewrap is gone. Install one.",
      );
      if (asked?.type === "approval-request")
        fixture.session.answer(asked.callId, { decision: "deny" });
      await turn.done;
      expect(fixture.journal.filter((line) => line.startsWith("start"))).toHaveLength(1);
    },
  );

  it("covers only the exact command by a grant for the session", async () => {
    const fixture = createAgentFixture([
      { calls: [call("run", "ls")] },
      { calls: [call("run", "ls")] },
      { calls: [call("run", "rm")] },
    ]);
    const turn = await fixture.session.send("go");
    const answer = async (decision: "allow-session" | "deny"): Promise<void> => {
      await until(() => fixture.desk.waiting());
      const asked = fixture.events.findLast((event) => event.type === "approval-request");
      if (asked?.type === "approval-request") fixture.session.answer(asked.callId, { decision });
    };
    await answer("allow-session");
    await answer("deny");
    await turn.done;
    expect(fixture.journal.filter((line) => line.startsWith("start"))).toEqual([
      "start run ls",
      "start run ls",
    ]);
    expect(ends(fixture.events)[2]).toMatchObject({ status: "denied" });
  });

  it.each(["edit", "auto"] as const)(
    "asks about a call that steers in %s mode, each time anew, whatever was allowed",
    async (mode) => {
      const fixture = createAgentFixture(
        [
          { calls: [call("change", "a")] },
          { calls: [call("change", "steer 1")] },
          { calls: [call("change", "steer 1")] },
          { calls: [call("change", "b")] },
        ],
        { mode },
      );
      fixture.desk.grantWriting();
      const turn = await fixture.session.send("go");
      for (const decision of ["allow-session", "deny"] as const) {
        await until(() => fixture.desk.waiting());
        const asked = fixture.events.findLast((event) => event.type === "approval-request");
        expect(asked).toMatchObject({ reason: "It steers.", onlyOnce: true });
        if (asked?.type === "approval-request") fixture.session.answer(asked.callId, { decision });
      }
      await turn.done;
      expect(fixture.journal.filter((line) => line.startsWith("end"))).toEqual([
        "end change a",
        "end change steer 1",
        "end change b",
      ]);
    },
  );

  it("grants nothing more by a yes for the session to a call that steers", async () => {
    const fixture = createAgentFixture(
      [{ calls: [call("change", "steer")] }, { calls: [call("change", "a")] }],
      { mode: "ask" },
    );
    const turn = await fixture.session.send("go");
    for (const decision of ["allow-session", "deny"] as const) {
      await until(() => fixture.desk.waiting());
      const asked = fixture.events.findLast((event) => event.type === "approval-request");
      if (asked?.type === "approval-request") fixture.session.answer(asked.callId, { decision });
    }
    await turn.done;
    expect(fixture.journal).toEqual(["start change steer", "end change steer"]);
  });

  it("sends what the person says with a denial to the model", async () => {
    const fixture = createAgentFixture([{ calls: [call("change", "a")] }], { mode: "ask" });
    const turn = await fixture.session.send("go");
    await until(() => fixture.desk.waiting());
    const asked = fixture.events.findLast((event) => event.type === "approval-request");
    if (asked?.type === "approval-request")
      fixture.session.answer(asked.callId, { decision: "deny", message: "use b" });
    await turn.done;
    expect(ends(fixture.events)[0]?.result).toContain("use b");
    expect(fixture.journal).toEqual([]);
  });

  it.each(["plan", "ask", "edit", "auto"] as const)(
    "never runs a write or a command for a quick question (%s)",
    async (mode) => {
      const fixture = createAgentFixture(
        [{ calls: [call("change", "a"), call("run", "b"), call("look", "c")] }],
        { mode, kind: "quick" },
      );
      await play(fixture);
      expect(fixture.journal).toEqual(["start look c", "end look c"]);
    },
  );

  it("ends with needs-approval when nobody is there, runs nothing of that call and goes on when approved", async () => {
    const calls = [call("look", "1"), call("run", "2"), call("change", "3")];
    const fixture = createAgentFixture([{ calls }, { text: "ok" }], { attended: false });
    expect(await play(fixture)).toBe("needs-approval");
    expect(fixture.journal).toEqual(["start look 1", "end look 1"]);
    const item = fixture.session.log
      .state()
      .turns[0]?.items.find(
        (entry) => entry.kind === "tool" && entry.status === "awaiting-approval",
      );
    expect(() => fixture.session.resume()).toThrow(/waits for an approval/);
    if (item?.kind !== "tool") throw new Error("no call is waiting");
    expect((await fixture.session.resume({ approve: item.callId }).done).status).toBe("completed");
    expect(fixture.journal).toEqual(["start look 1", "end look 1", "start run 2", "end run 2"]);
    expect(fixture.model.requests[1]?.messages.map((message) => message.role)).toEqual([
      "system",
      "user",
      "assistant",
      "tool",
      "tool",
      "tool",
    ]);
  });

  it("withdraws a waiting approval when the turn is stopped", async () => {
    const fixture = createAgentFixture([{ calls: [call("run", "ls")] }]);
    await fixture.session.send("go");
    await until(() => fixture.desk.waiting());
    await fixture.session.stop();
    expect(fixture.desk.waiting()).toBe(false);
    expect(ends(fixture.events)[0]).toMatchObject({ status: "cancelled" });
  });
});
