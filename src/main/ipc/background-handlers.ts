import type { Core } from "../core.ts";
import type { Handlers } from "./router.ts";

type BackgroundOperation =
  | "background.list"
  | "background.tail"
  | "background.write"
  | "background.ports"
  | "background.openPort"
  | "background.stop";

/** What runs in the background. */
export function backgroundHandlers(
  { background, network }: Pick<Core, "background" | "network">,
  openLocal: (port: number) => Promise<void>,
): Pick<Handlers, BackgroundOperation> {
  return {
    "background.list": async () => [...background.list()],
    "background.tail": async ({ id }) => ({ text: background.tail(id) }),
    "background.write": async ({ id, text }) => {
      background.write(id, text);
      return {};
    },
    "background.ports": async ({ id }) => ({ ports: [...(await network.portsOf(id))] }),
    "background.openPort": async ({ id, port }) => {
      await openLocal(await network.forwardPort(id, port));
      return {};
    },
    "background.stop": async ({ id }) => {
      await background.stop(id);
      return {};
    },
  };
}
