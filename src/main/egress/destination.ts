import { lookup } from "node:dns/promises";
import { AppError, messageOf } from "../../shared/errors.ts";
import { kindOfAddress, mayReach, type AddressGrant } from "./address-rule.ts";
import { isLoopback } from "./key-origin.ts";

/** Why something leaves this machine. A grant is for one of them. */
export type EgressPurpose = "web-fetch" | "mcp" | "monitoring" | "telemetry" | "update";

/** What a person has opened, for one purpose. */
export interface EgressGrant extends AddressGrant {
  readonly purpose: EgressPurpose;
  /** "host" for https on its usual port, "host:port" for another: names exactly as they are, no wildcards. */
  readonly hosts: readonly string[];
}

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/** Resolves a name; rejects when there is none. */
export type Resolve = (host: string) => Promise<readonly ResolvedAddress[]>;

export const systemResolve: Resolve = (host) => lookup(host, { all: true, verbatim: true });

/** An address that passed every check: connect to these addresses, and to none that a second look-up gives. */
export interface Destination {
  readonly url: URL;
  readonly addresses: readonly ResolvedAddress[];
}

/** The place that a URL leads to, or AppError("denied") for what the grant or the address rule refuses; "unavailable" when the name is not found. */
export async function destinationOf(
  url: URL,
  grant: EgressGrant,
  resolve: Resolve,
): Promise<Destination> {
  assertScheme(url, grant);
  assertGranted(url, grant);
  const addresses = await addressesOf(url, resolve);
  const isPlain = url.protocol === "http:";
  const closed = addresses.find(
    ({ address }) =>
      !mayReach(address, grant) || (isPlain && kindOfAddress(address) !== "loopback"),
  );
  if (closed !== undefined)
    throw new AppError(
      "denied",
      `${url.host} leads to ${closed.address} (${kindOfAddress(closed.address)}), which is not reached from here.`,
    );
  return { url, addresses };
}

function assertScheme(url: URL, grant: EgressGrant): void {
  if (url.username !== "" || url.password !== "")
    throw new AppError("denied", "An address with a name or password in it is not opened.");
  if (url.protocol === "https:") return;
  if (url.protocol === "http:" && grant.loopback === true && isLoopback(url.href)) return;
  throw new AppError(
    "denied",
    `${url.protocol}//${url.host} is not opened: https only, or http to this machine where that is granted.`,
  );
}

function assertGranted(url: URL, grant: EgressGrant): void {
  const host = url.host.toLowerCase();
  if (grant.hosts.some((granted) => granted.toLowerCase() === host)) return;
  throw new AppError("denied", `${url.host} is not granted for ${grant.purpose}. Grant it first.`);
}

async function addressesOf(url: URL, resolve: Resolve): Promise<readonly ResolvedAddress[]> {
  const literal = url.hostname.replace(/^\[(.*)\]$/, "$1");
  // A URL holds an address in its one plain spelling.
  if (kindOfAddress(literal) !== "not-an-address")
    return [{ address: literal, family: literal.includes(":") ? 6 : 4 }];
  let found: readonly ResolvedAddress[];
  try {
    found = await resolve(url.hostname);
  } catch (error) {
    throw new AppError("unavailable", `${url.hostname} was not found: ${messageOf(error)}`, {
      cause: error,
    });
  }
  if (found.length === 0) throw new AppError("unavailable", `${url.hostname} has no address.`);
  return found;
}
