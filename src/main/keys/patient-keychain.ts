import { AppError } from "../../shared/errors.ts";
import type { KeychainPort } from "./keychain.ts";

/** How long a keychain may take; it answers in milliseconds, or waits for a person to unlock it. */
export const keychainTimeoutMs = 5000;

const locked =
  "The keychain did not answer within 5 seconds: it is probably locked, with its question hidden or nowhere to be shown. Unlock it (log in to the desktop, or open Passwords and Keys, KWalletManager or Keychain Access) and try again.";

/**
 * The keychain with an end to every wait. Throws AppError("unavailable") with advice; messages of the system are not passed on.
 * While a timed-out call still hangs, further ones fail at once: each would hold one of Node's four worker threads.
 */
export function createPatientKeychain(
  keychain: KeychainPort,
  timeoutMs: number = keychainTimeoutMs,
): KeychainPort {
  let hanging = 0;

  async function wait<T>(run: () => Promise<T>): Promise<T> {
    if (hanging > 0) throw new AppError("unavailable", locked);
    let timer: NodeJS.Timeout | undefined;
    let late = false;
    const work = run().finally(() => {
      if (late) hanging -= 1;
    });
    const end = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        late = true;
        hanging += 1;
        reject(new AppError("unavailable", locked));
      }, timeoutMs);
    });
    try {
      return await Promise.race([work, end]);
    } catch (error) {
      throw withAdvice(error);
    } finally {
      clearTimeout(timer);
      // A failure after the end of the wait has been answered already.
      work.catch(() => undefined);
    }
  }
  return {
    list: () => wait(() => keychain.list()),
    save: (entry) => wait(() => keychain.save(entry)),
    remove: (account) => wait(() => keychain.remove(account)),
  };
}

/** The system's own words may quote what they were given, and are in the person's language: only "locked" is read from them. */
function withAdvice(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const text = error instanceof Error ? error.message : "";
  if (/locked|dismiss|cancel|denied|interaction/i.test(text)) return unavailable(refused);
  return unavailable(process.platform === "linux" ? noService : failed);
}

const unavailable = (message: string): AppError => new AppError("unavailable", message);
const refused =
  "The keychain stayed locked or refused Belay. Unlock it, allow Belay, and try again.";
const noService =
  "This session has no working keychain service. Install and start one (Debian and Ubuntu: gnome-keyring with dbus-user-session, or KWallet), or use the key for this run only.";
const failed =
  "The keychain failed. Check that it opens in your system's own password manager, or use the key for this run only.";
