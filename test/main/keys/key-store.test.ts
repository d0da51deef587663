import { inspect } from "node:util";
import { expect, test } from "vitest";
import type { KeychainEntry, KeychainPort } from "../../../src/main/keys/keychain.ts";
import { keyFingerprint } from "../../../src/main/keys/key-fingerprint.ts";
import { createKeyStore, type KeyStoreOptions } from "../../../src/main/keys/key-store.ts";
import { createPatientKeychain } from "../../../src/main/keys/patient-keychain.ts";

const key = "sk-0123456789abcdef0123456789abcdef";
const other = "sk-fedcba9876543210fedcba9876543210";
const singapore = "https://dashscope-intl.aliyuncs.com/compatible-mode/v1";
const beijing = "https://dashscope.aliyuncs.com/compatible-mode/v1";

/** A keychain in memory; `failure` makes every call throw it. */
function createFakeKeychain(failure?: Error): KeychainPort & { readonly entries: KeychainEntry[] } {
  const entries: KeychainEntry[] = [];
  const run = async <T>(act: () => T): Promise<T> => {
    if (failure !== undefined) throw failure;
    return act();
  };
  const drop = (account: string): void => {
    const index = entries.findIndex((entry) => entry.account === account);
    if (index >= 0) entries.splice(index, 1);
  };
  return {
    entries,
    list: () => run(() => [...entries]),
    save: (entry) =>
      run(() => {
        drop(entry.account);
        entries.push(entry);
      }),
    remove: (account) => run(() => drop(account)),
  };
}

function createStore(options: Partial<KeyStoreOptions> = {}) {
  return createKeyStore({
    service: "belay",
    environment: {},
    keychain: createFakeKeychain(),
    ...options,
  });
}

test("a key is given out for its own origin and no other", async () => {
  const store = createStore();
  expect(await store.save({ key: ` ${key}\n`, origin: singapore, persist: "keychain" })).toEqual({
    kept: "keychain",
    reason: null,
  });
  expect(await store.get(singapore)).toBe(key);
  for (const origin of [
    beijing,
    "http://dashscope-intl.aliyuncs.com",
    "https://dashscope-intl.aliyuncs.com:8443/v1",
    "https://dashscope-intl.aliyuncs.com.evil.example",
    "https://dashscope-intl.aliyuncs.com@evil.example/",
    "https://evil.example/https://dashscope-intl.aliyuncs.com",
  ])
    expect(await store.get(origin)).toBeNull();
});

test("status shows the last four characters, the source and the region, never the key", async () => {
  const store = createStore({
    regionOf: (origin) => (origin.includes("-intl") ? "singapore" : null),
  });
  expect(await store.status()).toMatchObject({
    present: false,
    source: "none",
    last4: null,
    region: null,
  });
  await store.save({ key, origin: singapore, persist: "keychain" });
  const status = await store.status();
  expect(status).toMatchObject({
    present: true,
    source: "keychain",
    last4: "cdef",
    region: "singapore",
  });
  expect(JSON.stringify(status)).not.toContain(key.slice(0, 8));
  expect(await store.status(beijing)).toMatchObject({ present: false });
});

test("the desktop only offers the environment's key; taken, it is bound to one origin", async () => {
  const store = createStore({ environment: { DASHSCOPE_API_KEY: key } });
  expect(await store.get(singapore)).toBeNull();
  expect(await store.status()).toMatchObject({ present: false, environmentOffered: true });
  expect(store.offered()).toBe(key);
  store.useEnvironment(singapore);
  expect(await store.get(beijing)).toBeNull();
  expect(await store.get(singapore)).toBe(key);
  expect(await store.status()).toMatchObject({ source: "environment", environmentOffered: false });
});

test("a key saved later wins over the environment's", async () => {
  const store = createStore({ environment: { DASHSCOPE_API_KEY: key } });
  store.useEnvironment(singapore);
  await store.save({ key: other, origin: singapore, persist: "keychain" });
  expect(await store.get(singapore)).toBe(other);
});

test("headless takes the environment's key, for the first origin that asks", async () => {
  const keychain = createFakeKeychain();
  const store = createStore({
    environment: { DASHSCOPE_API_KEY: key },
    takeEnvironment: true,
    keychain,
  });
  expect(await store.get(beijing)).toBe(key);
  expect(await store.get(singapore)).toBeNull();
  expect(keychain.entries).toEqual([]);
});

test("without a keychain the key lives for this run, and the reason says what to install", async () => {
  const failure = new Error("Cannot autolaunch D-Bus without X11 $DISPLAY");
  const store = createStore({ keychain: createFakeKeychain(failure) });
  const saved = await store.save({ key, origin: singapore, persist: "keychain" });
  expect(saved).toMatchObject({ kept: "memory", reason: expect.stringContaining("gnome-keyring") });
  expect(await store.get(singapore)).toBe(key);
  expect(await store.status()).toMatchObject({ source: "memory", keychain: { available: false } });
  await expect(store.remove()).rejects.toMatchObject({ code: "unavailable" });
  expect(await store.get(singapore)).toBeNull();
});

test("memory only never asks the keychain", async () => {
  const keychain = createFakeKeychain(new Error("must not be asked"));
  const store = createStore({ keychain, memoryOnly: true });
  expect(await store.save({ key, origin: singapore, persist: "keychain" })).toMatchObject({
    kept: "memory",
  });
  expect(await store.get(singapore)).toBe(key);
  await store.remove();
  expect(await store.status()).toMatchObject({ present: false });
});

test("a keychain that never answers is given up, and not asked again while it hangs", async () => {
  let calls = 0;
  let wake: ((entries: readonly KeychainEntry[]) => void) | undefined;
  const silent: KeychainPort = {
    ...createFakeKeychain(),
    list: () => {
      calls += 1;
      return new Promise((resolve) => (wake = resolve));
    },
  };
  const keychain = createPatientKeychain(silent, 20);
  await expect(keychain.list()).rejects.toThrow(/locked/);
  await expect(keychain.list()).rejects.toMatchObject({ code: "unavailable" });
  expect(calls).toBe(1);
  wake?.([]);
  await new Promise((resolve) => setImmediate(resolve));
  const again = keychain.list();
  wake?.([]);
  expect(await again).toEqual([]);
});

test("no error shows the key, whatever the keychain says", async () => {
  const store = createStore({ keychain: createFakeKeychain(new Error(`cannot store ${key}`)) });
  const saved = await store.save({ key, origin: singapore, persist: "keychain" });
  expect(JSON.stringify([saved, await store.status()])).not.toContain(key);
  for (const bad of [`${key} x`, "", `${key}\u0000`, "ключ-ключ-ключ"]) {
    const error: unknown = await store
      .save({ key: bad, origin: singapore, persist: "memory" })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "invalid-input" });
    expect(inspect(error)).not.toContain("0123456789abcdef");
  }
  const wrong: unknown = await store.get(key).catch((thrown: unknown) => thrown);
  expect(inspect(wrong)).not.toContain(key);
});

test("remove forgets every key, and known lists them for taking them out of what is written", async () => {
  const store = createStore({ environment: { DASHSCOPE_API_KEY: other } });
  await store.save({ key, origin: singapore, persist: "keychain" });
  store.useEnvironment(beijing);
  expect(new Set(store.known())).toEqual(new Set([key, other]));
  await store.remove();
  expect(await store.get(singapore)).toBeNull();
  expect(await store.get(beijing)).toBeNull();
});

test("a fingerprint is eight hex digits that differ by key", () => {
  expect(keyFingerprint(key)).toMatch(/^[0-9a-f]{8}$/);
  expect(keyFingerprint(key)).not.toBe(keyFingerprint(other));
});
