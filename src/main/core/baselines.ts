import type { Announcement } from "../../shared/contract.ts";
import { openBaseline } from "../checkpoints/baseline/open-baseline.ts";
import { defaultCapBytes, type Baseline } from "../checkpoints/baseline/types.ts";
import { lazyBaseline } from "../checkpoints/lazy-baseline.ts";
import { trackedPaths } from "../git/host-git.ts";
import { heavyNames } from "../workspace/scan/heavy-folders.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { Announcer } from "./announcer.ts";
import type { SessionHub } from "./session-hub.ts";
import type { WorkspaceHub } from "./workspace-hub.ts";

/** The baseline of a folder, in a thread that starts when it is first wanted. `privateFolders`: real paths of Belay's own. */
export const baselineOf = (
  workspace: Workspace,
  places: { readonly storeFolder: string; readonly privateFolders: readonly string[] },
): Baseline =>
  lazyBaseline(() =>
    openBaseline({
      ...places,
      workspace,
      tracked: () => trackedPaths(workspace.root, heavyNames),
      capBytes: defaultCapBytes,
    }),
  );

/**
 * Takes in a session's folder when the model first asks for a command, so that the card that asks the person can tell what undo
 * will cover. A window does so when it opens the folder; a run without a window may never need it.
 */
export function prepareOnCommand(
  announcer: Announcer,
  parts: { readonly workspaces: () => WorkspaceHub; readonly sessions: () => SessionHub },
): void {
  const onAnnouncement = (announcement: Announcement): void => {
    if (announcement.topic !== "session") return;
    const { event } = announcement;
    if (event.type !== "tool-call-start" || event.name !== "run_command") return;
    const session = parts
      .sessions()
      .live()
      .find((one) => one.log.state().sessionId === event.sessionId);
    if (session !== undefined) parts.workspaces().prepare(session.log.state().workspace);
  };
  announcer.subscribe(onAnnouncement);
}
