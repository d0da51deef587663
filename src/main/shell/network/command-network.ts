import { closeSync, constants, mkdtempSync, openSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { closeServer, keepSockets } from "./close-server.ts";
import { connectTo, dialStraight } from "./connect.ts";
import { createConnections, type Connections } from "./connections.ts";
import { findDestination } from "./find-destination.ts";
import type { Bridge } from "./find-bridge.ts";
import type { ProxyOptions } from "./judge-request.ts";
import { networkNotes, refusedWalls } from "./network-notes.ts";
import { createProxy } from "./proxy.ts";
import { proxyPort } from "./proxy-variables.ts";
import type { LaunchEnd } from "../launch.ts";
import type { CommandNetwork } from "../sandbox/command-network.ts";
import { createTraffic } from "./traffic.ts";
import { joinTunnel } from "./tunnel.ts";
import { createWayIn, type WayIn } from "./way-in.ts";

/** Below it nobody without a privilege listens, and the bridge would not begin at all. Such a port is reached through the proxy only. */
const leastPort = 1024;

export interface OpenedNetwork extends CommandNetwork {
  /** To the command's own servers; null for one that is waited for. */
  readonly wayIn: WayIn | null;
}

export interface CommandNetworkOptions extends Omit<ProxyOptions, "traffic" | "connections"> {
  readonly bridge: Bridge;
  /** Where the folder with the sockets is made. */
  readonly base: string;
  /** Where that folder is seen inside. */
  readonly seenAt: string;
  readonly background: boolean;
  /** Calls back when less is granted than before; see `GrantBook`. */
  readonly onNarrowed: (listener: () => void) => () => void;
  /** How programs are told where the proxy is, and where packages come from. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Makes the sockets of a command and listens on them before it returns. They lie in a folder that is this user's only outside, and
 * this command's only inside: who reaches one is told by where it lies. Throws when they cannot be made.
 */
export function openCommandNetwork(options: CommandNetworkOptions): OpenedNetwork {
  const traffic = createTraffic();
  const connections = createConnections(options.grants);
  const own = { ...options, traffic, connections };
  const folder = mkdtempSync(join(options.base, `${process.pid}-`));
  // A socket's path has 107 bytes at most; the folder's own may have more.
  const descriptor = openSync(folder, constants.O_DIRECTORY | constants.O_RDONLY);
  const servers: Server[] = [];
  const words: string[] = [];
  const unwatch = options.onNarrowed(() => connections.check());
  function listen(server: Server, word: string, name: string): void {
    servers.push(server);
    server.on("error", () => undefined);
    server.listen({ path: `/proc/self/fd/${descriptor}/${name}` });
    if (!server.listening) throw new Error(`No socket could be made in ${folder}.`);
    words.push(`${word}=${options.seenAt}/${name}`);
  }
  function ended(): LaunchEnd {
    unwatch();
    for (const server of servers) closeServer(server);
    closeSync(descriptor);
    rmSync(folder, { recursive: true, force: true });
    return { notes: networkNotes(traffic), blocked: refusedWalls(traffic) };
  }
  try {
    listen(createProxy(own), String(proxyPort), "out");
    for (const port of options.grants().localPorts)
      if (!options.ownPorts.has(port) && port !== proxyPort && port >= leastPort)
        listen(localServer(port, own), String(port), `local-${port}`);
    const wayIn = options.background ? createWayIn() : null;
    if (wayIn !== null) listen(wayIn.server, "in", "in");
    return {
      folder,
      variables: options.variables,
      prelude: prelude(options.bridge, words),
      wayIn,
      ended,
    };
  } catch (error) {
    ended();
    throw error;
  }
}

/** Starts the bridge, and has it left out where processes are counted. It says nothing: what it could not do is seen as no network. */
const prelude = (bridge: Bridge, words: readonly string[]): string =>
  `${[...bridge, ...words].map(quoted).join(" ")} </dev/null >/dev/null 2>&1 3>&- && own=1`;

const quoted = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;

type LocalOptions = ProxyOptions & { readonly connections: Connections };

const mostLocal = 64;

/** Leads to a port of this machine's own loopback, as long as that is granted. */
function localServer(port: number, options: LocalOptions): Server {
  const authority = { host: "localhost", port };
  const server = createServer({ allowHalfOpen: true }, (socket) => void lead(socket));
  keepSockets(server);
  server.maxConnections = mostLocal;
  server.on("drop", () => options.traffic.refuse(authority, "too-many"));
  return server;

  async function lead(client: Socket): Promise<void> {
    client.on("error", () => client.destroy());
    const place = await findDestination(authority, { ...options, isBehindProxy: () => false });
    if ("why" in place) {
      options.traffic.refuse(authority, place.why);
      return void client.destroy();
    }
    let to;
    try {
      to = await connectTo(place, null, options.dial ?? dialStraight);
    } catch {
      return void client.destroy();
    }
    joinTunnel(
      { client, server: to, early: Buffer.alloc(0) },
      {
        authority,
        hold: (cut) => options.connections.hold(place, cut),
        idleMs: options.idleMs ?? 60 * 60_000,
        onOtherServer: () => options.traffic.refuse(authority, "other-server"),
        onEnd: (up, down) => options.traffic.add(`localhost:${port}`, up, down),
      },
    );
  }
}
