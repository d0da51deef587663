import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

/** One answer, byte for byte. */
export interface RawReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Written one after the other. */
  readonly pieces: readonly (string | Buffer)[];
  /** What becomes of the connection after the last piece; default: it ends well. */
  readonly after?: "end" | "cut" | "stay";
}

export interface RawRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface RawServer extends AsyncDisposable {
  readonly origin: string;
  readonly requests: readonly RawRequest[];
}

/** A real server on the loopback that answers with the given replies in turn; the last one is repeated. */
export async function startRawServer(...replies: readonly RawReply[]): Promise<RawServer> {
  const requests: RawRequest[] = [];
  const server = createServer((incoming, response) => {
    void (async () => {
      const received: Buffer[] = [];
      for await (const piece of incoming) received.push(Buffer.from(piece));
      const { url = "", headers } = incoming;
      requests.push({ path: url, headers, body: JSON.parse(Buffer.concat(received).toString()) });
      const reply = replies[Math.min(requests.length, replies.length) - 1];
      if (reply === undefined) throw new Error("No reply is scripted.");
      const { status = 200, pieces, after = "end" } = reply;
      response.writeHead(status, { "content-type": "text/event-stream", ...reply.headers });
      for (const piece of pieces) {
        await new Promise((resolve) => response.write(piece, resolve));
        // Pieces arrive apart only when the event loop turns between them.
        await new Promise(setImmediate);
      }
      if (after === "end") response.end();
      if (after === "cut") response.destroy();
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server's address is never a string
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
