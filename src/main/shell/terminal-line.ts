import { existsSync } from "node:fs";
import { join } from "node:path";

/** Of the terminal that such a command gets, in characters. */
const rows = 40;
const columns = 120;

/**
 * Lines of a shell that run `command` in a terminal of its own; null where this machine has no program for it. By `script` of
 * util-linux, which every Linux has: the terminal is made inside the sandbox, so that none of the person's is ever within the
 * command's reach. BSD's `script` wants a terminal itself.
 */
export function terminalLine(
  command: string,
  platform: NodeJS.Platform = process.platform,
  folders: readonly string[] = ["/usr/bin", "/bin"],
): string | null {
  const program = folders
    .map((folder) => join(folder, "script"))
    .find((path) => platform === "linux" && existsSync(path));
  if (program === undefined) return null;
  const inside = `stty rows ${rows} cols ${columns}\n${command}`;
  return `export TERM=xterm-256color SHELL="\${BASH:-/bin/sh}"\nexec ${program} --quiet --return --flush --command ${quoted(inside)} /dev/null`;
}

/** Whether a command can have a terminal here. */
export const hasTerminal = (): boolean => terminalLine("") !== null;

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
