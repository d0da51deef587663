import { describe, expect, it } from "vitest";
import { appFolders } from "../../../src/main/app-files.ts";
import { createSettingsBox } from "../../../src/main/core/settings-box.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

const open = (home: string) =>
  createSettingsBox(
    appFolders({ home, variant: "belay", environment: {}, platform: process.platform }),
    {},
  );

describe("what a session may spend", () => {
  it("is the session's budget, and a quick question's own where there is one", () => {
    using folder = createTemporaryFolder();
    const box = open(folder.path);
    expect(box.limits("quick").budget).toBeNull();
    box.save({ sessionBudget: "2 USD" });
    expect(box.limits("quick").budget).toEqual(box.limits("chat").budget);
    box.save({ quickAskBudget: "0.05 USD" });
    expect(box.limits("chat").budget).toMatchObject({ currency: "USD", nano: 2_000_000_000n });
    expect(box.limits("quick").budget).toMatchObject({ currency: "USD", nano: 50_000_000n });
  });

  it("is what the command line says, for this run, whatever the kind", () => {
    using folder = createTemporaryFolder();
    const box = open(folder.path);
    box.save({ quickAskBudget: "0.05 USD" });
    const budget = { currency: "CNY", nano: 1n } as const;
    box.override({ budget });
    expect(box.limits("quick").budget).toEqual(budget);
  });

  it("refuses what is no amount, and keeps what was", () => {
    using folder = createTemporaryFolder();
    const box = open(folder.path);
    box.save({ quickAskBudget: "0.05 USD" });
    expect(() => box.save({ quickAskBudget: "cheap" })).toThrow("is not an amount");
    expect(box.saved().quickAskBudget).toBe("0.05 USD");
  });
});
