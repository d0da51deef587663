import type { SessionId } from "../../shared/ids.ts";
import type { Core } from "../core.ts";
import type { UndoDesk } from "../core/undo-desk.ts";
import type { OpenWorkspace } from "../core/workspace-hub.ts";
import { linesAround } from "../workspace/lines-around.ts";
import type { Handlers } from "./router.ts";

/** The open folder that a session works in. */
export async function projectOf(core: Core, sessionId: SessionId): Promise<OpenWorkspace> {
  const { workspace } = (await core.sessions.open(sessionId)).log.state();
  return core.workspaces.open(workspace, { confirmed: true, evenGone: true });
}

type ReviewOperation = "diff.call" | "diff.turn" | "diff.outside" | "review.mark" | "file.lines";

/** What was changed, by whom, and what the person has looked at. */
export function reviewHandlers(core: Core): Pick<Handlers, ReviewOperation> {
  const desk = async (sessionId: SessionId): Promise<UndoDesk> =>
    (await projectOf(core, sessionId)).undo;
  return {
    "diff.call": async ({ sessionId, callId }) => [
      ...(await (await desk(sessionId)).diff({ callId })),
    ],
    "diff.outside": async ({ sessionId, turnId }) => {
      const { turns } = (await core.sessions.open(sessionId)).log.state();
      const at = turns.findIndex((turn) => turn.turnId === turnId);
      const [after, before] = [turns[at]?.startedAt, turns[at + 1]?.startedAt];
      if (at === -1 || after === undefined) return [];
      const span = { after, ...(before === undefined ? {} : { before }) };
      return [...(await (await desk(sessionId)).outside(span))];
    },
    "review.mark": async ({ sessionId, turnId, keys, kept }) => {
      await core.sessions.change(sessionId, ({ log }) => {
        log.append({ type: "review-mark", sessionId, turnId, keys, kept });
      });
      return {};
    },
    "file.lines": async ({ sessionId, path, line }) =>
      linesAround((await projectOf(core, sessionId)).workspace, { path, line }),
    "diff.turn": async ({ sessionId, turnId }) => [
      ...(await (await desk(sessionId)).diff({ turnId })),
    ],
  };
}
