import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createModeMemory } from "../../../src/main/approvals/mode-memory.ts";
import { createRuleStore } from "../../../src/main/approvals/rule-store.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

const rule = (workspace: string, command: string) => ({
  workspace,
  root: `/projects/${workspace}`,
  cover: { kind: "exact" as const, command, needs: [] },
  sandboxed: true,
  madeAt: "2026-11-26T10:00:00.000Z",
  moment: "m",
});

describe("the rules of a person", () => {
  it("are shared by whoever opens the file, by project, and go by one removal", () => {
    using folder = createTemporaryFolder();
    const file = join(folder.path, "rules.json");
    const [one, two] = [createRuleStore(file), createRuleStore(file)];
    const made = one.add(rule("a", "npm test"));
    two.add(rule("b", "npm test"));
    expect(two.of("a")).toEqual([made]);
    expect(one.all()).toHaveLength(2);
    expect(two.remove(made.id)).toBe(true);
    expect(one.remove(made.id)).toBe(false);
    expect(one.of("a")).toEqual([]);
  });

  it("are one for each command: a new one takes the old one's place", () => {
    using folder = createTemporaryFolder();
    const store = createRuleStore(join(folder.path, "rules.json"));
    store.add(rule("a", "npm test"));
    store.add({ ...rule("a", "npm test"), moment: "later" });
    store.add({ ...rule("a", "npm test"), sandboxed: false });
    expect(store.all().map(({ moment, sandboxed }) => ({ moment, sandboxed }))).toEqual([
      { moment: "later", sandboxed: true },
      { moment: "m", sandboxed: false },
    ]);
  });

  it.each(["{", '{"rules":[{"id":"a-1","workspace":"*"}]}', '{"rules":{}}', ""])(
    "are none where the file cannot be understood: %s",
    (text) => {
      using folder = createTemporaryFolder();
      const file = join(folder.path, "rules.json");
      writeFileSync(file, text);
      expect(createRuleStore(file).all()).toEqual([]);
    },
  );
});

describe("the mode of a project", () => {
  it("is remembered for it alone, and is nothing that a file can invent", () => {
    using folder = createTemporaryFolder();
    const file = join(folder.path, "modes.json");
    const memory = createModeMemory(file);
    expect(memory.of("a")).toBeNull();
    memory.remember("a", "plan");
    memory.remember("b", "auto");
    expect(createModeMemory(file).of("a")).toBe("plan");
    expect(memory.of("constructor")).toBeNull();
    writeFileSync(file, readFileSync(file, "utf8").replace("plan", "yolo"));
    expect(memory.of("a")).toBeNull();
  });
});
