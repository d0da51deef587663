import { request as requestPlain, type IncomingMessage, type RequestOptions } from "node:http";
import { request as requestSecure } from "node:https";
import type { LookupFunction } from "node:net";
import { AppError, messageOf } from "../../shared/errors.ts";
import { mayReach, type AddressGrant } from "./address-rule.ts";
import type { Destination } from "./destination.ts";

export interface Message {
  readonly method: "GET" | "HEAD" | "POST" | "DELETE";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface ExchangeOptions {
  readonly grant: AddressGrant;
  readonly signal: AbortSignal;
  /** Certificates to trust instead of the system's, as PEM. */
  readonly certificates?: readonly string[];
}

/**
 * Sends one message over one connection of its own to a checked address, and answers when the headers are there. No redirect is
 * followed, no proxy of the environment used, no name resolved. AppError "unavailable" when it fails; the signal's reason when aborted.
 */
export function exchange(
  { url, addresses }: Destination,
  message: Message,
  options: ExchangeOptions,
): Promise<IncomingMessage> {
  const settings: RequestOptions = {
    method: message.method,
    headers: message.headers,
    signal: options.signal,
    // A connection of its own: none is shared between grants.
    agent: false,
    lookup: onlyThese(addresses),
  };
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const sending =
    url.protocol === "https:"
      ? requestSecure(url, { ...settings, ...trust(options.certificates) }, resolve)
      : requestPlain(url, settings, resolve);
  sending.on("socket", (socket) => {
    socket.once("connect", () => {
      // Whatever chose the address, this is where it led.
      const reached = socket.remoteAddress ?? "";
      if (!mayReach(reached, options.grant))
        socket.destroy(new AppError("denied", `${url.host} led to ${reached}.`));
    });
  });
  sending.on("error", (error) => reject(failure(error, url, options.signal)));
  sending.end(message.body);
  return promise;
}

/** What a broken exchange is to the caller. */
export function failure(error: unknown, url: URL, signal: AbortSignal): AppError {
  if (signal.aborted && signal.reason instanceof AppError) return signal.reason;
  if (signal.aborted) return new AppError("cancelled", "The request was stopped.");
  if (error instanceof AppError) return error;
  return new AppError("unavailable", `${url.host} could not be read: ${messageOf(error)}`, {
    cause: error,
  });
}

const trust = (certificates: readonly string[] | undefined): { ca?: string[] } =>
  certificates === undefined ? {} : { ca: [...certificates] };

/** A look-up that knows the checked addresses and asks nobody. */
export function onlyThese(addresses: Destination["addresses"]): LookupFunction {
  return (_host, { all }, answer) => {
    const [first] = addresses;
    if (all === true) answer(null, [...addresses]);
    else answer(null, first?.address ?? "", first?.family);
  };
}
