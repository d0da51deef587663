import type { IncomingMessage } from "node:http";
import { readAuthority, type Authority } from "./authority.ts";
import type { Dial } from "./connect.ts";
import type { Connections } from "./connections.ts";
import {
  findDestination,
  type ClosedPlace,
  type DestinationRules,
  type OpenPlace,
} from "./find-destination.ts";
import type { FindOwnProxy, OwnProxy } from "./own-proxy.ts";
import type { Traffic } from "./traffic.ts";

export interface ProxyOptions extends Omit<DestinationRules, "isBehindProxy"> {
  readonly ownProxy: FindOwnProxy;
  readonly traffic: Traffic;
  /** Milliseconds without a byte after which a connection ends; five minutes unless told. */
  readonly idleMs?: number;
  readonly dial?: Dial;
  /** Knows what is open, and cuts it; none are cut where it is missing. */
  readonly connections?: Connections;
}

/** What each connection is judged by. */
export interface ProxyRules extends ProxyOptions {
  readonly idleMs: number;
  readonly dial: Dial;
  readonly connections: Connections;
}

export interface JudgedPlace extends OpenPlace {
  readonly through: OwnProxy | null;
}

/** Where a request leads, if it may be sent at all, and through which proxy of the person's. */
export async function placeFor(
  wanted: Authority | null,
  scheme: "http" | "https",
  rules: ProxyRules,
): Promise<JudgedPlace | ClosedPlace> {
  if (wanted === null) return { why: "malformed", text: "The address is not understood." };
  let through: OwnProxy | null;
  try {
    through = rules.ownProxy(wanted, scheme);
  } catch (error) {
    return { why: "not-found", text: error instanceof Error ? error.message : "No proxy." };
  }
  const place = await findDestination(wanted, { ...rules, isBehindProxy: () => through !== null });
  return "why" in place ? place : { ...place, through };
}

/** The same authority where the Host header says the same; null where it does not, or where there is none or more than one. */
export function hostsAgree(
  { rawHeaders, httpVersion }: IncomingMessage,
  authority: Authority | null,
): Authority | null {
  const hosts = rawHeaders.filter((_, at) => at % 2 === 1 && isHost(rawHeaders[at - 1]));
  if (authority === null || hosts.length > 1) return null;
  const [host] = hosts;
  if (host === undefined) return httpVersion === "1.0" ? authority : null;
  const named = readAuthority(host, authority.port);
  return named?.host === authority.host && named.port === authority.port ? authority : null;
}

const isHost = (name: string | undefined): boolean => name?.toLowerCase() === "host";

export const statusOf = ({ why }: ClosedPlace): number =>
  why === "malformed" ? 400 : why === "not-found" ? 502 : 403;
