import { AppError } from "../../shared/errors.ts";
import { steeredBy, type SteeredChange } from "../trust/steered-by.ts";
import type { SteeringRule } from "../trust/steering-files.ts";
import { editableBytes, hashFile, loadFile } from "../workspace/load-file.ts";
import type { Caution, ToolContext } from "./tool.ts";

/**
 * What a person has to know before a call changes a file that runs code or steers the agent: they are asked in every mode, whatever
 * they allowed before, also while the file is missing. Null where the call changes none. `named` is the path as the call has it.
 */
export async function steeringCaution(
  named: string,
  look: () => Promise<readonly SteeredChange[]>,
): Promise<Caution | null> {
  try {
    const changed: { readonly path: string; readonly rule: SteeringRule }[] = [];
    for (const planned of await look()) {
      const rule = await steeredBy(planned);
      if (rule !== null) changed.push({ path: planned.path, rule });
    }
    const [first] = changed;
    if (first === undefined) return null;
    const reasons = [...new Set(changed.map(({ rule }) => rule.reason))].join(" ");
    const where =
      changed.length > 1 || sameName(first.path, named)
        ? ""
        : ` It leads to ${JSON.stringify(first.path)}.`;
    const kinds = [...new Set(changed.map(({ rule }) => rule.kind))];
    return {
      parts: [{ code: "steers", kinds, leadsTo: where === "" ? null : first.path }],
      text: `Files like this one ask in every mode. ${reasons}${where}`,
      asks: true,
      onlyOnce: true,
    };
  } catch (error) {
    // What cannot be looked at cannot be changed either: the call itself says why.
    if (error instanceof AppError || (error instanceof Error && "syscall" in error)) return null;
    throw error;
  }
}

const sameName = (path: string, named: string): boolean => path === named.replace(/^(?:\.\/)+/, "");

/** A file's bytes, a link not followed; null where there is none, or one too large to be read as a whole. */
export async function bytesAt({ workspace }: ToolContext, path: string): Promise<Buffer | null> {
  const found = await hashFile(workspace, path);
  if (found === null || found.size > editableBytes) return null;
  return (await loadFile(workspace, path))?.content ?? null;
}
