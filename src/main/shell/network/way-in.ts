import { createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../../../shared/errors.ts";
import { keepSockets } from "./close-server.ts";

/** Reaches the servers that a command has started in its sandbox, over connections that its bridge keeps waiting here. */
export interface WayIn {
  readonly server: Server;
  /** A connection to a port of the sandbox's own loopback. It ends at once where nothing listens there. AppError("unavailable") without a bridge. */
  connect(port: number): Promise<Socket>;
  /** What is listened on inside, as the sandbox says. */
  ports(): Promise<readonly number[]>;
}

/** The bridge keeps one waiting; whoever else connects in there is not trusted with more. */
const mostWaiting = 4;
const patienceMs = 3000;
const mostPorts = 100;
const longestList = 4000;

export function createWayIn(): WayIn {
  const waiting: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const leave = (): void => {
      const at = waiting.indexOf(socket);
      if (at >= 0) waiting.splice(at, 1);
    };
    socket.on("error", () => socket.destroy());
    socket.once("close", leave);
    // It says nothing until it is asked: what comes before is not from the bridge.
    if (waiting.length >= mostWaiting) return void socket.destroy();
    waiting.push(socket);
  });
  keepSockets(server);
  async function take(): Promise<Socket> {
    for (let waited = 0; waited < patienceMs; waited += 20) {
      const socket = waiting.shift();
      if (socket !== undefined && !socket.destroyed) return socket;
      await sleep(20);
    }
    throw new AppError("unavailable", "The command's own network cannot be reached.");
  }
  return {
    server,
    async connect(port) {
      const socket = await take();
      socket.write(`${port}\n`);
      return socket;
    },
    async ports() {
      const socket = await take();
      socket.end("ports\n");
      let text = "";
      const limit = setTimeout(() => socket.destroy(), patienceMs);
      try {
        for await (const bytes of socket) if (text.length < longestList) text += String(bytes);
      } catch {
        // Broken off: what was said until then counts.
      }
      clearTimeout(limit);
      return (text.match(/\b\d{1,5}\b/g) ?? [])
        .map(Number)
        .filter((port) => port > 0 && port <= 65_535)
        .slice(0, mostPorts);
    },
  };
}
