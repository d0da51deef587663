import type { Core } from "../core.ts";
import type { Handlers } from "./router.ts";

type SandboxHandlers = Pick<
  Handlers,
  "sandbox.status" | "sandbox.check" | "network.granted" | "network.revoke" | "network.widen"
>;

/** Whether commands are kept to a project, by what, and what of the network is open to them. */
export function sandboxHandlers(core: Core): SandboxHandlers {
  return {
    "sandbox.status": ({ workspace }) => core.sandboxStatus(workspace),
    "sandbox.check": ({ workspace }) => core.probe(workspace),
    "network.granted": async ({ sessionId }) => core.network.granted(sessionId),
    "network.revoke": async ({ sessionId, grant }) => core.network.revoke(sessionId, grant),
    "network.widen": async ({ sessionId, grant }) => core.network.widen(sessionId, grant),
  };
}
