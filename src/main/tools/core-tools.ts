import type { CommandRunner } from "../shell/command-runner.ts";
import { deleteFileTool } from "./delete-file.ts";
import { editFileTool } from "./edit-file.ts";
import { findFilesTool } from "./find-files.ts";
import { listFilesTool } from "./list-files.ts";
import { moveFileTool } from "./move-file.ts";
import { readFileTool } from "./read-file.ts";
import { runCommandTool } from "./run-command.ts";
import { searchFilesTool } from "./search-files.ts";
import type { Tool } from "./tool.ts";
import { updatePlanTool } from "./update-plan.ts";
import { writeFileTool } from "./write-file.ts";

/** The tools every session has, in the order the model is told of them. Order and words are part of the cached prefix. */
export function coreTools(services: {
  readonly shell: CommandRunner;
  /** What a person is told that commands run in; null where it goes without saying. */
  readonly shellName?: string | null;
}): Tool[] {
  return [
    readFileTool(services.shell),
    listFilesTool,
    findFilesTool,
    searchFilesTool,
    writeFileTool,
    editFileTool,
    moveFileTool,
    deleteFileTool,
    runCommandTool(services.shell, services.shellName ?? null),
    updatePlanTool,
  ];
}
