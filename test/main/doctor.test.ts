import { expect, test } from "vitest";
import { runDoctor, type DoctorParts } from "../../src/main/doctor.ts";
import { AppError } from "../../src/shared/errors.ts";

const missing = (): Promise<never> =>
  Promise.reject(new AppError("unavailable", "no such program"));

const healthy: DoctorParts = {
  runtime: { belay: "0.1.0", node: "24.21.0", electron: "45.4.1", registryElectron: false },
  platform: "linux",
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
  checkDatabase: async () => null,
  databaseFile: "/data/history.db",
  root: "/data",
  checkWritable: async () => undefined,
};

test("on a healthy machine only the sandbox has something to say", async () => {
  const { items } = await runDoctor(healthy);
  expect(items.filter((item) => !item.ok).map((item) => item.name)).toEqual(["sandbox"]);
  expect(items.find((item) => item.name === "sandbox")?.detail).toMatch(/every command asks/);
  expect(items.find((item) => item.name === "git")?.detail).toBe("git version 1");
});

test("whatever is missing or throws is named with a remedy, and the rest is still checked", async () => {
  const { items } = await runDoctor({
    ...healthy,
    runtime: { ...healthy.runtime, registryElectron: true },
    runProgram: missing,
    keyStatus: () => Promise.reject(new Error("unexpected")),
    checkDatabase: async () => "row 3 missing from index",
    checkWritable: () => Promise.reject(new AppError("unavailable", "Belay cannot write /data.")),
  });
  expect(items.filter((item) => item.ok)).toEqual([]);
  expect(items.filter((item) => (item.remedy ?? "") === "")).toEqual([]);
  expect(items.find((item) => item.name === "runtime")?.detail).toContain("repack");
  expect(items.find((item) => item.name === "sandbox")?.remedy).toContain("bubblewrap");
});
