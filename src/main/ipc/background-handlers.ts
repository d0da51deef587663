import type { Core } from "../core.ts";
import type { Handlers } from "./router.ts";

type BackgroundOperation =
  | "background.list"
  | "background.tail"
  | "background.write"
  | "background.stop";

/** What runs in the background. */
export function backgroundHandlers({
  background,
}: Pick<Core, "background">): Pick<Handlers, BackgroundOperation> {
  return {
    "background.list": async () => [...background.list()],
    "background.tail": async ({ id }) => ({ text: background.tail(id) }),
    "background.write": async ({ id, text }) => {
      background.write(id, text);
      return {};
    },
    "background.stop": async ({ id }) => {
      await background.stop(id);
      return {};
    },
  };
}
