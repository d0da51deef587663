import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { answer, type Simulation } from "./answer.ts";
import { answerOther, otherBase } from "./flavour-answer.ts";
import type { OtherFlavour } from "./flavours.ts";
import type { AcceptedKeys } from "./keys.ts";
import { placeOf, simulatedRegions, type SimulatedRegion } from "./regions.ts";
import type { Reply } from "./reply.ts";
import { createPlayer, type JsonObject, type RecordedRequest, type Script } from "./script.ts";
import { simulatedModels } from "./known-models.ts";
import { createUsageCounter } from "./usage.ts";

export interface ModelStudioOptions {
  /** 0 or nothing: any free port. */
  readonly port?: number;
  /** Keys that are accepted: everywhere, or by region. Default: whatever begins with `sk-` and has 8 characters or more. */
  readonly keys?: AcceptedKeys;
  /** Ids that exist. Default: what is not retired in known-models.ts. */
  readonly models?: readonly string[];
  readonly script?: Script;
  /** Which server it plays. Default: Model Studio itself; the others are at `/v1` and have no regions. */
  readonly flavour?: "model-studio" | OtherFlavour;
  /** Of another server: it refuses tools, as when it, or its model, was not set up for them. */
  readonly withoutTools?: boolean;
}

export interface ModelStudio extends AsyncDisposable {
  /** Singapore's endpoint, or the other server's, for a client's base URL. */
  readonly baseUrl: string;
  /** Every region's endpoint, for `BELAY_REGION_URLS`. */
  readonly regionUrls: Readonly<Record<SimulatedRegion, string>>;
  /** Everything that was asked, in order of arrival. */
  readonly requests: readonly RecordedRequest[];
  /** The chat requests among them that were not refused. */
  readonly chats: () => readonly RecordedRequest[];
  play(script: Script): void;
  close(): Promise<void>;
}

/** A real HTTP server on the loopback that plays scripts as Model Studio would, and refuses what Model Studio refuses. */
export async function startModelStudio(options: ModelStudioOptions = {}): Promise<ModelStudio> {
  const requests: RecordedRequest[] = [];
  const player = createPlayer();
  if (options.script !== undefined) player.play(options.script);
  const simulation: Simulation = {
    keys: options.keys,
    models:
      options.models ??
      simulatedModels.filter(({ retired }) => retired !== true).map(({ id }) => id),
    player,
    usage: createUsageCounter(),
  };
  const { flavour = "model-studio", withoutTools = false } = options;
  const other = flavour === "model-studio" ? null : { flavour, withoutTools };
  const reply = (request: RecordedRequest): Reply =>
    other === null ? answer(request, simulation) : answerOther(request, other, simulation);
  const sockets = new Set<Socket>();
  const server = createServer((incoming, response) => {
    void receive(incoming, response, { reply, requests });
  });
  server.on("connection", (socket) => {
    sockets.add(socket.setNoDelay(true));
    socket.on("close", () => sockets.delete(socket));
  });
  const origin = await listen(server, options.port ?? 0);
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  return {
    baseUrl: `${origin}${other === null ? simulatedRegions.singapore : otherBase}`,
    regionUrls: urlsOf(origin),
    requests,
    chats: () =>
      requests.filter(
        ({ path, refusal }) => /\/(?:chat\/completions|generation)$/.test(path) && refusal === null,
      ),
    play: (script) => player.play(script),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function urlsOf(origin: string): Readonly<Record<SimulatedRegion, string>> {
  const pairs = Object.entries(simulatedRegions).map(([region, base]) => [region, origin + base]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same keys as the table's
  return Object.fromEntries(pairs) as Record<SimulatedRegion, string>;
}

async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server's address is never a string
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Desk {
  readonly reply: (request: RecordedRequest) => Reply;
  readonly requests: RecordedRequest[];
}

async function receive(
  incoming: IncomingMessage,
  response: ServerResponse,
  desk: Desk,
): Promise<void> {
  const pieces: Buffer[] = [];
  try {
    for await (const piece of incoming) pieces.push(Buffer.from(piece));
  } catch {
    return;
  }
  const bodyText = Buffer.concat(pieces).toString();
  const path = new URL(incoming.url ?? "/", "http://localhost").pathname;
  const place = placeOf(path);
  const request: RecordedRequest = {
    method: incoming.method ?? "GET",
    path,
    protocol: place?.protocol ?? "openai",
    region: place?.region ?? "none",
    headers: Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
    ),
    body: parseObject(bodyText),
    bodyText,
    bytes: Buffer.byteLength(bodyText),
    at: performance.now(),
    status: 0,
    refusal: null,
    aborted: false,
  };
  desk.requests.push(request);
  response.on("close", () => {
    request.aborted = !response.writableEnded;
  });
  await send(response, request, desk.reply(request));
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function parseObject(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

async function send(
  response: ServerResponse,
  request: RecordedRequest,
  reply: Reply,
): Promise<void> {
  request.status = reply.status;
  request.refusal = reply.refusal;
  if (reply.delayMs > 0) await sleep(reply.delayMs);
  if (reply.hang === "before") return;
  response.writeHead(reply.status, {
    "x-request-id": reply.id,
    "x-dashscope-call-gateway": "true",
    "x-dashscope-finished": String(!(reply.headers["content-type"] ?? "").includes("event-stream")),
    server: "istio-envoy",
    ...reply.headers,
  });
  let sent = 0;
  for (const piece of reply.pieces) {
    if (response.destroyed) return;
    const left = reply.cutAfterBytes - sent;
    if (piece.length > left) {
      response.write(piece.subarray(0, left), () => response.destroy());
      return;
    }
    sent += piece.length;
    await new Promise((resolve) => response.write(piece, resolve));
    // Written pieces reach the client as they are only when the event loop turns between them.
    await (reply.pieceDelayMs > 0 ? sleep(reply.pieceDelayMs) : new Promise(setImmediate));
  }
  if (!reply.hang) response.end();
}
