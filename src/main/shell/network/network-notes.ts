import type { Blocked } from "../../../shared/blocked.ts";
import { readAuthority } from "./authority.ts";
import { others, type RefusedPlace, type Traffic } from "./traffic.ts";

const shown = 8;

/** What a person and the model should read of a command's connections: what it wanted and did not get first, then what went out. */
export function networkNotes(traffic: Traffic): readonly string[] {
  const hosts = traffic
    .hosts()
    .filter(({ up, down }) => up + down > 0)
    .map(({ host, up, down }) => `Network: sent ${size(up)} to ${host}, received ${size(down)}.`);
  return [...cut(traffic.refused().map(noteOf), "places"), ...cut(hosts, "hosts")];
}

/** What a grant would have opened of that. */
export const refusedWalls = (traffic: Traffic): readonly Blocked[] =>
  traffic
    .refused()
    .filter(({ place }) => place !== others)
    .flatMap(({ place, why }): readonly Blocked[] => {
      const wanted = needOf(place);
      if (why === "not-granted")
        return [{ wall: "network", place: wanted, need: `network:${wanted}` }];
      if (why === "private-address")
        return [{ wall: "private-network", place: wanted, need: `private-network:${wanted}` }];
      return [];
    })
    .slice(0, shown);

function cut(notes: readonly string[], what: string): readonly string[] {
  if (notes.length <= shown) return notes;
  return [...notes.slice(0, shown), `… and ${notes.length - shown} more ${what}.`];
}

function noteOf({ place, why, count }: RefusedPlace): string {
  const times = count === 1 ? "" : ` (${count} times)`;
  if (place === others) return `Blocked: connections to many other places${times}.`;
  switch (why) {
    case "not-granted":
      return `Blocked: a connection to ${place}${times}. Run it again with needs ["network:${needOf(place)}"] to ask for it.`;
    case "private-address":
      return `Blocked: ${place}${times}, which lies in a private network. Run it again with needs ["private-network:${needOf(place)}"] to ask for it.`;
    case "closed-address":
      return `Blocked: ${place}${times}, which leads to this machine or to an address that is never open to commands.`;
    case "other-server":
      return `Blocked: a connection to ${place}${times} that spoke to another server, or not by TLS.`;
    case "not-found":
      return `Network: ${place} was not found${times}.`;
    case "malformed":
      return `Blocked: a request that no proxy understands${times}.`;
    case "too-many":
      return `Blocked: more connections at once than a command may have${times}.`;
  }
}

/** Without a port where it is a usual one. */
function needOf(place: string): string {
  const authority = readAuthority(place);
  const isUsual = authority?.port === 443 || authority?.port === 80;
  return isUsual && authority.host !== "localhost" ? authority.host : place;
}

const units = ["bytes", "kB", "MB", "GB"];

function size(bytes: number): string {
  const power = Math.min(units.length - 1, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 ? value : value.toFixed(1)} ${units[power] ?? ""}`;
}
