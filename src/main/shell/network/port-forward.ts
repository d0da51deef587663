import { createServer, type Server, type Socket } from "node:net";
import { AppError } from "../../../shared/errors.ts";
import { closeServer, keepSockets } from "./close-server.ts";
import { joinTunnel } from "./tunnel.ts";
import type { WayIn } from "./way-in.ts";

/** A port of this machine that leads into a command's sandbox, until `close`. */
export interface ForwardedPort {
  /** Of the sandbox. */
  readonly inside: number;
  /** Of this machine's loopback. */
  readonly port: number;
  close(): void;
}

const mostConnections = 128;
const idleMs = 60 * 60_000;

/** Opens it, on a free port. Whoever is on this machine can reach it, as with any server that a person starts. */
export async function forwardPort(wayIn: WayIn, inside: number): Promise<ForwardedPort> {
  const server = createServer(
    { allowHalfOpen: true, pauseOnConnect: true },
    (socket) => void lead(socket, wayIn, inside),
  );
  keepSockets(server);
  server.maxConnections = mostConnections;
  const port = await listenLocally(server);
  return { inside, port, close: () => closeServer(server) };
}

async function lead(client: Socket, wayIn: WayIn, inside: number): Promise<void> {
  client.on("error", () => client.destroy());
  let server: Socket;
  try {
    server = await wayIn.connect(inside);
  } catch {
    return void client.destroy();
  }
  joinTunnel(
    { client, server, early: Buffer.alloc(0) },
    {
      authority: { host: "localhost", port: 0 },
      idleMs,
      onOtherServer: () => undefined,
      onEnd: () => undefined,
    },
  );
  client.resume();
}

function listenLocally(server: Server): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.once("error", reject);
  server.listen({ host: "127.0.0.1", port: 0 }, () => {
    const address = server.address();
    if (typeof address === "object" && address !== null) resolve(address.port);
    else reject(new AppError("unavailable", "No port could be opened."));
  });
  return promise;
}
