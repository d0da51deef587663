/** What a session's tools are called, for asking an endpoint whether it takes such names; a test holds them to the registry's. */
export const toolNames = [
  "read_file",
  "list_files",
  "find_files",
  "search_files",
  "write_file",
  "edit_file",
  "move_file",
  "delete_file",
  "run_command",
  "update_plan",
] as const;
