import type { SessionId } from "../../../shared/ids.ts";
import { AppError } from "../../../shared/errors.ts";
import { systemResolve, type Resolve } from "../../egress/destination.ts";
import type { SessionNetwork } from "../sandbox/command-network.ts";
import { openCommandNetwork } from "./command-network.ts";
import { findBridge, noBridge, type Bridge } from "./find-bridge.ts";
import { createGrantBook, type GrantBook } from "./network-grants.ts";
import { ownProxies } from "./own-proxy.ts";
import { forwardPort, type ForwardedPort } from "./port-forward.ts";
import { proxyVariables } from "./proxy-variables.ts";
import type { WayIn } from "./way-in.ts";

export interface Network {
  readonly grants: GrantBook;
  /** Why grants open nothing here; null where they do. */
  readonly missing: string | null;
  forSession(session: SessionId): SessionNetwork;
  /** Ports that are listened on in the sandbox of a background command, as that says; none where it has none. */
  portsOf(commandId: string): Promise<readonly number[]>;
  /**
   * Opens one of them to this machine and answers its port here; the same one each time. AppError("not-found") for a command that has
   * ended or is not sandboxed, and for a port that nothing listens on.
   */
  forwardPort(commandId: string, port: number): Promise<number>;
}

export interface NetworkOptions {
  /** Where the person's own proxy is looked for. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly resolve?: Resolve;
  readonly bridge?: Bridge | null;
}

export function createNetwork(options: NetworkOptions): Network {
  const bridge = options.bridge === undefined ? findBridge() : options.bridge;
  const grants = createGrantBook();
  const ownPorts = new Set<number>();
  const ports = createPorts(ownPorts);
  const rules = {
    resolve: options.resolve ?? systemResolve,
    ownPorts,
    ownProxy: ownProxies(options.environment),
    variables: proxyVariables,
  };
  return {
    portsOf: (commandId) => ports.portsOf(commandId),
    forwardPort: (commandId, port) => ports.forwardPort(commandId, port),
    grants,
    missing: bridge === null ? noBridge : null,
    forSession: (session) => ({
      open({ commandId, ...wishes }) {
        if (bridge === null) return null;
        const network = openCommandNetwork({
          ...rules,
          ...wishes,
          bridge,
          grants: () => grants.of(session),
          onNarrowed: (listener) => grants.onNarrowed(session, listener),
        });
        const { wayIn } = network;
        if (wayIn === null) return network;
        const end = ports.running(commandId, wayIn);
        return {
          ...network,
          ended() {
            end();
            return network.ended();
          },
        };
      },
    }),
  };
}

interface Running {
  readonly wayIn: WayIn;
  readonly forwarded: Map<number, Promise<ForwardedPort>>;
}

interface Ports extends Pick<Network, "portsOf" | "forwardPort"> {
  /** A command runs in the background from now on; call what it answers when it has ended. */
  running(commandId: string, wayIn: WayIn): () => void;
}

/** The ways to the servers of background commands. `ownPorts` has those of this machine that lead there. */
function createPorts(ownPorts: Set<number>): Ports {
  const commands = new Map<string, Running>();
  function find(commandId: string): Running {
    const found = commands.get(commandId);
    if (found !== undefined) return found;
    throw new AppError(
      "not-found",
      "This command has ended, or runs outside of the sandbox: then its ports are open already.",
    );
  }
  async function openPort(wayIn: WayIn, inside: number): Promise<ForwardedPort> {
    const opened = await forwardPort(wayIn, inside);
    ownPorts.add(opened.port);
    return opened;
  }
  async function closeAll({ forwarded }: Running): Promise<void> {
    for (const opening of forwarded.values()) {
      const opened = await opening;
      opened.close();
      ownPorts.delete(opened.port);
    }
  }
  return {
    running(commandId, wayIn) {
      const one: Running = { wayIn, forwarded: new Map() };
      commands.set(commandId, one);
      return () => {
        commands.delete(commandId);
        // A port that could not be opened was told to who asked for it.
        closeAll(one).catch(() => undefined);
      };
    },
    portsOf: async (commandId) => commands.get(commandId)?.wayIn.ports() ?? [],
    async forwardPort(commandId, inside) {
      const { wayIn, forwarded } = find(commandId);
      const isThere = forwarded.has(inside) || (await wayIn.ports()).includes(inside);
      if (!isThere) throw new AppError("not-found", `Nothing listens on port ${inside} any more.`);
      const opening = forwarded.get(inside) ?? openPort(wayIn, inside);
      forwarded.set(inside, opening);
      opening.catch(() => forwarded.delete(inside));
      const { port } = await opening;
      return port;
    },
  };
}
