import { existsSync } from "node:fs";
import { win32 } from "node:path";
import { AppError } from "../../shared/errors.ts";

/** A program that runs a command line, and the arguments before the line. */
export interface Shell {
  readonly program: string;
  readonly before: readonly string[];
  /** As a person calls it. */
  readonly name: string;
}

type Environment = Readonly<Record<string, string | undefined>>;
/** Whether there is a file. */
type Exists = (path: string) => boolean;

/**
 * Bash where there is one, else sh; on Windows Git Bash, then PowerShell 7, then Windows PowerShell 5.1. The person's login shell and its start
 * files stay out. AppError("unavailable") when there is none.
 */
export function findShell(
  environment: Environment,
  platform: NodeJS.Platform = process.platform,
  exists: Exists = existsSync,
): Shell {
  const candidates = platform === "win32" ? windowsShells(environment, exists) : posixShells;
  const found = candidates.find((shell) => exists(shell.program));
  if (found !== undefined) return found;
  throw new AppError("unavailable", "No shell was found on this machine, so no command can run.");
}

/** What a person is told that a command runs in: on Windows, where that is not the same everywhere. Null elsewhere, and where there is none. */
export function shellName(
  environment: Environment,
  platform: NodeJS.Platform = process.platform,
  exists: Exists = existsSync,
): string | null {
  if (platform !== "win32") return null;
  return windowsShells(environment, exists).find(({ program }) => exists(program))?.name ?? null;
}

const posixShells: readonly Shell[] = [
  "/bin/bash",
  "/usr/bin/bash",
  "/usr/local/bin/bash",
  "/bin/sh",
].map((program) => ({ program, before: ["-c"], name: program }));

/** Never `System32\bash.exe`: that is another system (WSL), with other paths. */
function windowsShells(environment: Environment, exists: Exists): readonly Shell[] {
  const valueOf = (name: string): string | undefined =>
    Object.entries(environment).find(([key]) => key.toUpperCase() === name)?.[1];
  const ofAll = [valueOf("PROGRAMW6432"), valueOf("PROGRAMFILES"), "C:\\Program Files"];
  const own = valueOf("LOCALAPPDATA");
  const gits = [
    ...ofAll.map((folder) => under(folder, "Git")),
    under(valueOf("PROGRAMFILES(X86)"), "Git"),
    under(own, "Programs", "Git"),
    ...gitsOnPath(valueOf("PATH") ?? "", exists),
  ];
  const system = valueOf("SYSTEMROOT") ?? "C:\\Windows";
  return [
    ...gits.flatMap((folder) => folder.map((git) => gitBash(win32.join(git, "bin", "bash.exe")))),
    ...ofAll.flatMap((folder) => under(folder, "PowerShell", "7", "pwsh.exe").map(powerShell7)),
    {
      program: win32.join(system, "System32", "WindowsPowerShell", "v1.0", "powershell.exe"),
      before: quiet,
      name: "Windows PowerShell 5.1",
    },
  ];
}

const quiet = ["-NoLogo", "-NoProfile", "-NonInteractive", "-Command"];
const gitBash = (program: string): Shell => ({ program, before: ["-c"], name: "Git Bash" });
const powerShell7 = (program: string): Shell => ({ program, before: quiet, name: "PowerShell 7" });

/** Nothing where the folder is not known, or not written from its drive on: what depends on where Belay was started is nobody's word. */
const under = (folder: string | undefined, ...names: readonly string[]): readonly string[] =>
  folder !== undefined && /^[a-z]:\\/i.test(folder) ? [win32.join(folder, ...names)] : [];

/** Git for Windows puts `cmd\git.exe` on the search path; its bash lies beside. */
const gitsOnPath = (path: string, exists: Exists): readonly (readonly string[])[] =>
  path.split(";").flatMap((entry) => {
    const isGit = /\\cmd\\?$/i.test(entry) && under(entry, "git.exe").some((file) => exists(file));
    return isGit ? [under(entry, "..")] : [];
  });
