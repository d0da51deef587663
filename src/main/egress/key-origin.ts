import { AppError } from "../../shared/errors.ts";
import { kindOfAddress } from "./address-rule.ts";

/** Throws denied unless the address lies at the origin that a key belongs to: a key is never sent to another. */
export function assertKeyOrigin(url: URL, origin: string): void {
  if (url.origin !== origin)
    throw new AppError("denied", `The key of ${origin} is not sent to ${url.origin}.`);
}

/** Throws invalid-input for a base URL that a key must not go to: no name or password in it, https, or http to this machine. */
export function assertUsable(baseUrl: string): void {
  if (!URL.canParse(baseUrl))
    throw new AppError("invalid-input", `"${baseUrl}" is no URL. Write it as https://host/path.`);
  const { protocol, username, password } = new URL(baseUrl);
  if (username !== "" || password !== "")
    throw new AppError(
      "invalid-input",
      "The base URL must not hold a name or password. Give the key as the key.",
    );
  if (protocol === "https:" || (protocol === "http:" && isLoopback(baseUrl))) return;
  throw new AppError(
    "invalid-input",
    `A key is sent by https only, or to this machine. "${baseUrl}" is neither.`,
  );
}

/** Whether a URL names this machine: localhost, or an address of it. */
export function isLoopback(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  return hostname === "localhost" || kindOfAddress(hostname) === "loopback";
}
