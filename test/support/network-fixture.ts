import { connect, createServer, isIP, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Resolve } from "../../src/main/egress/destination.ts";
import type { Dial } from "../../src/main/shell/network/connect.ts";
import type { ProxyOptions } from "../../src/main/shell/network/judge-request.ts";
import {
  joinGrants,
  noNetworkGrants,
  readNetworkGrant,
  type NetworkGrants,
} from "../../src/main/shell/network/network-grants.ts";
import { ownProxies } from "../../src/main/shell/network/own-proxy.ts";
import { closeServer } from "../../src/main/shell/network/close-server.ts";
import { createProxy } from "../../src/main/shell/network/proxy.ts";
import { createTraffic, type Traffic } from "../../src/main/shell/network/traffic.ts";
import { createTemporaryFolder } from "./temporary-folder.ts";

/** Grants as a person would write them; "private:host" for one that may be private. */
export function grantsOf(...texts: readonly string[]): NetworkGrants {
  return texts
    .map((text) => {
      const isPrivate = text.startsWith("private:");
      const grant = readNetworkGrant(isPrivate ? text.slice(8) : text, {
        isPrivate,
        byPerson: true,
      });
      if (grant === null) throw new Error(`${text} is no grant`);
      return grant;
    })
    .reduce(joinGrants, noNetworkGrants);
}

/** A place where nothing must arrive, or only what is expected. */
export interface Sink extends AsyncDisposable {
  readonly port: number;
  /** What each connection has said so far, oldest first. */
  readonly heard: readonly string[];
}

/** Listens on loopback. `answer` says what to reply to the first bytes of a connection. */
export async function startSink(answer?: (text: string, socket: Socket) => void): Promise<Sink> {
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const at = heard.push("") - 1;
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("end", () => socket.end());
    socket.on("data", (bytes) => {
      heard[at] += bytes.toString("latin1");
      answer?.(heard[at] ?? "", socket);
    });
  });
  const port = await listenOn(server, 0);
  return {
    port,
    heard,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function listenOn(server: Server, place: number | string): Promise<number> {
  await new Promise<void>((resolve) => {
    if (typeof place === "number") server.listen(place, "127.0.0.1", resolve);
    else server.listen(place, resolve);
  });
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

export interface ProxyFixture extends AsyncDisposable {
  readonly path: string;
  readonly traffic: Traffic;
  /** "address:port" of every connection that the proxy began. */
  readonly dialled: readonly string[];
  /** Sends bytes and answers all that comes until the proxy ends the connection, or nothing comes for a moment. */
  say(...pieces: readonly (string | Buffer)[]): Promise<string>;
  open(): Socket;
}

export interface FixtureWishes extends Partial<Omit<ProxyOptions, "grants">> {
  readonly grants?: NetworkGrants | (() => NetworkGrants);
  /** Addresses by name; every other name is not found. */
  readonly names?: Readonly<Record<string, readonly string[]>>;
  /** Connections to public addresses arrive at this port of loopback instead. */
  readonly sinkPort?: number;
}

/** A real proxy on a socket of its own. Only where the bytes of a public address arrive is made up. */
export async function startProxy(wishes: FixtureWishes = {}): Promise<ProxyFixture> {
  const folder = createTemporaryFolder();
  const path = join(folder.path, "out");
  const traffic = createTraffic();
  const dialled: string[] = [];
  const { grants = noNetworkGrants, names = {}, sinkPort, ...options } = wishes;
  const resolve: Resolve = async (host) => {
    const found = names[host];
    if (found === undefined) throw new Error("ENOTFOUND");
    return found.map((address) => ({ address, family: isIP(address) }));
  };
  const dial: Dial = ({ authority, addresses }) => {
    dialled.push(`${addresses[0]?.address ?? "?"}:${authority.port}`);
    return connect({
      host: "127.0.0.1",
      port: sinkPort ?? authority.port,
      allowHalfOpen: true,
    });
  };
  const server = createProxy({
    grants: typeof grants === "function" ? grants : () => grants,
    resolve,
    ownPorts: new Set(),
    ownProxy: ownProxies({}),
    traffic,
    ...(sinkPort === undefined ? {} : { dial }),
    ...options,
  });
  await listenOn(server, path);
  const sockets = new Set<Socket>();
  function open(): Socket {
    const socket = connect({ path, allowHalfOpen: true });
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    return socket;
  }
  return {
    path,
    traffic,
    dialled,
    open,
    say: (...pieces) => talk(open(), pieces),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      closeServer(server);
      folder[Symbol.dispose]();
    },
  };
}

const quietMs = 150;

async function talk(socket: Socket, pieces: readonly (string | Buffer)[]): Promise<string> {
  let text = "";
  let heardAt = performance.now();
  socket.on("data", (bytes) => {
    text += bytes.toString("latin1");
    heardAt = performance.now();
  });
  const over = new Promise<void>((resolve) => {
    socket.on("close", () => resolve()).on("end", () => resolve());
  });
  for (const piece of pieces) {
    if (socket.destroyed) break;
    await new Promise((done) => socket.write(piece, done));
    await new Promise(setImmediate);
  }
  heardAt = performance.now();
  const isQuiet = (): boolean => performance.now() - heardAt > (text === "" ? 2000 : quietMs);
  while (!isQuiet()) if ((await Promise.race([over, sleep(20, "waiting")])) !== "waiting") break;
  socket.destroy();
  return text;
}
