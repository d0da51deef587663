import { expect, it } from "vitest";
import { parseCommand } from "../../../src/main/cli/arguments.ts";
import { storageAct } from "../../../src/main/cli/storage-command.ts";
import type { PrivateDesk } from "../../../src/main/core/open-sandbox.ts";
import type { CheckpointStorage } from "../../../src/main/checkpoints/types.ts";

const refuse = async (): Promise<never> => Promise.reject(new Error("not asked for"));

const own: PrivateDesk = {
  size: async (path) => ({ caches: path === "/p" ? 3 * 2 ** 20 : 0, held: 2 ** 19, heldCopies: 2 }),
  clearCaches: async () => ({ bytes: 3 * 2 ** 20 }),
};

/** What `belay checkpoints` prints of a storage. */
async function printed(
  line: readonly string[],
  storage: Partial<CheckpointStorage>,
): Promise<string> {
  const parsed = parseCommand("checkpoints", ["--workspace", "/p", ...line]);
  let text = "";
  const io = {
    out: (more: string) => void (text += more),
    error: () => undefined,
    readInput: async () => "",
    signal: new AbortController().signal,
  };
  const whole = { tidy: refuse, size: refuse, freeSpace: refuse, pin: refuse, ...storage };
  await storageAct(parsed)?.(whole, { parsed, io, workspace: "/p", own });
  return text;
}

const size = {
  checkpoints: 1,
  oldest: null,
  pinned: [],
  bytes: 5000,
  baseline: 0,
  packs: 0,
  records: 0,
  tail: 5000,
  changed: 10,
  growth: 500,
  quota: 1024 * 1024,
  days: 30,
  dropped: { checkpoints: 1, bytes: 1, at: "2026-01-02T00:00:00.000Z" },
};

it("one checkpoint is no plural, and a store with next to nothing in it has no growth", async () => {
  const text = await printed(["--size"], { size: async () => size });
  expect(text).toMatch(/^1 checkpoint; 0 pinned\n/);
  expect(text).toContain("last dropped: 1 checkpoint on 2026-01-02");
  expect(text).not.toContain("growth");
  const large = { ...size, checkpoints: 2, changed: 2 * 1024 * 1024, growth: 1.125 };
  const told = await printed(["--size"], { size: async () => large });
  expect(told).toMatch(/^2 checkpoints; /);
  expect(told).toContain("compressed: 2.0 MB; growth 1.13");
});

it("what is freed is counted in words as well", async () => {
  const freed = { dryRun: true, checkpoints: 1, bytes: 0, spared: 1, sessions: 0 };
  expect(await printed(["--free-space", "--dry-run"], { freeSpace: async () => freed })).toBe(
    "Would drop 1 checkpoint, 0.0 MB.\n1 older one stays: pinned, among the newest turns, or needed by an undo.\n",
  );
});

it("what commands keep for themselves is counted apart, and cleared by its own flag only", async () => {
  const text = await printed(["--size"], { size: async () => size });
  expect(text).toContain("commands' own home and caches: 3.0 MB");
  expect(text).toContain("taken back from commands: 2 kept, 0.5 MB");
  const json: unknown = JSON.parse(await printed(["--size", "--json"], { size: async () => size }));
  expect(json).toMatchObject({ bytes: 5000, commands: { heldCopies: 2 } });
  expect(await printed(["--clear-caches"], {})).toContain("Cleared 3.0 MB");
  await expect(printed(["--size", "--clear-caches"], {})).rejects.toThrow("give one of");
});
