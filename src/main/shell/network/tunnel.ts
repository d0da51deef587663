import type { Duplex } from "node:stream";
import { isLocalName, canonicalHost, type Authority } from "./authority.ts";
import { readFirstBytes } from "./server-name.ts";

export interface TunnelEnds {
  readonly client: Duplex;
  readonly server: Duplex;
  /** What came with the request to open it. */
  readonly early: Buffer;
}

export interface TunnelRules {
  readonly authority: Authority;
  /** Milliseconds without a byte either way. */
  readonly idleMs: number;
  /** Called once both ends are there, with what cuts them; what it answers is called when they have ended. */
  hold?(cut: () => void): () => void;
  /** Its first bytes do not speak to the server that it was opened to: it is closed, and nothing was sent. */
  onOtherServer(): void;
  /** Bytes sent and received; called once. */
  onEnd(up: number, down: number): void;
}

/** TLS begins with some hundreds of bytes; what is held back before it is judged has this limit. */
const mostHeld = 64 * 1024;

/**
 * Joins two connections until both sides have ended. What the client sends first is held back until it is known whom it speaks to:
 * TLS must name the host of the tunnel or none, and on port 443 it must be TLS. The server may speak first. Nothing is decrypted.
 */
export function joinTunnel(ends: TunnelEnds, rules: TunnelRules): void {
  const { client, server } = ends;
  const { authority } = rules;
  const life = watchLife(ends, rules);
  let held: Buffer | null = Buffer.alloc(0);

  function take(bytes: Buffer): void {
    if (held === null) return life.pass(client, server, bytes);
    held = Buffer.concat([held, bytes]);
    const verdict = mayPass(held, authority);
    if (verdict === null) return;
    const all = held;
    held = null;
    if (verdict) return life.pass(client, server, all);
    rules.onOtherServer();
    life.over();
  }
  client.on("data", take);
  // What is held at the end says too little to be let through.
  client.on("end", () => {
    const isSilent = held?.length === 0 && authority.port !== 443;
    if (held === null || isSilent) server.end();
    else life.over();
  });
  server.on("data", (bytes: Buffer) => life.pass(server, client, bytes));
  server.on("end", () => client.end());
  if (ends.early.length > 0) take(ends.early);
}

interface Life {
  pass(from: Duplex, to: Duplex, bytes: Buffer): void;
  over(): void;
}

/** Counts what passes, and ends both sides when one breaks off or nothing comes for long. */
function watchLife({ client, server }: TunnelEnds, rules: TunnelRules): Life {
  const counts = { up: 0, down: 0 };
  let isOver = false;
  let letGo: (() => void) | undefined;
  function over(): void {
    if (isOver) return;
    isOver = true;
    letGo?.();
    clearTimeout(idle);
    client.destroy();
    server.destroy();
    rules.onEnd(counts.up, counts.down);
  }
  const idle = setTimeout(over, rules.idleMs);
  idle.unref();
  for (const end of [client, server]) {
    end.on("error", over);
    end.on("close", () => {
      const isWell = end.errored === null && end.readableEnded;
      if (!isWell || (client.destroyed && server.destroyed)) over();
    });
  }
  letGo = rules.hold?.(over);
  return {
    over,
    pass(from, to, bytes) {
      idle.refresh();
      counts[from === client ? "up" : "down"] += bytes.length;
      if (to.write(bytes)) return;
      from.pause();
      to.once("drain", () => from.resume());
    },
  };
}

/** Whether what a client sent first may go to the server; null while too little is there to say. */
function mayPass(bytes: Buffer, authority: Authority): boolean | null {
  const first = readFirstBytes(bytes);
  if (first.kind === "incomplete") return bytes.length > mostHeld ? false : null;
  if (first.kind === "broken") return false;
  if (first.kind === "plain") return authority.port !== 443;
  return isNamed(first.serverName, authority);
}

/** A name that TLS gives must be that of the tunnel. Clients give none to an address. */
const isNamed = (serverName: string | null, { host }: Authority): boolean =>
  serverName === null ||
  canonicalHost(serverName) === host ||
  (isLocalName(host) && isLocalName(serverName));
