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

/** Until a request is on its way: the first answer must not wait for the files to be taken in. */
const headStartMs = 200;

/** Takes in a session's folder while the model thinks, so that it is covered when the first command comes. */
export function prepareOnStep(
  announcer: Announcer,
  parts: { readonly workspaces: () => WorkspaceHub; readonly sessions: () => SessionHub },
): void {
  const onAnnouncement = (announcement: Announcement): void => {
    if (announcement.topic !== "session" || announcement.event.type !== "step-start") return;
    const { sessionId, step } = announcement.event;
    if (step > 1) return;
    const session = parts
      .sessions()
      .live()
      .find((one) => one.log.state().sessionId === sessionId);
    // Quick questions run no command.
    if (session === undefined || session.log.state().kind === "quick") return;
    const { workspace } = session.log.state();
    setTimeout(() => parts.workspaces().prepare(workspace), headStartMs).unref();
  };
  announcer.subscribe(onAnnouncement);
}
