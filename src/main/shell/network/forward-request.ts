import type { IncomingMessage, RequestOptions, ServerResponse } from "node:http";
import { readAuthority, textOfAuthority, type Authority } from "./authority.ts";
import { proxyOptions, requestOf, type Dial } from "./connect.ts";
import {
  hostsAgree,
  placeFor,
  statusOf,
  type JudgedPlace,
  type ProxyRules,
} from "./judge-request.ts";

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** They are for one connection, not for the next (RFC 9110 §7.6.1). */
const hopByHop = new Set(
  "connection keep-alive proxy-connection proxy-authenticate proxy-authorization te trailer transfer-encoding upgrade host expect".split(
    " ",
  ),
);

/** Passes a plain http request on to the host that it names, if that is granted. Each request on a connection is judged by itself. */
export async function forwardRequest(
  { request, response }: Exchange,
  rules: ProxyRules,
): Promise<void> {
  response.on("error", () => response.destroy());
  const target = readTarget(request);
  const place = await placeFor(target?.authority ?? null, "http", rules);
  if (target === null || "why" in place) {
    const { why, text } =
      "why" in place ? place : ({ why: "malformed", text: "not understood" } as const);
    rules.traffic.refuse(target?.authority ?? null, why);
    return refuse({ request, response }, statusOf({ why, text }), text);
  }
  if (response.destroyed) return;
  send({ request, response }, { place, path: target.path, rules });
}

interface Target {
  readonly authority: Authority;
  readonly path: string;
}

/** "http://host/path", with a Host header that says the same. */
function readTarget(request: IncomingMessage): Target | null {
  const [, host = "", rest = ""] =
    /^http:\/\/([^/?#\\]*)([/?][\x21\x24-\x7e]*)?$/i.exec(request.url ?? "") ?? [];
  const authority = hostsAgree(request, readAuthority(host, 80));
  return authority === null ? null : { authority, path: rest.startsWith("/") ? rest : `/${rest}` };
}

interface Sending {
  readonly place: JudgedPlace;
  readonly path: string;
  readonly rules: ProxyRules;
}

function send({ request, response }: Exchange, { place, path, rules }: Sending): void {
  const { authority, through } = place;
  const host = authority.port === 80 ? authority.host : textOfAuthority(authority);
  const hop = hopTo(place, rules.dial, { path, host });
  const sending = (through === null ? requestOf({ isSecure: false }) : requestOf(through))({
    ...hop.options,
    method: request.method ?? "GET",
    headers: ["Host", host, ...hop.headers, ...framed(request), "Connection", "close"],
  });
  const fail = (): void => {
    sending.destroy();
    refuse({ request, response }, 502, `${textOfAuthority(authority)} could not be reached.`);
  };
  sending.on("error", fail);
  sending.on("timeout", fail);
  // Nobody asked for another protocol: the header that would is not sent on.
  sending.on("upgrade", (_answer, socket) => {
    socket.destroy();
    fail();
  });
  sending.on("socket", (socket) => {
    socket.once("connect", () => {
      socket.setTimeout(rules.idleMs);
    });
    socket.once("close", () =>
      rules.traffic.add(authority.host, socket.bytesWritten, socket.bytesRead),
    );
  });
  const letGo = rules.connections.hold(place, () => sending.destroy());
  sending.on("close", letGo);
  sending.on("response", (answer) => {
    answer.on("error", () => response.destroy());
    const { statusCode = 0 } = answer;
    // Any three digits are read; to pass on what is no answer's number would throw where nobody catches it.
    if (statusCode < 200) return fail();
    response.writeHead(statusCode, passedOn(answer.rawHeaders));
    answer.pipe(response);
  });
  response.on("close", () => sending.destroy());
  if (hasBody(request)) request.pipe(sending);
  else sending.end();
}

function hopTo(
  place: JudgedPlace,
  dial: Dial,
  { path, host }: { readonly path: string; readonly host: string },
): { readonly options: RequestOptions; readonly headers: readonly string[] } {
  if (place.through !== null) {
    const { options, headers } = proxyOptions(place.through);
    return { options: { ...options, path: `http://${host}${path}` }, headers };
  }
  // Without an agent, not even `false`: with one the connection would be made without asking here.
  return { options: { path, createConnection: () => dial(place) }, headers: [] };
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] !== undefined || headers["content-length"] !== undefined;

/** The headers of a request, its body framed anew: what the parser took for the body is all that is sent as one. */
function framed({ rawHeaders, headers }: IncomingMessage): readonly string[] {
  const kept = passedOn(rawHeaders);
  return headers["transfer-encoding"] === undefined
    ? kept
    : [...kept, "Transfer-Encoding", "chunked"];
}

/** Without what is for this connection only, or what its Connection header says is. */
function passedOn(raw: readonly string[]): string[] {
  const pairs = raw.flatMap((name, at) =>
    at % 2 === 0 ? [{ name, value: raw[at + 1] ?? "" }] : [],
  );
  const named = new Set(
    pairs
      .filter(({ name }) => name.toLowerCase() === "connection")
      .flatMap(({ value }) => value.toLowerCase().split(/[\s,]+/)),
  );
  // The body's length is no option of a connection: without it the framing would be lost.
  named.delete("content-length");
  return pairs
    .filter(({ name }) => !hopByHop.has(name.toLowerCase()) && !named.has(name.toLowerCase()))
    .flatMap(({ name, value }) => [name, value]);
}

function refuse({ request, response }: Exchange, status: number, text: string): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", connection: "close" });
  response.end(`Belay: ${text}\n`, () => request.socket.destroy());
}
