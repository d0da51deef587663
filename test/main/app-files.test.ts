import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { assert, constant, oneof, property, string, stringMatching, uint8Array } from "fast-check";
import { expect, test } from "vitest";
import {
  addRecentWorkspace,
  appendLog,
  appFolders,
  checkWritable,
  readSettings,
  recentWorkspaces,
  scrub,
  writeSettings,
  type AppFolders,
} from "../../src/main/app-files.ts";
import { settingsSchema } from "../../src/shared/settings.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";

const key = "sk-0123456789abcdef0123456789abcdef";

function foldersIn(home: string): AppFolders {
  return appFolders({
    variant: "belay",
    environment: { HOME: home, BELAY_HOME: join(home, "moved") },
    platform: "linux",
  });
}

test("BELAY_HOME moves everything but the locks, and every folder is private", () => {
  using home = createTemporaryFolder();
  const folders = foldersIn(home.path);
  const { locks, ...others } = folders;
  expect(locks).toBe(join(home.path, ".local/state/belay/locks"));
  for (const path of Object.values(others))
    expect(path.startsWith(join(home.path, "moved"))).toBe(true);
  for (const path of [folders.root, folders.checkpoints, folders.outputs, folders.logs, locks])
    expect(statSync(path).mode & 0o777).toBe(0o700);
});

test.each([
  [
    "linux",
    { XDG_DATA_HOME: "data", XDG_STATE_HOME: "state" },
    ".local/share/belay-dev",
    ".local/state/belay/locks",
  ],
  [
    "darwin",
    {},
    "Library/Application Support/belay-dev",
    "Library/Application Support/belay/locks",
  ],
] as const)(
  "on %s the data is in its usual place, and both variants share the locks",
  (...[platform, environment, root, locks]) => {
    using home = createTemporaryFolder();
    const folders = appFolders({
      variant: "belay-dev",
      environment: { ...environment, HOME: home.path },
      platform,
    });
    expect(folders.root).toBe(join(home.path, root));
    expect(folders.locks).toBe(join(home.path, locks));
  },
);

test("XDG folders are followed when they are absolute", () => {
  using home = createTemporaryFolder();
  const environment = {
    HOME: "/nowhere",
    XDG_DATA_HOME: join(home.path, "d"),
    XDG_STATE_HOME: join(home.path, "s"),
  };
  const folders = appFolders({ variant: "belay", environment, platform: "linux" });
  expect([folders.root, folders.locks]).toEqual([
    join(home.path, "d/belay"),
    join(home.path, "s/belay/locks"),
  ]);
});

test("a folder that cannot be made says what to do", () => {
  using home = createTemporaryFolder();
  writeFileSync(join(home.path, "moved"), "a file");
  expect(() => foldersIn(home.path)).toThrow(/set BELAY_HOME/);
});

test("settings come back as written, and are the defaults before", () => {
  using home = createTemporaryFolder();
  const folders = foldersIn(home.path);
  expect(readSettings(folders)).toEqual({ value: settingsSchema.parse({}), warning: null });
  const settings = { ...settingsSchema.parse({}), theme: "dark", sessionBudget: "2USD" } as const;
  writeSettings(folders, settings);
  expect(readSettings(folders).value).toEqual(settings);
  expect(statSync(folders.settings).mode & 0o777).toBe(0o600);
  expect(readdirSync(folders.root).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});

test("broken settings of any bytes are kept aside, named, and replaced by the defaults", () => {
  using home = createTemporaryFolder();
  let round = 0;
  assert(
    property(
      oneof(uint8Array({ maxLength: 50 }), constant(Buffer.from('{"theme": "pink"}'))),
      (bytes) => {
        round += 1;
        const folders = foldersIn(join(home.path, String(round)));
        writeFileSync(folders.settings, bytes);
        const { value, warning } = readSettings(folders);
        expect(value).toEqual(settingsSchema.parse({}));
        const kept = readdirSync(folders.root).find((name) => name.startsWith("settings.broken-"));
        expect(warning).toContain(kept);
        expect(readFileSync(join(folders.root, kept ?? ""))).toEqual(Buffer.from(bytes));
        expect(readSettings(folders).warning).toBeNull();
      },
    ),
    { numRuns: 40 },
  );
});

test("a key does not get into the settings file", () => {
  using home = createTemporaryFolder();
  const folders = foldersIn(home.path);
  const settings = { ...settingsSchema.parse({}), baseUrl: `https://host/?k=${key}` };
  expect(() => writeSettings(folders, settings)).toThrow(/keychain only/);
  expect(readdirSync(folders.root)).not.toContain("settings.json");
});

test("recent folders are newest first, once each, twenty at most", () => {
  using home = createTemporaryFolder();
  const folders = foldersIn(home.path);
  for (let index = 0; index < 25; index += 1) addRecentWorkspace(folders, `/folder-${index}`);
  addRecentWorkspace(folders, "/folder-20");
  const paths = recentWorkspaces(folders).map((recent) => recent.path);
  expect(paths.slice(0, 3)).toEqual(["/folder-20", "/folder-24", "/folder-23"]);
  expect(paths).toHaveLength(20);
});

test("a log line has no key in it, the file is private and is rotated", () => {
  using home = createTemporaryFolder();
  const folders = foldersIn(home.path);
  const file = join(folders.logs, "belay.log");
  appendLog(folders, `Authorization: Bearer ${key}\nown: secret-of-mine`, ["secret-of-mine"]);
  const text = readFileSync(file, "utf8");
  expect(text).toMatch(/^\S+Z Authorization: Bearer \[key\]\n {2}own: \[key\]\n$/);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  for (let index = 0; index < 7; index += 1) {
    writeFileSync(file, Buffer.alloc(1_000_000, String(index)));
    appendLog(folders, "next");
  }
  expect(readdirSync(folders.logs)).toHaveLength(5);
  expect(readFileSync(`${file}.1`, "utf8")[0]).toBe("6");
});

test("every key of the usual shape is scrubbed, and ordinary words are not", () => {
  const hex = stringMatching(/^[0-9a-f]{20,40}$/).filter((text) => /\d/.test(text));
  assert(
    property(hex, string(), (tail, around) => {
      expect(scrub(`${around} sk-${tail}"${around}`)).not.toContain(tail);
    }),
  );
  for (const text of ["the task-list-container2000", ".sk-folding-cube-wrapper", "sk-1"])
    expect(scrub(text)).toBe(text);
});

test("a folder that cannot be written is found out", async () => {
  using home = createTemporaryFolder();
  mkdirSync(join(home.path, "fine"));
  await checkWritable(join(home.path, "fine"));
  expect(readdirSync(join(home.path, "fine"))).toEqual([]);
  await expect(checkWritable(join(home.path, "missing"))).rejects.toMatchObject({
    code: "unavailable",
  });
});
