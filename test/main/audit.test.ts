import { describe, expect, it } from "vitest";
import { judge } from "../../scripts/audit.mjs";

const report = (vulnerabilities: Record<string, number>): string =>
  JSON.stringify({
    vulnerabilities: { left: { name: "left", range: "<1.2", severity: "high" } },
    metadata: { vulnerabilities },
  });

describe("the audit of what is shipped", () => {
  it.each([{ high: 1 }, { critical: 1 }, { high: 2, critical: 3 }])("fails for %j", (counts) => {
    expect(judge(report(counts))).toEqual({ code: 1, text: expect.stringContaining("left <1.2") });
  });

  it("does not fail for what is not grave", () => {
    expect(judge(report({ low: 3, moderate: 1, high: 0, critical: 0, total: 4 })).code).toBe(0);
  });

  it.each(["", "not json", '{"error":{"code":"ENOAUDIT"}}', "null", '{"message":"404"}'])(
    "says that there was none where the registry answers %j",
    (text) => {
      expect(judge(text)).toEqual({ code: 0, text: expect.stringContaining("No audit") });
    },
  );
});
