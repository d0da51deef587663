import type { Server } from "node:http";
import type { Server as SecureServer } from "node:https";

export interface Listening extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
}

/** A server on a port of the loopback (0 = a free one), closed with its connections when it is disposed of. */
export async function listen(server: Server | SecureServer, port = 0): Promise<Listening> {
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
