import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { EgressGrant, Resolve } from "../../src/main/egress/destination.ts";
import { createEgress, type EgressRequest } from "../../src/main/egress/egress.ts";
import { listen } from "./listen.ts";
import { startSecureServer, testCertificate } from "./secure-server.ts";

export interface Heard {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage["headers"];
}

/** A server that notes what came and answers as told. */
export async function startHearing(
  answer: RequestListener,
  isSecure = true,
): Promise<{ port: number; heard: Heard[] } & AsyncDisposable> {
  const heard: Heard[] = [];
  const note: RequestListener = (request, response) => {
    heard.push({ method: request.method, url: request.url, headers: request.headers });
    answer(request, response);
  };
  const server = await (isSecure ? startSecureServer(note) : listen(createServer(note)));
  return { port: server.port, heard, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

const here: Resolve = async () => [{ address: "127.0.0.1", family: 4 }];

export const door = (resolve: Resolve = here): ReturnType<typeof createEgress> =>
  createEgress({ userAgent: "belay-test/1", resolve, certificates: [testCertificate] });

export const grantOf = (...hosts: string[]): EgressGrant => ({
  purpose: "web-fetch",
  hosts,
  loopback: true,
});

export const requestOf = (
  grant: EgressGrant,
  more: Partial<EgressRequest> = {},
): EgressRequest => ({
  purpose: "web-fetch",
  grant,
  ...more,
});

export const hello: RequestListener = (_request, response) => {
  response.end("hello");
};
