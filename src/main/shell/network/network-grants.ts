import type { SessionId } from "../../../shared/ids.ts";
import type { HostGrant } from "../../../shared/network.ts";
import { canonicalHost, isLocalName, readAuthority, type Authority } from "./authority.ts";

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

/** Whether a connection that was opened may stay open. */
export function isStillOpen(
  { authority, isPrivate }: { readonly authority: Authority; readonly isPrivate: boolean },
  grants: NetworkGrants,
): boolean {
  if (isLocalName(authority.host)) return grants.localPorts.includes(authority.port);
  const grant = grantFor(authority, grants);
  return grant !== undefined && (grant.isPrivate || !isPrivate);
}

const isSame = (one: HostGrant, other: HostGrant): boolean =>
  one.host === other.host &&
  one.below === other.below &&
  one.port === other.port &&
  one.isPrivate === other.isPrivate;

const without = (open: NetworkGrants, taken: NetworkGrants): NetworkGrants => ({
  hosts: open.hosts.filter((one) => !taken.hosts.some((other) => isSame(one, other))),
  localPorts: open.localPorts.filter((port) => !taken.localPorts.includes(port)),
});

/** What was opened, session by session: for as long as Belay runs, and nowhere on the disk. */
export interface GrantBook {
  of(session: SessionId): NetworkGrants;
  allow(session: SessionId, grants: NetworkGrants): void;
  /** Closes what is written exactly so, or everything when nothing is named. Connections that nothing opens any more are cut. */
  revoke(session: SessionId, taken?: NetworkGrants): void;
  /** The person took something back: from then on nothing opens by a rule, only by their word. */
  wasNarrowed(session: SessionId): boolean;
  /** Calls back whenever less is open than before; what it answers ends that. */
  onNarrowed(session: SessionId, listener: () => void): () => void;
}

export function createGrantBook(): GrantBook {
  const open = new Map<SessionId, NetworkGrants>();
  const narrowed = new Set<SessionId>();
  const listeners = new Map<SessionId, Set<() => void>>();
  const of = (session: SessionId): NetworkGrants => open.get(session) ?? noNetworkGrants;
  return {
    of,
    allow: (session, grants) => void open.set(session, joinGrants(of(session), grants)),
    revoke(session, taken) {
      open.set(session, taken === undefined ? noNetworkGrants : without(of(session), taken));
      narrowed.add(session);
      for (const listener of listeners.get(session) ?? []) listener();
    },
    wasNarrowed: (session) => narrowed.has(session),
    onNarrowed(session, listener) {
      const own = listeners.get(session) ?? new Set();
      listeners.set(session, own.add(listener));
      return () => {
        own.delete(listener);
        if (own.size === 0) listeners.delete(session);
      };
    },
  };
}
