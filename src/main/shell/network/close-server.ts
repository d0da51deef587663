import type { Server, Socket } from "node:net";

const open = new WeakMap<Server, Set<Socket>>();

/** Remembers the connections of a server from now on, for `closeServer`. */
export function keepSockets(server: Server): void {
  const sockets = new Set<Socket>();
  open.set(server, sockets);
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
}

/** Stops listening and ends every connection, what became a tunnel too. */
export function closeServer(server: Server): void {
  server.close();
  for (const socket of open.get(server) ?? []) socket.destroy();
}
