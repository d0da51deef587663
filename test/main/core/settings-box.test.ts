import { totalmem } from "node:os";
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

describe("what the processes of a command may come to together", () => {
  it("is a share of the machine's memory until the person says how much", () => {
    using folder = createTemporaryFolder();
    const box = open(folder.path);
    expect(box.commandLimits()).toEqual({
      memoryBytes: Math.floor(totalmem() * 0.8),
      cpuSeconds: 24 * 3600,
    });
    box.save({ commandMegabytes: 512, commandCpuMinutes: 2 });
    expect(box.commandLimits()).toEqual({ memoryBytes: 512 * 2 ** 20, cpuSeconds: 120 });
    expect(() => box.save({ commandMegabytes: 1 })).toThrow("64");
  });
});

describe("the region of a run's own endpoint", () => {
  it.each([
    // Its prices are not those of the region in the settings: unknown is the truth.
    ["another provider's is nobody's", { baseUrl: "https://relay.example/v1" }, "custom"],
    [
      "is what the command line says",
      { baseUrl: "https://relay.example/v1", region: "beijing" },
      "beijing",
    ],
    ["on this machine it stays", { baseUrl: "http://127.0.0.1:1/v1" }, "singapore"],
    ["without an endpoint it stays", {}, "singapore"],
  ])("%s", (_what, overrides, region) => {
    using folder = createTemporaryFolder();
    const box = open(folder.path);
    box.override(overrides);
    expect(box.effective().region).toBe(region);
    expect(box.saved().region).toBe("singapore");
  });
});
