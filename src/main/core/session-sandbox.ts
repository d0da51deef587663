import type { SessionId } from "../../shared/ids.ts";
import { covers } from "../shell/network/network-grants.ts";
import type { ConfinedFolder, Sandbox } from "../shell/sandbox/sandbox.ts";
import type { CommandSandbox } from "../tools/tool.ts";

/** The sandbox as one session's commands know it, with what they may reach. */
export function sandboxFor(
  sandbox: Sandbox,
  folder: ConfinedFolder,
  sessionId: SessionId,
): CommandSandbox {
  const { network } = sandbox;
  const own = network.forSession(sessionId);
  return {
    standing: () => sandbox.standing(folder),
    launcher: (wishes) => sandbox.launcher(folder, { ...wishes, network: own }),
    network: {
      missing: network.missing,
      open: () => network.grants.of(sessionId),
      isOpen: (wanted) => covers(network.grants.of(sessionId), wanted),
      wasNarrowed: () => network.grants.wasNarrowed(sessionId),
      allow: (grants) => network.grants.allow(sessionId, grants),
    },
  };
}
