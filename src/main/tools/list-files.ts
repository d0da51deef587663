import { z } from "zod";
import { listFiles, type ListedFolder } from "../workspace/list-files.ts";
import type { Tool } from "./tool.ts";

const schema = z.object({
  path: z.string().optional().describe("folder; default: the project"),
  depth: z.int().min(1).max(8).optional().describe("default 2"),
});

export const listFilesTool: Tool<typeof schema> = {
  name: "list_files",
  kind: "read",
  schema,
  description: "List a folder as a tree, without what ignore files leave out.",
  describe: ({ path = "." }) => ({ title: `List ${path}`, detail: path }),
  async run({ path = "", depth = 2 }, { workspace }) {
    const folder = await listFiles(workspace, { path, depth });
    const lines = render(folder, "");
    return {
      status: "completed",
      result: lines.length === 0 ? "(the folder is empty)" : lines.join("\n"),
    };
  },
};

function render(folder: ListedFolder, indent: string): string[] {
  const lines = folder.entries.flatMap((entry) => {
    const mark = { folder: "/", link: " (link)", other: " (device, socket or pipe)", file: "" }[
      entry.kind
    ];
    const children = entry.children === null ? [] : render(entry.children, `${indent}  `);
    return [`${indent}${shown(entry.name)}${mark}`, ...children];
  });
  if (folder.more > 0) lines.push(`${indent}… ${folder.more} more`);
  if (folder.ignored.length > 0) {
    const names = folder.ignored.slice(0, 8).map((name) => shown(name));
    const more = folder.ignored.length > 8 ? ` and ${folder.ignored.length - 8} more` : "";
    lines.push(`${indent}(ignored: ${names.join(", ")}${more})`);
  }
  return lines;
}

/** A name with a line break in it must not look like two. */
const shown = (name: string): string =>
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  /[\u0000-\u001F]/.test(name) ? JSON.stringify(name) : name;
