import { AppError } from "../../shared/errors.ts";
import type * as Keytar from "keytar";
import type { KeychainPort } from "./keychain.ts";

type KeytarModule = typeof Keytar;

/** Loaded on first use: on Linux the native part needs libsecret, and a machine without it must still start Belay. */
async function loadKeytar(): Promise<KeytarModule> {
  try {
    const module = await import("keytar");
    // A CommonJS module: which of the two shapes comes depends on who imports, Node or the bundle.
    return "default" in module && isKeytar(module.default) ? module.default : module;
  } catch (error) {
    throw new AppError(
      "unavailable",
      process.platform === "linux"
        ? "The library that reaches the keychain is missing. Install it (Debian and Ubuntu: libsecret-1-0; Fedora: libsecret) and restart Belay."
        : "The part of Belay that reaches the keychain could not be loaded. Install Belay again.",
      { cause: error },
    );
  }
}

function isKeytar(value: unknown): value is KeytarModule {
  return typeof value === "object" && value !== null && "findCredentials" in value;
}

/** macOS Keychain, Windows Credential Manager, or the Secret Service (GNOME Keyring, KWallet) on Linux. */
export function createKeytarKeychain(service: string): KeychainPort {
  return {
    list: async () => {
      const found = await (await loadKeytar()).findCredentials(service);
      return found.map(({ account, password }) => ({ account, secret: password }));
    },
    save: async ({ account, secret }) => (await loadKeytar()).setPassword(service, account, secret),
    remove: async (account) => {
      await (await loadKeytar()).deletePassword(service, account);
    },
  };
}
