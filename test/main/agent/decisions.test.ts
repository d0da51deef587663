import { describe, expect, it } from "vitest";
import { AppError } from "../../../src/shared/errors.ts";
import { createAgentFixture, play } from "../../support/agent-fixture.ts";
import { always, answering, run } from "../../support/answer-commands.ts";

const fullDisk = {
  record() {
    throw new AppError("unavailable", "The disk is full.");
  },
};

describe("the log of decisions", () => {
  it("holds who decided what, by which rule, and what was asked", async () => {
    const { fixture } = await answering(
      ["npm test", "npm test x", "rm -r y", "ls"],
      [always, { decision: "deny" }, { decision: "allow-session" }],
      { sandboxed: true },
    );
    const seen = fixture.decisions.map(({ by, decision, asked, dangers, rule }) => ({
      by,
      decision,
      asked,
      dangers,
      rule: rule?.kind ?? null,
    }));
    expect(seen).toEqual([
      { by: "person", decision: "allow-always", asked: "npm test", dangers: [], rule: "program" },
      { by: "rule", decision: "allow", asked: "npm test x", dangers: [], rule: "program" },
      {
        by: "person",
        decision: "deny",
        asked: "rm -r y",
        dangers: ["recursive-delete"],
        rule: null,
      },
      { by: "person", decision: "allow-session", asked: "ls", dangers: [], rule: "exact" },
    ]);
    expect(fixture.decisions[1]?.ruleId).toBe(fixture.rules.store.all()[0]?.id);
  });

  it("holds what the mode let run, and what it refused", async () => {
    const write = { calls: [{ name: "change", arguments: { value: "a" } }] };
    const free = createAgentFixture([write, run("ls")], { mode: "auto", sandboxed: true });
    await play(free);
    expect(free.decisions).toMatchObject([
      { by: "mode", decision: "allow", tool: "change", sandboxed: null },
      { by: "mode", decision: "allow", tool: "run", sandboxed: true },
    ]);
    const planned = createAgentFixture([write], { mode: "plan" });
    await play(planned);
    expect(planned.decisions).toMatchObject([{ by: "mode", decision: "refuse", mode: "plan" }]);
  });

  it("holds that nobody was there, and who approved it then", async () => {
    const fixture = createAgentFixture([run("ls")], { attended: false });
    expect(await play(fixture)).toBe("needs-approval");
    const { callId } = fixture.decisions[0] ?? {};
    if (callId === undefined) throw new Error("nothing was logged");
    await fixture.session.resume({ approve: callId }).done;
    expect(fixture.decisions).toMatchObject([
      { by: "nobody", decision: "unattended" },
      { by: "command-line", decision: "allow" },
    ]);
  });

  it("stops the call when it cannot be written", async () => {
    const fixture = createAgentFixture([run("ls")], {
      mode: "auto",
      sandboxed: true,
      audit: fullDisk,
    });
    expect(await play(fixture)).toBe("failed");
    expect(fixture.journal).toEqual([]);
  });
});
