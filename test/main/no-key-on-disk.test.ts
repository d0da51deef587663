import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  addRecentWorkspace,
  appendLog,
  appFolders,
  writeSettings,
} from "../../src/main/app-files.ts";
import { openHistory } from "../../src/main/history/open-history.ts";
import { keyFingerprint } from "../../src/main/keys/key-fingerprint.ts";
import { createKeyStore } from "../../src/main/keys/key-store.ts";
import { createRequestId } from "../../src/shared/ids.ts";
import { settingsSchema } from "../../src/shared/settings.ts";
import { findBytes } from "../support/find-bytes.ts";
import { sessionEvents } from "../support/history-events.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";

const key = "sk-0123456789abcdef0123456789abcdef";

test("the search finds a key plain, coded, packed and in a name", () => {
  using home = createTemporaryFolder();
  writeFileSync(join(home.path, "plain"), `x${key}`);
  writeFileSync(join(home.path, "coded"), Buffer.from(key).toString("base64"));
  writeFileSync(join(home.path, "packed"), deflateSync(`blob 35\0${key}`));
  writeFileSync(join(home.path, key), "");
  writeFileSync(join(home.path, "clean"), key.slice(0, -1));
  expect(findBytes(home.path, key)).toHaveLength(4);
});

test("events, ledger, log and settings written with a key at hand leave it nowhere on disk", async () => {
  using home = createTemporaryFolder();
  const environment = {
    HOME: home.path,
    BELAY_HOME: join(home.path, "data"),
    DASHSCOPE_API_KEY: key,
  };
  const folders = appFolders({ variant: "belay", environment, platform: "linux" });
  const keys = createKeyStore({
    service: "belay-dev",
    environment,
    takeEnvironment: true,
    memoryOnly: true,
  });
  expect(await keys.get("https://dashscope-intl.aliyuncs.com/v1")).toBe(key);
  const history = await openHistory({
    file: folders.database,
    backups: folders.backups,
    secrets: keys.known,
  });
  const [start, ...rest] = sessionEvents("s-one", { turns: 2, text: `I found ${key} in .env` });
  if (start?.type !== "session-start") throw new Error("a session begins with its start");
  await history.appendEvents([
    { ...start, title: `Use ${key}`, workspace: `/home/${key}` },
    ...rest,
  ]);
  const reservation = {
    requestId: createRequestId(),
    at: start.at,
    workspace: "/w",
    sessionId: start.sessionId,
    turnId:
      rest[0]?.type === "turn-start"
        ? rest[0].turnId
        : (() => {
            throw new Error("no turn");
          })(),
    model: "m",
    region: "r",
    protocol: "openai",
    keyFingerprint: keyFingerprint(key),
    bound: null,
    retryOf: null,
    retries: 0,
    purpose: "chat",
    billing: "metered",
    mostTokens: null,
  } as const;
  await history.ledger.reserve(reservation, []);
  appendLog(folders, `401 for Bearer ${key}`, keys.known());
  writeSettings(folders, settingsSchema.parse({}), keys.known());
  addRecentWorkspace(folders, "/w");
  expect(findBytes(home.path, key)).toEqual([]);
  expect((await history.loadEvents(start.sessionId)).length).toBe(rest.length + 1);
  await history.close();
  expect(findBytes(home.path, key)).toEqual([]);
});
