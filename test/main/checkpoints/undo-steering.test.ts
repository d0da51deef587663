import { existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createTurnId } from "../../../src/shared/ids.ts";
import { createCheckpointFixture, remove, write } from "../../support/checkpoint-fixture.ts";

const agents = "AGENTS.md";
const reason = "it can run code or steer the agent";
const kept = { path: agents, reason, steers: "agent" };

/** The agent made a file that steers; in a later turn it changed a plain file and took that one away. */
async function changed() {
  const fixture = await createCheckpointFixture();
  await fixture.apply([write(agents, "obey\n", null)]);
  const turnId = createTurnId();
  writeFileSync(fixture.path("a.txt"), "old\n");
  await fixture.apply([write("a.txt", "new\n", "old\n")], { turnId });
  await fixture.apply([remove(agents, "obey\n")], { turnId });
  const textOf = (name: string): string | null =>
    existsSync(fixture.path(name)) ? readFileSync(fixture.path(name), "utf8") : null;
  return Object.assign(fixture, { target: { unit: "turn", turnId } as const, textOf });
}

describe("undo of what can run code or steer the agent", () => {
  it.each(["keep", "overwrite", "merge"] as const)(
    "brings back nothing that an agent made of it until the person names it, whatever the rule for all (%s)",
    async (conflicts) => {
      await using fixture = await changed();
      const { service, target, textOf } = fixture;
      expect((await service.dryRun(target, { conflicts })).conflicts).toEqual([kept]);
      const result = await service.undo(target, { conflicts });
      expect(result.undone).toEqual([{ path: "a.txt", action: "restore" }]);
      expect(result.conflicts).toEqual([kept]);
      expect([textOf("a.txt"), textOf(agents)]).toEqual(["old\n", null]);
    },
  );

  it("says in the plan what it may do, and brings it back once it is chosen", async () => {
    await using fixture = await changed();
    const { service, target, textOf } = fixture;
    const { rows } = await service.plan(target);
    expect(rows.map(({ path, action, steers }) => [path, action, steers])).toEqual([
      [agents, "create", "agent"],
      ["a.txt", "restore", undefined],
    ]);
    const preview = await service.preview(target, { path: agents, choice: "overwrite" });
    expect(preview?.path).toBe(agents);
    expect(await service.preview(target, { path: agents, choice: "keep" })).toBeNull();
    const seen = Object.fromEntries(rows.map((row) => [row.path, row.fingerprint]));
    const choices = { [agents]: "overwrite" } as const;
    const result = await service.undo(target, { conflicts: "merge", choices, seen });
    expect(result.conflicts).toEqual([]);
    expect([textOf("a.txt"), textOf(agents)]).toEqual(["old\n", "obey\n"]);
  });

  it("keeps what the person changed since in it", async () => {
    await using fixture = await createCheckpointFixture();
    const before = "1\n2\n3\n4\n5\n";
    await fixture.apply([write(agents, before, null)]);
    const { turnId } = await fixture.apply([write(agents, "one\n2\n3\n4\n5\n", before)]);
    writeFileSync(fixture.path(agents), "one\n2\n3\n4\nmine\n");
    const choices = { [agents]: "overwrite" } as const;
    await fixture.service.undo({ unit: "turn", turnId }, { conflicts: "merge", choices });
    expect(readFileSync(fixture.path(agents), "utf8")).toBe("1\n2\n3\n4\nmine\n");
  });

  it("asks for one part of it as for all of it", async () => {
    await using fixture = await createCheckpointFixture();
    const { service } = fixture;
    const lines = Array.from({ length: 30 }, (_, index) => `${index}\n`);
    const of = (changes: Readonly<Record<number, string>>): string =>
      lines.map((line, index) => changes[index] ?? line).join("");
    await fixture.apply([write(agents, of({}), null)]);
    const after = of({ 2: "x\n", 25: "y\n" });
    const { turnId, callId } = await fixture.apply([write(agents, after, of({}))]);
    const [diff] = await service.diff({ turnId });
    const [first] = diff?.hunks ?? [];
    if (first === undefined) throw new Error("There must be a hunk.");
    const { oldStart, oldLines, newStart, newLines } = first;
    const hunk = { oldStart, oldLines, newStart, newLines };
    const target = { unit: "hunk", callId, path: agents, hunk } as const;
    const result = await service.undo(target, { conflicts: "merge" });
    expect(result.conflicts).toEqual([kept]);
    expect(readFileSync(fixture.path(agents), "utf8")).toBe(after);
    await service.undo(target, { conflicts: "merge", allowSteering: true });
    expect(readFileSync(fixture.path(agents), "utf8")).toBe(of({ 25: "y\n" }));
  });

  it.each<readonly [string, readonly [string, string], boolean]>([
    ["package.json", ['{"version":"1"}', '{"version":"2"}'], false],
    ["package.json", ['{"scripts":{"test":"a"}}', '{"scripts":{"test":"b"}}'], true],
    [".env", ["PORT=1\n", "PORT=2\n"], false],
    [".env", ["OPENAI_BASE_URL=https://a.example\n", "PORT=2\n"], true],
    ["Makefile", ["all:\n", "none:\n"], false],
    ["sub/.vscode/tasks.json", ["{}", '{"tasks":[]}'], true],
    [".github/workflows/ci.yml", ["on: push\n", "on: pull_request\n"], true],
    ["src/agents.ts", ["a", "b"], false],
  ])("asks for %s, %j: %s", async (path, [before, after], asks) => {
    await using fixture = await createCheckpointFixture();
    await fixture.apply([write(path, before, null)]);
    const { turnId } = await fixture.apply([write(path, after, before)]);
    const target = { unit: "turn", turnId } as const;
    const { conflicts } = await fixture.service.undo(target, { conflicts: "merge" });
    expect(conflicts.some(({ steers }) => steers !== undefined)).toBe(asks);
    expect(readFileSync(fixture.path(path), "utf8")).toBe(asks ? after : before);
  });

  it("asks where a link stands in its place by now, whatever it leads to", async () => {
    await using fixture = await createCheckpointFixture();
    await fixture.apply([write(".env", "PORT=1\n", null)]);
    const { turnId } = await fixture.apply([remove(".env", "PORT=1\n")]);
    writeFileSync(fixture.path("real"), "PORT=1\n");
    symlinkSync("real", fixture.path(".env"));
    const { rows } = await fixture.service.plan({ unit: "turn", turnId });
    expect(rows).toMatchObject([{ path: ".env", steers: "variables" }]);
  });

  it("has nothing to ask where it is already so", async () => {
    await using fixture = await changed();
    writeFileSync(fixture.path(agents), "obey\n");
    const { conflicts, skipped } = await fixture.service.undo(fixture.target, {
      conflicts: "merge",
    });
    expect([conflicts, skipped.map(({ path }) => path)]).toEqual([[], [agents]]);
  });
});

describe("what the person had", () => {
  it.each<readonly [string, string | null, string | null]>([
    [".npmrc", "ignore-scripts=true\n", null],
    [".belayignore", "secrets/\n", null],
    [".env", "OPENAI_BASE_URL=https://a.example\n", "PORT=1\n"],
    ["package.json", '{"scripts":{"test":"a"}}', '{"scripts":{"test":"b"}}'],
    [agents, null, "obey\n"],
    [agents, "mine\n", "obey\n"],
  ])(
    "comes back at once, and an agent's %s only once that is said (%j)",
    async (path, before, after) => {
      await using fixture = await createCheckpointFixture();
      const { service } = fixture;
      const textOf = (): string | null =>
        existsSync(fixture.path(path)) ? readFileSync(fixture.path(path), "utf8") : null;
      if (before !== null) writeFileSync(fixture.path(path), before);
      const effect = after === null ? remove(path, before ?? "") : write(path, after, before);
      const { turnId } = await fixture.apply([effect]);
      const undone = await service.undo({ unit: "turn", turnId }, { conflicts: "merge" });
      expect([undone.conflicts, textOf()]).toEqual([[], before]);
      if (undone.redo === null) throw new Error("It was undone.");
      const again = await service.redo({ undoId: undone.redo });
      expect(again.conflicts).toMatchObject([{ path, reason, steers: expect.any(String) }]);
      expect(textOf()).toBe(before);
      const redone = await service.redo({ undoId: undone.redo, allowSteering: true });
      expect([redone.conflicts, textOf()]).toEqual([[], after]);
      expect(fixture.fsck()).toBe("");
    },
  );

  it.each([".env", "AGENTS.md"])(
    "goes away again at once where a step removed it: %s",
    async (path) => {
      await using fixture = await createCheckpointFixture();
      const { service } = fixture;
      writeFileSync(fixture.path(path), "SECRET=1\n");
      const { turnId } = await fixture.apply([remove(path, "SECRET=1\n")]);
      await service.undo({ unit: "turn", turnId }, { conflicts: "merge" });
      expect(readFileSync(fixture.path(path), "utf8")).toBe("SECRET=1\n");
      expect((await service.redo({})).conflicts).toEqual([]);
      expect(existsSync(fixture.path(path))).toBe(false);
    },
  );

  it("comes back with what was redone of other files, which needs no word", async () => {
    await using fixture = await createCheckpointFixture();
    const { service } = fixture;
    const turnId = createTurnId();
    await fixture.apply([write("a.txt", "a\n", null)], { turnId });
    await fixture.apply([write(agents, "obey\n", null)], { turnId });
    const { redo } = await service.undo({ unit: "turn", turnId }, { conflicts: "merge" });
    if (redo === null) throw new Error("It was undone.");
    const again = await service.redo({ undoId: redo });
    expect([again.undone, again.conflicts]).toEqual([
      [{ path: "a.txt", action: "create" }],
      [kept],
    ]);
    const rest = await service.redo({ undoId: redo, allowSteering: true });
    expect(rest.undone).toEqual([{ path: agents, action: "create" }]);
  });
});
