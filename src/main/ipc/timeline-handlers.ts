import { basename } from "node:path";
import { AppError } from "../../shared/errors.ts";
import type { SessionId } from "../../shared/ids.ts";
import type { Core } from "../core.ts";
import type { UndoDesk } from "../core/undo-desk.ts";
import type { Handlers } from "./router.ts";

type TimelineHandlers = Pick<
  Handlers,
  "timeline.list" | "timeline.tree" | "timeline.file" | "checkpoint.patch" | "checkpoint.savePatch"
>;

/** Asks where to, and writes the text there; null when the person closed the dialog. */
export type SaveText = (suggested: string, text: string) => Promise<string | null>;

/** The history of a session's workspace. */
export function timelineHandlers(core: Core, saveText: SaveText): TimelineHandlers {
  const deskOf = async (sessionId: SessionId): Promise<UndoDesk> => {
    const { workspace } = (await core.sessions.open(sessionId)).log.state();
    return (await core.workspaces.open(workspace, { confirmed: true, evenGone: true })).undo;
  };
  return {
    "timeline.list": async ({ sessionId, before, limit }) => [
      ...(await (
        await deskOf(sessionId)
      ).timeline({ limit, ...(before === undefined ? {} : { before }) })),
    ],
    "timeline.tree": async ({ sessionId, point, folder }) => [
      ...(await (await deskOf(sessionId)).treeAt(point, folder)),
    ],
    "timeline.file": async ({ sessionId, point, path }) =>
      (await deskOf(sessionId)).fileAt(point, path),
    "checkpoint.patch": async ({ sessionId, target }) => {
      const { patch, leftOut } = await (await deskOf(sessionId)).patch(target);
      return { patch, leftOut: [...leftOut] };
    },
    "checkpoint.savePatch": async ({ sessionId, target }) => {
      const { workspace } = (await core.sessions.open(sessionId)).log.state();
      const { patch, leftOut } = await (await deskOf(sessionId)).patch(target);
      if (patch === "") return { saved: null, leftOut: [...leftOut] };
      const saved = await saveText(`${basename(workspace)}-changes.patch`, patch);
      if (saved === null) throw new AppError("cancelled", "No file was chosen.");
      return { saved, leftOut: [...leftOut] };
    },
  };
}
