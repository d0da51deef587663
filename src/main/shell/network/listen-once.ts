import { createServer } from "node:net";

/** A server of this machine that must not be reached: on loopback by port, and by a socket in the file system. */
export interface Tripwire extends AsyncDisposable {
  readonly port: number;
  readonly wasReached: () => boolean;
}

export async function listenForIntruders(socketPath: string): Promise<Tripwire> {
  let reached = false;
  const servers = [createServer(), createServer()] as const;
  for (const server of servers)
    server.on("connection", (socket) => {
      reached = true;
      socket.destroy();
    });
  await Promise.all([
    new Promise<void>((resolve, reject) => {
      servers[0].once("error", reject).listen(0, "127.0.0.1", resolve);
    }),
    new Promise<void>((resolve, reject) => {
      servers[1].once("error", reject).listen(socketPath, resolve);
    }),
  ]);
  const address = servers[0].address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    wasReached: () => reached,
    async [Symbol.asyncDispose]() {
      for (const server of servers) server.close();
    },
  };
}
