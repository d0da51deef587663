import { expect, test } from "vitest";
import { noBridge } from "../../src/main/shell/network/find-bridge.ts";
import { runDoctor, type DoctorParts } from "../../src/main/doctor.ts";
import { AppError } from "../../src/shared/errors.ts";
import type { TelemetrySetUp } from "../../src/shared/telemetry.ts";

const missing = (): Promise<never> =>
  Promise.reject(new AppError("unavailable", "no such program"));

const healthy: DoctorParts = {
  runtime: { belay: "0.1.0", node: "24.21.0", electron: "45.4.1", registryElectron: false },
  sandbox: async () => ({
    passed: true,
    workspace: "/w",
    mechanism: "bubblewrap 0.8.0",
    reason: null,
    remedy: null,
    attempts: [],
  }),
  networkMissing: null,
  toolchains: async () => ({
    source: "the login shell /bin/zsh",
    folders: ["/home/a/.rustup"],
    leftOut: ["/home/a/.config/bin"],
    variables: { RUSTUP_HOME: "/home/a/.rustup" },
  }),
  runProgram: async (program) => `${program} version 1\nmore`,
  ripgrepPath: "/app/rg",
  keyStatus: async () => ({
    present: true,
    source: "keychain",
    last4: "cdef",
    region: null,
    keychain: { available: true, reason: null },
    environmentOffered: false,
  }),
  endpoint: () => ({
    baseUrl: "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
    region: "singapore",
    protocol: "openai",
    test: null,
  }),
  telemetry: async () => ({ setUp: null }),
  checkDatabase: async () => null,
  databaseFile: "/data/history.db",
  root: "/data",
  checkWritable: async () => undefined,
};

test("a healthy machine has nothing to say", async () => {
  const { items } = await runDoctor(healthy);
  expect(items.filter((item) => !item.ok)).toEqual([]);
  expect(items.find((item) => item.name === "sandbox")?.detail).toMatch(/^bubblewrap 0\.8\.0/);
  expect(items.find((item) => item.name === "toolchains")?.detail).toBe(
    "by the login shell /bin/zsh; commands see /home/a/.rustup; of the search path not shown: /home/a/.config/bin; variables: RUSTUP_HOME",
  );
  expect(items.find((item) => item.name === "git")?.detail).toBe("git version 1");
});

test("names what is missing where no grant gives commands a network", async () => {
  const { items } = await runDoctor({ ...healthy, networkMissing: noBridge });
  expect(items.filter((item) => !item.ok)).toEqual([
    {
      name: "network",
      ok: false,
      detail: "commands in the sandbox reach no host, whatever you grant them",
      remedy: expect.stringContaining("Install perl or python3"),
    },
  ]);
});

test("says where usage goes, and what a collector said last", async () => {
  const setUp = {
    endpoint: "https://collector.example",
    on: true,
    telling: { team: "", folders: "hash", host: false, user: false },
    header: { name: null, source: "none", reason: null },
    countingSince: "2026-11-26T10:00:00.000Z",
    exportedAt: "2026-11-26T12:00:00.000Z",
    last: null,
  } satisfies TelemetrySetUp;
  const last = { outcome: "refused", message: "401", rejected: 0, at: "2026-11-26T12:01:00.000Z" };
  const exportOf = async (change: Partial<TelemetrySetUp> | null) => {
    const telemetry = async () => ({ setUp: change === null ? null : { ...setUp, ...change } });
    const { items } = await runDoctor({ ...healthy, telemetry });
    return items.find(({ name }) => name === "team export");
  };
  const off = { ok: true, detail: "off: no usage leaves this computer" };
  expect(await exportOf(null)).toMatchObject(off);
  expect(await exportOf({ on: false, last: { ...last, outcome: "refused" } })).toMatchObject(off);
  expect(await exportOf({})).toMatchObject({
    ok: true,
    detail: "usage and cost to https://collector.example; last taken 2026-11-26T12:00:00.000Z",
  });
  expect(await exportOf({ last: { ...last, outcome: "refused" } })).toMatchObject({
    ok: false,
    detail: expect.stringContaining("; 401"),
    remedy: expect.stringContaining("Team export"),
  });
});

test.each([
  [
    true,
    "together may hold 12.8 GB and use 1440 minutes of processor time: Belay looks every second",
  ],
  [false, "Nothing bounds the memory or processor time of commands"],
])("limits of all processes together (%s) are said", async (together, words) => {
  const limits = { together, memoryBytes: 12_800_000_000, cpuSeconds: 86_400 };
  const sandbox = async () => ({ ...(await healthy.sandbox()), limits });
  const { items } = await runDoctor({ ...healthy, sandbox });
  expect(items.find((item) => item.name === "sandbox")?.detail).toContain(words);
});

test("whatever is missing or throws is named with a remedy, and the rest is still checked", async () => {
  const { items } = await runDoctor({
    ...healthy,
    runtime: { ...healthy.runtime, registryElectron: true },
    runProgram: missing,
    sandbox: async () => ({
      ...(await healthy.sandbox()),
      passed: false,
      mechanism: "none",
      reason: "bubblewrap is not installed.",
      remedy: "Install it: `sudo apt install bubblewrap`",
    }),
    keyStatus: () => Promise.reject(new Error("unexpected")),
    endpoint: () => {
      throw new AppError("invalid-input", 'There is no region "atlantis".');
    },
    checkDatabase: async () => "row 3 missing from index",
    toolchains: missing,
    networkMissing: noBridge,
    checkWritable: () => Promise.reject(new AppError("unavailable", "Belay cannot write /data.")),
    telemetry: () => Promise.reject(new AppError("unavailable", "Belay cannot read /data/x.")),
  });
  expect(items.filter((item) => item.ok)).toEqual([]);
  expect(items.filter((item) => (item.remedy ?? "") === "")).toEqual([]);
  expect(items.find((item) => item.name === "runtime")?.detail).toContain("repack");
  expect(items.find((item) => item.name === "sandbox")?.remedy).toContain("bubblewrap");
});

test("the endpoint is named with its region, protocol and last test, and what it cannot do is no fault", async () => {
  const place = healthy.endpoint();
  const tested = {
    model: "qwen3-coder-flash",
    at: "2026-11-23T08:00:00.000Z",
    outcomes: [
      { check: "usage", outcome: "yes", detail: "" },
      { check: "partial", outcome: "no", detail: "" },
    ],
  } as const;
  const detailOf = async (endpoint: DoctorParts["endpoint"]) => {
    const { items } = await runDoctor({ ...healthy, endpoint });
    const item = items.find(({ name }) => name === "endpoint");
    return [item?.ok, item?.detail];
  };
  expect(await detailOf(() => place)).toEqual([
    true,
    expect.stringMatching(/dashscope-intl.*singapore.*openai.*not tested/),
  ]);
  expect(
    await detailOf(() => ({ ...place, test: { ...tested, outcomes: [...tested.outcomes] } })),
  ).toEqual([true, expect.stringMatching(/2026-11-23 with qwen3-coder-flash: all but partial/)]);
});
