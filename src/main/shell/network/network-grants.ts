import type { SessionId } from "../../../shared/ids.ts";
import { canonicalHost, isLocalName, readAuthority, type Authority } from "./authority.ts";

/** A host that a person opened for the commands of a session. */
export interface HostGrant {
  /** As `canonicalHost` writes it. */
  readonly host: string;
  /** Every name below it, and not itself. */
  readonly below: boolean;
  /** Null: the usual ports, 80 and 443. */
  readonly port: number | null;
  /** It may lie in a private network. */
  readonly isPrivate: boolean;
}

/** Ports of this machine's own loopback are named one by one. */
export interface NetworkGrants {
  readonly hosts: readonly HostGrant[];
  readonly localPorts: readonly number[];
}

export const noNetworkGrants: NetworkGrants = { hosts: [], localPorts: [] };

const usualPorts: ReadonlySet<number> = new Set([80, 443]);

/**
 * Reads "host", "host:port" or "localhost:port"; null for what is neither. A pattern ("*.host") counts only where a person wrote it:
 * a model names hosts one by one.
 */
export function readNetworkGrant(
  text: string,
  { isPrivate = false, byPerson = false }: { isPrivate?: boolean; byPerson?: boolean } = {},
): NetworkGrants | null {
  const below = text.startsWith("*.");
  if (below && !byPerson) return null;
  const rest = below ? text.slice(2) : text;
  const host = canonicalHost(rest);
  const named = host === null ? readAuthority(rest) : { host, port: null };
  if (named === null) return null;
  if (isLocalName(named.host))
    return below || named.port === null ? null : { hosts: [], localPorts: [named.port] };
  if (below && !/[a-z]/.test(named.host)) return null;
  if (below && !named.host.includes(".")) return null;
  return { hosts: [{ ...named, below, isPrivate }], localPorts: [] };
}

/** The grant that opens a host and port; undefined when none does. Not for the names of this machine. */
export function grantFor(
  { host, port }: Authority,
  { hosts }: NetworkGrants,
): HostGrant | undefined {
  const fitting = hosts.filter(
    (grant) =>
      (grant.below ? host.endsWith(`.${grant.host}`) : host === grant.host) &&
      (grant.port === null ? usualPorts.has(port) : port === grant.port),
  );
  return fitting.find(({ isPrivate }) => isPrivate) ?? fitting[0];
}

/** Whether everything of `wanted` is open already. */
export function covers(open: NetworkGrants, wanted: NetworkGrants): boolean {
  const isOpen = (one: HostGrant): boolean =>
    open.hosts.some(
      (grant) =>
        grant.host === one.host &&
        grant.below === one.below &&
        (grant.port === one.port || (grant.port === null && usualPorts.has(one.port ?? 0))) &&
        (grant.isPrivate || !one.isPrivate),
    );
  return (
    wanted.hosts.every(isOpen) && wanted.localPorts.every((port) => open.localPorts.includes(port))
  );
}

export function joinGrants(first: NetworkGrants, second: NetworkGrants): NetworkGrants {
  const isNew = (one: HostGrant): boolean => !covers(first, { hosts: [one], localPorts: [] });
  return {
    hosts: [...first.hosts, ...second.hosts.filter(isNew)],
    localPorts: [...new Set([...first.localPorts, ...second.localPorts])],
  };
}

/** What was opened, session by session: for as long as Belay runs, and nowhere on the disk. */
export interface GrantBook {
  of(session: SessionId): NetworkGrants;
  allow(session: SessionId, grants: NetworkGrants): void;
  /** Closes everything; connections that are open end with their command. */
  revoke(session: SessionId): void;
}

export function createGrantBook(): GrantBook {
  const open = new Map<SessionId, NetworkGrants>();
  const of = (session: SessionId): NetworkGrants => open.get(session) ?? noNetworkGrants;
  return {
    of,
    allow: (session, grants) => void open.set(session, joinGrants(of(session), grants)),
    revoke: (session) => void open.delete(session),
  };
}
