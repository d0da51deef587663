import { realpathSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { isWithin } from "./sandbox-policy.ts";

/** The folder that a grant has to name so that a command may write this absolute path; null where none can be granted for it. */
export function grantableFolder(path: string, workspace: string): string | null {
  try {
    const folder = realpathSync(dirname(path));
    const isGrantable =
      folder !== "/" && !isWithin(folder, workspace) && statSync(folder).isDirectory();
    return isGrantable && !isWithin(workspace, folder) ? folder : null;
  } catch {
    return null;
  }
}
