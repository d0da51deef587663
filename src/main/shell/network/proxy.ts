import { createServer, type IncomingMessage, type Server } from "node:http";
import type { Duplex } from "node:stream";
import { readAuthority, textOfAuthority } from "./authority.ts";
import { keepSockets } from "./close-server.ts";
import { connectTo, dialStraight } from "./connect.ts";
import { createConnections } from "./connections.ts";
import { forwardRequest } from "./forward-request.ts";
import {
  hostsAgree,
  placeFor,
  statusOf,
  type ProxyOptions,
  type ProxyRules,
} from "./judge-request.ts";
import { joinTunnel } from "./tunnel.ts";

/** At once, for one command. */
const mostConnections = 256;
const longestHead = 16 * 1024;
const headMs = 10_000;
const usualIdleMs = 5 * 60_000;

/**
 * A forward proxy (RFC 9110 §7.3, §9.3.6) that lets through what is granted and nothing else: CONNECT, whose bytes it passes on
 * as they are, and plain http in absolute form. It resolves names itself and connects to the address that it looked at. It
 * follows no redirect. The caller makes it listen; `closeServer` ends it with everything that is open.
 */
export function createProxy(options: ProxyOptions): Server {
  const rules: ProxyRules = {
    idleMs: usualIdleMs,
    dial: dialStraight,
    connections: createConnections(options.grants),
    ...options,
  };
  const server = createServer(
    {
      maxHeaderSize: longestHead,
      headersTimeout: headMs,
      connectionsCheckingInterval: 1000,
      requestTimeout: 0,
      keepAliveTimeout: 5000,
      insecureHTTPParser: false,
      // It is looked for here, where a refusal is counted.
      requireHostHeader: false,
      joinDuplicateHeaders: false,
    },
    (request, response) => void forwardRequest({ request, response }, rules),
  );
  server.maxConnections = mostConnections;
  server.on("drop", () => rules.traffic.refuse(null, "too-many"));
  keepSockets(server);
  server.on(
    "connect",
    (request, socket, early) => void openTunnel({ request, socket, early }, rules),
  );
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    if (error.code?.startsWith("HPE_") === true) rules.traffic.refuse(null, "malformed");
    answer(
      socket,
      error.code === "HPE_HEADER_OVERFLOW" ? 431 : 400,
      "The request is not understood.",
    );
  });
  return server;
}

interface Opening {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly early: Buffer;
}

async function openTunnel({ request, socket, early }: Opening, rules: ProxyRules): Promise<void> {
  // Until the tunnel is there, a client that goes away is nobody's loss.
  const gone = (): void => void socket.destroy();
  socket.on("error", gone);
  const wanted = hostsAgree(request, readAuthority(request.url ?? ""));
  const place = await placeFor(wanted, "https", rules);
  if ("why" in place) {
    rules.traffic.refuse(wanted, place.why);
    return answer(socket, statusOf(place), place.text);
  }
  let server: Duplex;
  try {
    server = await connectTo(place, place.through, rules.dial);
  } catch {
    return answer(socket, 502, `${textOfAuthority(place.authority)} could not be reached.`);
  }
  if (socket.destroyed) return void server.destroy();
  socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
  joinTunnel(
    { client: socket, server, early },
    {
      authority: place.authority,
      hold: (cut) => rules.connections.hold(place, cut),
      idleMs: rules.idleMs,
      onOtherServer: () => rules.traffic.refuse(place.authority, "other-server"),
      onEnd: (up, down) => rules.traffic.add(place.authority.host, up, down),
    },
  );
}

function answer(socket: Duplex, status: number, text: string): void {
  if (!socket.writable) return void socket.destroy();
  const body = `Belay: ${text}\n`;
  socket.end(
    `HTTP/1.1 ${status} Refused\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    // Whatever else it has to say is not read.
    () => socket.destroy(),
  );
}
