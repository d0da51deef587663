import type { Core } from "../core.ts";
import type { Handlers } from "./router.ts";

type SandboxHandlers = Pick<Handlers, "sandbox.status" | "sandbox.check">;

/** Whether commands are kept to a project, and by what. */
export function sandboxHandlers(core: Core): SandboxHandlers {
  return {
    "sandbox.status": ({ workspace }) => core.sandboxStatus(workspace),
    "sandbox.check": ({ workspace }) => core.probe(workspace),
  };
}
