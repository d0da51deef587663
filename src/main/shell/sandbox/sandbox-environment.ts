import { join } from "node:path";
import type { Toolchains } from "./find-toolchains.ts";
import { inside } from "./sandbox-policy.ts";
import { privateCaches } from "./toolchain-table.ts";

/** The environment of a confined command, built from nothing: no variable of Belay's own process is inherited. */
export function sandboxEnvironment(
  toolchains: Toolchains,
  extra: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    ...toolchains.variables,
    PATH: `${join(inside.home, ".local/bin")}:${toolchains.path}`,
    HOME: inside.home,
    USER: "belay",
    LOGNAME: "belay",
    SHELL: "/bin/sh",
    TMPDIR: inside.temporary,
    LANG: toolchains.variables["LANG"] ?? "C.UTF-8",
    TERM: "dumb",
    NO_COLOR: "1",
    PAGER: "cat",
    GIT_PAGER: "cat",
    GIT_TERMINAL_PROMPT: "0",
    GIT_OPTIONAL_LOCKS: "0",
    ...Object.fromEntries(
      Object.entries(privateCaches).map(([name, folder]) => [name, join(inside.home, folder)]),
    ),
    ...extra,
  };
}
