import { kindOfAddress, mayReach, type AddressGrant } from "../../egress/address-rule.ts";
import type { ResolvedAddress, Resolve } from "../../egress/destination.ts";
import { isLocalName, textOfAuthority, type Authority } from "./authority.ts";
import { grantFor, type NetworkGrants } from "./network-grants.ts";
import type { Refusal } from "./traffic.ts";

/** A place that may be connected to: these addresses, and none that a second look-up gives. */
export interface OpenPlace {
  readonly authority: Authority;
  readonly addresses: readonly ResolvedAddress[];
  readonly grant: AddressGrant;
}

export interface ClosedPlace {
  readonly why: Refusal;
  /** For the program that asked. */
  readonly text: string;
}

export interface DestinationRules {
  /** Asked anew for each connection. */
  readonly grants: () => NetworkGrants;
  readonly resolve: Resolve;
  /** Belay's own ports on this machine: never reached. */
  readonly ownPorts: ReadonlySet<number>;
  /** Whether the person's own proxy stands between: it finds names that are not known here. */
  readonly isBehindProxy: (authority: Authority) => boolean;
}

/** Where a connection leads, if it may be made at all. */
export async function findDestination(
  authority: Authority,
  rules: DestinationRules,
): Promise<OpenPlace | ClosedPlace> {
  const grants = rules.grants();
  const { host, port } = authority;
  if (isLocalName(host))
    return grants.localPorts.includes(port) && !rules.ownPorts.has(port)
      ? { authority, addresses: localAddresses(host), grant: { loopback: true } }
      : notGranted(authority);
  const grant = grantFor(authority, grants);
  if (grant === undefined) return notGranted(authority);
  const addresses = await addressesOf(host, rules.resolve);
  if (addresses.length === 0 && !rules.isBehindProxy(authority))
    return { why: "not-found", text: `${host} was not found.` };
  const opened: AddressGrant = grant.isPrivate ? { private: true } : {};
  const closed = addresses.find(({ address }) => !mayReach(address, opened));
  if (closed === undefined) return { authority, addresses, grant: opened };
  const kind = kindOfAddress(closed.address);
  return {
    why: kind === "private" ? "private-address" : "closed-address",
    text: `${host} leads to an address of the kind "${kind}", which is not open to commands.`,
  };
}

const notGranted = (authority: Authority): ClosedPlace => ({
  why: "not-granted",
  text: `${textOfAuthority(authority)} is not open to commands.`,
});

const localAddresses = (host: string): readonly ResolvedAddress[] => [
  ...(host === "[::1]" ? [] : [{ address: "127.0.0.1", family: 4 }]),
  ...(host === "127.0.0.1" ? [] : [{ address: "::1", family: 6 }]),
];

async function addressesOf(host: string, resolve: Resolve): Promise<readonly ResolvedAddress[]> {
  const literal = host.replace(/^\[(.*)\]$/, "$1");
  if (kindOfAddress(literal) !== "not-an-address")
    return [{ address: literal, family: literal.includes(":") ? 6 : 4 }];
  try {
    return await resolve(host);
  } catch {
    return []; // no such name: told as such
  }
}
