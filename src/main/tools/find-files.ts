import { z } from "zod";
import { findFiles } from "../workspace/find-files.ts";
import type { Tool } from "./tool.ts";

const schema = z.object({ pattern: z.string().min(1).describe("such as **/*.test.ts") });

export const findFilesTool: Tool<typeof schema> = {
  name: "find_files",
  kind: "read",
  schema,
  description: "Find files by a glob over their paths. Ignored files are left out.",
  describe: ({ pattern }) => ({ title: `Find ${pattern}`, detail: pattern }),
  async run({ pattern }, { workspace, signal }) {
    const { paths, total } = await findFiles(workspace, pattern, signal);
    if (total === 0)
      return {
        status: "completed",
        result: `No file matches ${pattern} (ignored files are left out).`,
      };
    const more = total - paths.length;
    const lines = more === 0 ? paths : [...paths, `… ${more} more: use a narrower pattern`];
    return { status: "completed", result: lines.join("\n") };
  },
};
