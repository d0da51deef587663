import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { findBytes } from "../../support/find-bytes.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

const child = fileURLToPath(new URL("../../support/use-keychain.ts", import.meta.url));
const key = "sk-5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a";

/** Why the real keychain cannot be used here; null when it can. */
function whyNot(): string | null {
  if (process.platform !== "linux")
    return "the test drives the Secret Service, which is Linux only";
  const missing = ["dbus-run-session", "gnome-keyring-daemon"].filter(
    (program) => spawnSync(program, ["--version"]).error !== undefined,
  );
  return missing.length === 0
    ? null
    : `install ${missing.join(" and ")} (Debian and Ubuntu: dbus-daemon gnome-keyring libsecret-1-0)`;
}

const reason = whyNot();
const ci = process.env["CI"] !== undefined && process.env["CI"] !== "";
if (reason !== null && !ci) console.warn(`Real keychain not tested: ${reason}`);

function environmentIn(home: string): NodeJS.ProcessEnv {
  const runtime = join(home, "runtime");
  mkdirSync(runtime, { mode: 0o700 });
  return {
    PATH: process.env["PATH"],
    HOME: home,
    XDG_RUNTIME_DIR: runtime,
    XDG_DATA_HOME: join(home, "data"),
  };
}

test.skipIf(reason !== null && !ci)(
  "a key survives in the real keychain and is nowhere in clear on disk",
  () => {
    expect(reason).toBeNull();
    using home = createTemporaryFolder();
    const script = `printf 'test-password' | gnome-keyring-daemon --unlock --components=secrets >/dev/null && "$0" "$1" "$2"`;
    const output = execFileSync(
      "dbus-run-session",
      ["--", "sh", "-c", script, process.execPath, child, key],
      { env: environmentIn(home.path), encoding: "utf8", timeout: 25_000 },
    );
    expect(JSON.parse(output)).toEqual({
      saved: { kept: "keychain", reason: null },
      found: key,
      elsewhere: null,
      source: "keychain",
      last4: "5a5a",
      left: null,
    });
    expect(findBytes(home.path, key)).toEqual([]);
  },
);

test.skipIf(process.platform !== "linux")(
  "without a session bus the key is kept for this run and the reason names the remedy",
  () => {
    using home = createTemporaryFolder();
    const output = execFileSync(
      process.execPath,
      [
        "--input-type=module",
        "-e",
        noService(new URL("../../../src/main/keys/key-store.ts", import.meta.url).href),
      ],
      {
        env: { ...environmentIn(home.path), DBUS_SESSION_BUS_ADDRESS: "unix:path=/nonexistent" },
        encoding: "utf8",
        timeout: 25_000,
      },
    );
    expect(output).toMatch(/memory.*(Install|install)/);
    expect(output).not.toContain(key);
  },
);

function noService(module: string): string {
  return `const { createKeyStore } = await import(${JSON.stringify(module)});
    const store = createKeyStore({ service: "belay-dev", environment: {} });
    console.log(JSON.stringify(await store.save({ key: "${key}", origin: "https://a.example", persist: "keychain" })));`;
}
