import { isMissing, withParent } from "../workspace/confine.ts";
import type { EffectPlace } from "./effect.ts";

/** What is in a folder of the workspace; undefined where it is gone, or no folder any more. */
export async function folderNames(
  { workspace, ops }: EffectPlace,
  path: string,
): Promise<readonly string[] | undefined> {
  try {
    return await withParent(workspace, path, ({ entry }) => ops.readdir(entry));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
