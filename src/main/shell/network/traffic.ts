import { textOfAuthority, type Authority } from "./authority.ts";

/** Why a connection was not made. */
export type Refusal =
  | "not-granted"
  /** The name leads to an address that the grant does not open. */
  | "private-address"
  | "closed-address"
  /** TLS to another server than the one that was asked for, or none where it must be. */
  | "other-server"
  | "malformed"
  | "not-found"
  | "too-many";

export interface RefusedPlace {
  /** "host:port"; what could not be read is "?". */
  readonly place: string;
  readonly why: Refusal;
  readonly count: number;
}

export interface HostTraffic {
  readonly host: string;
  /** Bytes sent there, and received. Those of TLS itself are among them. */
  readonly up: number;
  readonly down: number;
}

/** What a command's connections came to. */
export interface Traffic {
  refuse(place: Authority | null, why: Refusal): void;
  add(host: string, up: number, down: number): void;
  refused(): readonly RefusedPlace[];
  hosts(): readonly HostTraffic[];
}

/** A command can name as many hosts as it likes. */
const mostPlaces = 100;
export const others = "others";

export function createTraffic(): Traffic {
  const refused = new Map<string, RefusedPlace>();
  const hosts = new Map<string, HostTraffic>();
  return {
    refuse(authority, why) {
      const wanted = authority === null ? "?" : textOfAuthority(authority);
      const place = refused.size < mostPlaces || refused.has(`${why} ${wanted}`) ? wanted : others;
      const key = `${why} ${place}`;
      refused.set(key, { place, why, count: (refused.get(key)?.count ?? 0) + 1 });
    },
    add(name, up, down) {
      const host = hosts.size < mostPlaces || hosts.has(name) ? name : others;
      const before = hosts.get(host) ?? { up: 0, down: 0 };
      hosts.set(host, { host, up: before.up + up, down: before.down + down });
    },
    refused: () => [...refused.values()],
    hosts: () => [...hosts.values()],
  };
}
