import { request as requestPlain, type RequestOptions } from "node:http";
import { request as requestSecure } from "node:https";
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { mayReach } from "../../egress/address-rule.ts";
import { onlyThese } from "../../egress/exchange.ts";
import { textOfAuthority } from "./authority.ts";
import type { OpenPlace } from "./find-destination.ts";
import type { OwnProxy } from "./own-proxy.ts";

const patienceMs = 15_000;

/** Begins a connection to a place; it is destroyed with an error when it cannot be made. */
export type Dial = (place: OpenPlace) => Socket;

/** To the addresses that were looked at, and to no other. */
export const dialStraight: Dial = ({ authority, addresses, grant }) => {
  const socket = connect({
    host: authority.host,
    port: authority.port,
    lookup: onlyThese(addresses),
    autoSelectFamily: true,
    allowHalfOpen: true,
    timeout: patienceMs,
  });
  const giveUp = (): void => void socket.destroy(new Error("no answer"));
  socket.once("timeout", giveUp);
  socket.prependOnceListener("connect", () => {
    socket.removeListener("timeout", giveUp);
    socket.setTimeout(0);
    // Whatever chose the address, this is where it led.
    const reached = socket.remoteAddress ?? "";
    if (!mayReach(reached, grant)) socket.destroy(new Error(`led to ${reached}`));
  });
  return socket;
};

/** A connection to a place that was checked, straight or through the person's own proxy. Rejects when it cannot be made. */
export function connectTo(place: OpenPlace, through: OwnProxy | null, dial: Dial): Promise<Duplex> {
  if (through !== null) return connectThrough(place, through);
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = dial(place);
  socket.once("error", reject);
  socket.once("connect", () => {
    if (socket.destroyed) return;
    socket.removeListener("error", reject);
    resolve(socket);
  });
  return promise;
}

/** What a request to the person's own proxy is sent with. */
export function proxyOptions({ host, port, authorization }: OwnProxy): {
  readonly options: RequestOptions;
  readonly headers: readonly string[];
} {
  return {
    options: { host, port, agent: false, timeout: patienceMs },
    headers: authorization === null ? [] : ["Proxy-Authorization", authorization],
  };
}

export const requestOf = ({ isSecure }: Pick<OwnProxy, "isSecure">): typeof requestPlain =>
  isSecure ? requestSecure : requestPlain;

function connectThrough({ authority }: OpenPlace, proxy: OwnProxy): Promise<Duplex> {
  const { promise, resolve, reject } = Promise.withResolvers<Duplex>();
  const { options, headers } = proxyOptions(proxy);
  const path = textOfAuthority(authority);
  const asking = requestOf(proxy)({
    ...options,
    method: "CONNECT",
    path,
    headers: ["Host", path, ...headers],
  });
  asking.once("timeout", () => asking.destroy(new Error("the proxy does not answer")));
  asking.once("error", reject);
  asking.once("response", (response) => {
    response.destroy();
    reject(new Error(`the proxy answered ${response.statusCode ?? 0}`));
  });
  asking.once("connect", (response, socket, head) => {
    if (response.statusCode !== 200) {
      socket.destroy();
      return reject(new Error(`the proxy answered ${response.statusCode ?? 0}`));
    }
    socket.setTimeout(0);
    if (head.length > 0) socket.unshift(head);
    resolve(socket);
  });
  asking.end();
  return promise;
}
