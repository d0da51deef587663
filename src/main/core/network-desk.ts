import { AppError } from "../../shared/errors.ts";
import type { SessionId } from "../../shared/ids.ts";
import type { HostGrant, OpenedNetwork } from "../../shared/network.ts";
import {
  covers,
  noNetworkGrants,
  readNetworkGrant,
  type GrantBook,
} from "../shell/network/network-grants.ts";

/** What a person sees and changes of what the commands of a session may reach. */
export interface NetworkDesk {
  granted(session: SessionId): OpenedNetwork;
  /** At once; connections that nothing opens any more are cut. */
  revoke(session: SessionId, grant: HostGrant | { readonly localPort: number }): OpenedNetwork;
  /** Every name below a host that is granted. AppError("not-found" | "invalid-input"). */
  widen(session: SessionId, grant: HostGrant): OpenedNetwork;
}

export function createNetworkDesk(book: GrantBook): NetworkDesk {
  function granted(session: SessionId): OpenedNetwork {
    const { hosts, localPorts } = book.of(session);
    return { hosts: [...hosts], localPorts: [...localPorts] };
  }
  return {
    granted,
    revoke(session, grant) {
      const taken =
        "localPort" in grant
          ? { ...noNetworkGrants, localPorts: [grant.localPort] }
          : { ...noNetworkGrants, hosts: [grant] };
      book.revoke(session, taken);
      return granted(session);
    },
    widen(session, grant) {
      const { host, port, isPrivate } = grant;
      if (!covers(book.of(session), { ...noNetworkGrants, hosts: [grant] }))
        throw new AppError("not-found", `${host} is not open to commands any more.`);
      const place = port === null ? `*.${host}` : `*.${host}:${port}`;
      const wider = readNetworkGrant(place, { isPrivate, byPerson: true });
      if (wider === null)
        throw new AppError("invalid-input", `No names lie below ${host}: open each by itself.`);
      book.allow(session, wider);
      return granted(session);
    },
  };
}
