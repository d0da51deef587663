import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createAuditLog } from "../../../src/main/approvals/audit-log.ts";
import type { Decision } from "../../../src/shared/audit.ts";
import { callIdSchema, sessionIdSchema, turnIdSchema } from "../../../src/shared/ids.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

const decision = (asked: string): Decision => ({
  workspace: "/project",
  sessionId: sessionIdSchema.parse("s-1"),
  turnId: turnIdSchema.parse("t-1"),
  callId: callIdSchema.parse("c-1"),
  tool: "run_command",
  mode: "edit",
  by: "person",
  decision: "allow-always",
  rule: { kind: "exact", command: asked, needs: [] },
  ruleId: null,
  asked,
  reason: asked,
  sandboxed: true,
  needs: [],
  dangers: [],
});

describe("the log of decisions", () => {
  it("holds no key, and tells long text by its size and hash", () => {
    using folder = createTemporaryFolder();
    const file = join(folder.path, "decisions.jsonl");
    const secret = "a-secret-of-the-person";
    const log = createAuditLog({ file, secrets: () => [secret] });
    log.record(decision(`curl -H "x: ${secret}" -H "sk-1234567890abcdef" ${"x".repeat(50_000)}`));
    const text = readFileSync(file, "utf8");
    expect(text).not.toContain(secret);
    expect(text).not.toContain("sk-1234567890abcdef");
    expect(text.length).toBeLessThan(60_000);
    const asked = `curl -H "x: ${secret}" -H "sk-1234567890abcdef" ${"x".repeat(50_000)}`;
    const sha256 = createHash("sha256").update(asked).digest("hex");
    expect(log.read()).toMatchObject([{ bytes: Buffer.byteLength(asked), sha256 }]);
    if (process.platform !== "win32") expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("only ever grows, and is read in order across the files that were set aside", () => {
    using folder = createTemporaryFolder();
    const file = join(folder.path, "decisions.jsonl");
    const log = createAuditLog({ file, secrets: () => [], maxBytes: 1200, kept: 2 });
    for (let index = 0; index < 12; index += 1) log.record(decision(`command ${index}`));
    const asked = log.read().map((entry) => entry.asked);
    expect(asked.at(-1)).toBe("command 11");
    expect(asked).toEqual(asked.toSorted((a, b) => Number(a.slice(8)) - Number(b.slice(8))));
    expect(asked.length).toBeGreaterThan(3);
    expect(existsSync(`${file}.2`)).toBe(true);
    expect(existsSync(`${file}.3`)).toBe(false);
  });

  it("goes on after a line that a crash has cut", () => {
    using folder = createTemporaryFolder();
    const file = join(folder.path, "decisions.jsonl");
    const log = createAuditLog({ file, secrets: () => [] });
    log.record(decision("one"));
    appendFileSync(file, '{"at":"2026');
    log.record(decision("two"));
    log.record(decision("three"));
    expect(log.read().map((entry) => entry.asked)).toEqual(["one", "two", "three"]);
  });

  it("says so when it cannot be written", () => {
    using folder = createTemporaryFolder();
    writeFileSync(join(folder.path, "blocked"), "");
    const log = createAuditLog({ file: join(folder.path, "blocked", "x"), secrets: () => [] });
    expect(() => {
      log.record(decision("one"));
    }).toThrow(/log of decisions/);
  });
});
