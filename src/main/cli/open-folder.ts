import { AppError } from "../../shared/errors.ts";
import type { Core } from "../core.ts";
import type { OpenWorkspace } from "../core/workspace-hub.ts";
import { printable, type CommandIo } from "./output.ts";

/**
 * Opens the folder of --workspace, and says on standard error what was recovered after a crash: it is told only once. AppError("invalid-input") when it is none; "needs-approval" when it holds far more than a
 * project (a home folder, a whole disk) and `confirmed` is not set.
 */
export async function openFolder(
  core: Core,
  {
    path,
    ...how
  }: { readonly path: string; readonly confirmed: boolean; readonly evenGone?: boolean },
  io: Pick<CommandIo, "error">,
): Promise<OpenWorkspace> {
  try {
    const opened = await core.workspaces.open(path, how);
    for (const line of opened.info.recovered) io.error(printable(`${line}\n`));
    return opened;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === "not-found" || error.code === "invalid-input")
      throw new AppError("invalid-input", error.message);
    if (error.code === "needs-approval")
      throw new AppError("needs-approval", `${error.message} To confirm: --confirm-folder`);
    throw error;
  }
}

/** A path as a shell takes it. */
export const shellWord = (path: string): string =>
  /^[\w./@%+:-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
