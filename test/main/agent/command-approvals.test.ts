import { describe, expect, it } from "vitest";
import type { Mode } from "../../../src/shared/events.ts";
import { always, answering, once } from "../../support/answer-commands.ts";
import { createRulesInMemory } from "../../support/rules-in-memory.ts";

describe("a rule for commands", () => {
  it("covers a program with any arguments in the sandbox, for the session", async () => {
    const { asked, ran } = await answering(
      ["npm test", "npm test -- --watch=false", "npm run build", "npm test; ls", "npm test"],
      [{ decision: "allow-session", program: true }],
      { sandboxed: true },
    );
    expect(asked).toEqual(["npm test", "npm run build", "npm test; ls"]);
    expect(ran).toEqual(["npm test", "npm test -- --watch=false", "npm test"]);
  });

  it("covers the exact command only where nothing keeps it in, whatever the answer says", async () => {
    const { asked } = await answering(["npm test", "npm test", "npm test -- -u"], [always]);
    expect(asked).toEqual(["npm test", "npm test -- -u"]);
  });

  it("outlives the session where it is for good, in its own project", async () => {
    const rules = createRulesInMemory();
    await answering(["npm test"], [always], { sandboxed: true, rules });
    const other = await answering(["npm test --x"], [], { sandboxed: true, rules });
    expect(other.asked).toEqual([]);
    expect(rules.store.of("another")).toEqual([]);
    const elsewhere = rules.book({ id: "another" });
    const question = { command: "npm test", needs: [], sandboxed: true };
    expect((await elsewhere.judge(question)).rule).toBeNull();
  });

  it("does not outlive the session on Windows, and is not offered there", async () => {
    const book = createRulesInMemory().book({ remembers: false });
    const question = { command: "npm test", needs: [], sandboxed: false };
    expect((await book.judge(question)).offers).toEqual({ program: null, always: false });
    book.keep(question, { lasts: "always", program: false, moment: "0" });
    expect((await book.judge(question)).rule).toMatchObject({ id: null });
    const next = createRulesInMemory().book({ remembers: false });
    expect((await next.judge(question)).rule).toBeNull();
  });

  it("made in the sandbox does not hold without it", async () => {
    const rules = createRulesInMemory();
    const exact = { decision: "allow-always" } as const;
    await answering(["npm test"], [exact], { sandboxed: true, rules });
    expect((await answering(["npm test"], [], { rules })).asked).toEqual(["npm test"]);
    expect((await answering(["npm test"], [], { sandboxed: true, rules })).asked).toEqual([]);
  });

  it("covers no command that wants more than the sandbox gives", async () => {
    const rules = createRulesInMemory();
    const book = rules.book();
    const plain = { command: "git log", needs: [], sandboxed: true };
    book.keep(plain, { lasts: "always", program: true, moment: "0" });
    expect((await book.judge(plain)).rule).not.toBeNull();
    const more = await book.judge({ ...plain, needs: ["no-sandbox"] });
    expect(more).toMatchObject({ rule: null, offers: { program: null } });
    book.keep({ ...plain, needs: ["read:/x"] }, { lasts: "session", program: true, moment: "0" });
    expect((await book.judge({ ...plain, needs: ["read:/x"] })).rule).not.toBeNull();
    expect((await book.judge({ ...plain, needs: ["read:/"] })).rule).toBeNull();
  });

  it("opens no host for good: that is asked in each session", async () => {
    const rules = createRulesInMemory();
    const question = { command: "npm ci", needs: ["network:x.org"], sandboxed: true };
    const book = rules.book();
    expect((await book.judge(question)).offers).toEqual({ program: null, always: false });
    book.keep(question, { lasts: "always", program: false, moment: "0" });
    expect((await book.judge(question)).rule).not.toBeNull();
    expect(rules.store.all()).toEqual([]);
    expect((await rules.book().judge(question)).rule).toBeNull();
  });

  it("keeps a command apart from what another one wants", async () => {
    const book = createRulesInMemory().book();
    const tricky = { command: 'ls",["no-sandbox"', needs: [], sandboxed: true };
    book.keep(tricky, { lasts: "always", program: false, moment: "0" });
    const other = { command: "ls", needs: ["no-sandbox"], sandboxed: true };
    expect((await book.judge(other)).rule).toBeNull();
  });

  it.each(["session", "always"] as const)(
    "is void once something that steers has changed, and that is said (%s)",
    async (lasts) => {
      const rules = createRulesInMemory();
      const book = rules.book();
      const question = { command: "npm test", needs: [], sandboxed: true };
      book.keep(question, { lasts, program: true, moment: await book.moment() });
      rules.steer();
      expect(await book.judge(question)).toMatchObject({
        rule: null,
        voided: { kind: "program", words: ["npm", "test"] },
      });
      book.keep(question, { lasts, program: true, moment: await book.moment() });
      expect(await book.judge(question)).toMatchObject({ voided: null, rule: {} });
      expect(rules.store.all()).toHaveLength(lasts === "always" ? 1 : 0);
    },
  );

  it("is void by what changed while the person was reading the card", async () => {
    const rules = createRulesInMemory();
    const { asked, fixture } = await answering(["npm test", "npm test"], [always], {
      sandboxed: true,
      rules,
      onAsked: () => {
        rules.steer();
      },
    });
    expect(asked).toEqual(["npm test", "npm test"]);
    const second = fixture.events.filter((event) => event.type === "approval-request")[1];
    expect(second).toMatchObject({ command: { voided: { words: ["npm", "test"] } } });
  });
});

describe("a dangerous command", () => {
  it.each<{ mode: Mode; sandboxed: boolean }>([
    { mode: "ask", sandboxed: true },
    { mode: "edit", sandboxed: true },
    { mode: "auto", sandboxed: true },
    { mode: "auto", sandboxed: false },
  ])("asks each time, in every mode and whatever was allowed: %j", async (options) => {
    const command = "rm -rf dist";
    const allowed = { decision: "allow-session" } as const;
    const { asked, ran, fixture } = await answering([command, command], [allowed, always], options);
    expect(asked).toEqual([command, command]);
    expect(ran).toEqual([command, command]);
    expect(fixture.rules.store.all()).toEqual([]);
    const request = fixture.events.find((event) => event.type === "approval-request");
    expect(request).toMatchObject({
      onlyOnce: true,
      command: { dangers: ["recursive-delete"], offers: { program: null, always: false } },
    });
    expect(request?.type === "approval-request" && request.reason).toContain(
      "deletes whole folders",
    );
  });

  it("asks although a rule in the file covers it", async () => {
    const rules = createRulesInMemory();
    const question = { command: "git push --force", needs: [], sandboxed: true };
    rules.book().keep(question, { lasts: "always", program: false, moment: "0" });
    expect(rules.store.all()).toHaveLength(1);
    const { asked } = await answering([question.command], [], { sandboxed: true, rules });
    expect(asked).toEqual([question.command]);
  });

  it.each(["echo 'x", "$X a", "cat <<E\nx", "npm test\u202E"])(
    "asks about what cannot be read, in Autopilot and despite a rule: %j",
    async (command) => {
      const rules = createRulesInMemory();
      const question = { command, needs: [], sandboxed: true };
      rules.book().keep(question, { lasts: "always", program: true, moment: "0" });
      const { asked, ran } = await answering([command], [], {
        mode: "auto",
        sandboxed: true,
        rules,
      });
      expect([asked, ran]).toEqual([[command], []]);
    },
  );

  it("is left to run in Autopilot where nothing about it is", async () => {
    const { asked, ran } = await answering(["npm test"], [], { mode: "auto", sandboxed: true });
    expect(asked).toEqual([]);
    expect(ran).toEqual(["npm test"]);
  });
});

describe("the card of a command", () => {
  it("says where it runs, what it sets, and why it asks", async () => {
    const { fixture } = await answering(["A=1 make test"], [once], { sandboxed: true });
    const request = fixture.events.find((event) => event.type === "approval-request");
    expect(request).toMatchObject({
      detail: "A=1 make test",
      command: {
        cwd: "/project",
        sets: ["A=1"],
        sandbox: { kind: "inside" },
        because: "mode",
        offers: { program: null, always: true },
        voided: null,
      },
    });
  });

  it("says what of the network is open to the session by now", async () => {
    const host = { below: false, port: null, isPrivate: false };
    const network = {
      hosts: [
        { ...host, host: "registry.example.org" },
        { ...host, host: "x.org", below: true, port: 8443 },
      ],
      localPorts: [3000],
    };
    const { fixture } = await answering(["npm ci"], [once], { sandboxed: true, network });
    const request = fixture.events.find((event) => event.type === "approval-request");
    expect(request).toMatchObject({
      command: { network: ["registry.example.org", "*.x.org:8443", "localhost:3000"] },
    });
  });

  it("says that nothing keeps it in", async () => {
    const { fixture } = await answering(["ls"], [once], { mode: "auto" });
    const request = fixture.events.find((event) => event.type === "approval-request");
    expect(request).toMatchObject({
      unconfined: true,
      command: {
        sandbox: { kind: "none", reason: "There is no sandbox here." },
        because: "no-sandbox",
      },
    });
  });
});
